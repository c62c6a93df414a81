"""tests kg/translations.py: names in other languages as a source of the build."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Protocol

import pytest

from nosograph.kg import GraphSources, KnowledgeGraph
from nosograph.kg.translations import translation_files
from nosograph.ontologies import SourceError, SourceFormatError

HEADER = (
    "subject_id\tpredicate_id\tsource_value\ttranslation_language\ttranslation_value\t"
    "translation_status\n"
)
CHINESE = (
    ("HP:0001250", "Seizure", "zh", "抽搐", "OFFICIAL"),
    ("HP:0001250", "Seizure", "zh", "抽搐", "OFFICIAL"),
    ("HP:0001110", "Myopia", "zh", "近视", "CANDIDATE"),  # an old identifier of HP:0000545
    ("HP:0001166", "Spider fingers of old", "zh", "蜘蛛指", "OFFICIAL"),
    ("HP:9999999", "Nothing", "zh", "无", "OFFICIAL"),
    ("HP:0001083", "Ectopia lentis", "zh", "NA", "NOT_TRANSLATED"),
    ("HP:0012825", "Mild", "zh", "轻度", "OFFICIAL"),
)
GERMAN = (("HP:0001250", "Seizure", "de", "Krampfanfall", ""),)


class ToyPaths(Protocol):
    obo: Path
    hpoa: Path
    genes: Path
    mondo: Path

    def graph_sources(self, *, with_mondo: bool = True) -> GraphSources: ...


def write(path: Path, rows: tuple[tuple[str, str, str, str, str], ...]) -> Path:
    lines = ["\t".join((i, "rdfs:label", *rest)) for i, *rest in rows]
    path.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "hp-zh.babelon.tsv", CHINESE)
    write(tmp_path / "hp-de.babelon.tsv", GERMAN)
    return tmp_path


def opened(toy_sources: ToyPaths, *translations: Path) -> KnowledgeGraph:
    others = {
        "hpo": toy_sources.obo,
        "hpo-annotations": toy_sources.hpoa,
        "hpo-genes": toy_sources.genes,
    }
    sources = GraphSources.embedded(
        mondo=toy_sources.mondo, translations=translations, others=others
    )
    return KnowledgeGraph.open(sources)


def test_names_are_given_by_language(toy_sources: ToyPaths, folder: Path) -> None:
    graph = opened(toy_sources, folder)
    assert graph.languages == ("en", "de", "zh")
    assert [(n.term_id, n.label, n.text, n.kind) for n in graph.names("zh")] == [
        ("HP:0000545", "Myopia", "近视", "candidate"),
        ("HP:0001166", "Arachnodactyly", "蜘蛛指", "label"),
        ("HP:0001250", "Seizure", "抽搐", "label"),
    ]
    assert [n.kind for n in graph.names("de")] == ["unstated"]
    assert list(graph.names("ja")) == []
    assert list(graph.names()) == list(opened(toy_sources).names())


def test_every_row_is_accounted_for(toy_sources: ToyPaths, folder: Path) -> None:
    facts = opened(toy_sources, folder).build.manifest["translations"]["zh"]
    assert facts == {
        "rows": 7,
        "names": 4,
        "terms": 4,
        "repeated": 1,
        "english_name_changed": 1,
        "dropped": {"not translated": 1, "term not in this release": 1},
    }
    assert facts["rows"] == facts["names"] + facts["repeated"] + sum(facts["dropped"].values())


def test_a_build_without_translations_has_no_trace_of_them(toy_sources: ToyPaths) -> None:
    graph = opened(toy_sources)
    assert graph.languages == ("en",)
    assert not any("translation" in name for name in graph.build.manifest["arrays"])
    assert "translations" not in graph.build.manifest


def test_a_file_a_folder_and_an_archive_give_the_same_build(
    toy_sources: ToyPaths, folder: Path
) -> None:
    files = sorted(folder.glob("*.tsv"))
    archive = folder / "all.zip"
    with zipfile.ZipFile(archive, "w") as held:
        for file in files:
            held.write(file, file.name)
    addresses = {
        opened(toy_sources, *paths).build.address for paths in (files, [folder], [archive])
    }
    assert len(addresses) == 1


def test_a_source_named_by_its_name_is_the_same(toy_sources: ToyPaths, folder: Path) -> None:
    file = folder / "hp-zh.babelon.tsv"
    sources = GraphSources.embedded(others={"hpo-translations": file})
    assert sources.recipe == GraphSources.embedded(translations=[file]).recipe
    assert sources.file("hpo-translations-zh") is not None


def test_the_release_of_an_undated_table_is_its_digest(toy_sources: ToyPaths, folder: Path) -> None:
    release = opened(toy_sources, folder).releases["hpo-translations-zh"]
    assert release.startswith("sha256 ")


def test_two_tables_of_one_language_are_refused(folder: Path) -> None:
    write(folder / "other.babelon.tsv", GERMAN)
    with pytest.raises(SourceError, match="'de'"):
        translation_files([folder])


def test_what_holds_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no Babelon table"):
        translation_files([tmp_path])
    wrong = tmp_path / "wrong.babelon.tsv"
    wrong.write_text("a\tb\n", "utf-8")
    with pytest.raises(SourceFormatError, match=r"wrong\.babelon\.tsv: not a Babelon table"):
        translation_files([wrong])
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no archive")
    with pytest.raises(SourceFormatError, match="not a zip archive"):
        translation_files([broken])
