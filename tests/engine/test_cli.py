"""The command line: exit codes, streams, and nothing of the patient where it does not belong."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Protocol

import pytest

from nosograph.engine import Differential
from nosograph.kg.graph import KnowledgeGraph

NOTE = Path(__file__).parents[2] / "examples" / "note.txt"
MARKER = "Zxqvwly"


@pytest.fixture(scope="module", autouse=True)
def _built(embedded_graph: KnowledgeGraph) -> None:
    """The graph of the session's home is there."""


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", *arguments],
        input=stdin,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


class ToySources(Protocol):
    """What the fixture toy_sources is."""

    obo: Path
    hpoa: Path
    mondo: Path


def test_the_shipped_note_puts_marfan_first_with_words_and_path() -> None:
    done = run("diagnose", str(NOTE))
    assert done.returncode == 0, done.stderr
    first = next(line for line in done.stdout.splitlines() if line.startswith("1. "))
    assert "Marfan" in first
    assert "path" in done.stdout
    assert "“Ectopia lentis”" in done.stdout
    assert "does not replace" in done.stdout


def test_json_is_a_differential_again() -> None:
    done = run("diagnose", "-", "--json", "--limit", "2", stdin="Arachnodactyly, no seizures.")
    assert done.returncode == 0, done.stderr
    assert len(Differential.from_json(done.stdout).entries) == 2


def test_terms_are_observed_or_excluded() -> None:
    done = run("diagnose", "--hpo", "HP:0001166", "--hpo=-HP:0001250", "--json")
    found = Differential.from_json(done.stdout).findings
    assert {(f.term_id, f.status.value) for f in found} == {
        ("HP:0001166", "present"),
        ("HP:0001250", "excluded"),
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("diagnose",), 2),
        (("diagnose", "note", "--hpo", "HP:0001166"), 2),
        (("diagnose", "missing.txt"), 2),
        (("diagnose", "letter.docx"), 2),
        (("diagnose", "/tmp"), 2),
        (("diagnose", ""), 3),
        (("diagnose", "ataxia", "--sex", "X"), 2),
        (("diagnose", "ataxia", "--age", "300"), 2),
        (("diagnose", "ataxia", "--age", "nan"), 2),
        (("diagnose", "--hpo", "hp:1166"), 2),
        (("diagnose", "--hpo", "OMIM:154700"), 2),
        (("diagnose", "--hpo", ","), 3),
        (("diagnose", "--phenopacket", "missing.json"), 1),
        (("diagnose", "fine weather"), 3),
        (("link", "fine weather"), 3),
        (("link", "ataxia", "--linker", "other"), 2),
        (("link", "ataxia", "--linker", "scispacy", "--nested"), 2),
        (("kg", "show", "HP:9999999"), 4),
        (("kg", "show", "retinoblastoma"), 4),
        (("kg", "path", "HP:9999999", "HP:0001250"), 4),
        (("kg", "search", "qqqq"), 4),
        (("kg", "search", "x", "--kind", "diseases"), 2),
        (("kg", "info", "--mondo", "missing"), 1),
        (("bench", "phenopackets", "--data", "missing"), 1),
        (("bench", "histories", "--data", "missing"), 1),
        (("unknown",), 2),
    ],
)
def test_exit_codes_mean_something(arguments: tuple[str, ...], code: int) -> None:
    done = run(*arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "",
        "kg",
        "bench",
        "diagnose",
        "link",
        "kg build",
        "kg info",
        "kg search",
        "kg show",
        "kg path",
        "bench phenopackets",
        "bench assertion",
        "bench histories",
        "bench linking",
        "bench merging",
        "bench fit",
    ],
)
def test_every_help_shows_an_example(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout
    assert f"nosograph {command}" in done.stdout.partition("Example")[2]


def test_other_kinds_of_names_are_linked_on_request() -> None:
    note = "FBN1 variant in Marfan syndrome. Ferritin 12 ng/mL. He WAS well."
    found = {}
    for kind in ("gene", "disease", "laboratory"):
        reading = json.loads(run("link", "--kind", kind, note, "--json").stdout)
        found[kind] = [m["label"] for m in reading["mentions"]]
        assert bool(reading["quantities"]) == (kind == "laboratory")
    assert found == {
        "gene": ["FBN1"],
        "disease": ["Marfan syndrome"],
        "laboratory": ["ferritin"],
    }
    assert run("link", "--kind", "gene", "--nested", note).returncode == 2
    assert run("link", "--kind", "drug", note).returncode == 2


def test_link_and_the_graph_commands_answer() -> None:
    reading = json.loads(run("link", "No ataxia. Hb 9.8 g/dL.", "--json").stdout)
    mentions = reading["mentions"]
    assert mentions[0]["candidates"][0]["term_id"] == mentions[0]["term_id"]
    assert [(m["term_id"], m["assertion"]) for m in mentions] == [("HP:0001251", "excluded")]
    assert [(q["loinc_code"], q["value"]) for q in reading["quantities"]] == [("LOINC:718-7", 9.8)]
    assert "9.8 g/dL" in run("link", "No ataxia. Hb 9.8 g/dL.").stdout
    assert "accounted for" in run("kg", "info").stdout
    assert "HP:0100807" in run("kg", "search", "long fingers").stdout
    assert "Marfan" in run("kg", "show", "OMIM:154700").stdout
    assert "FBN1" in run("kg", "path", "NCBIGene:2200", "HP:0001083").stdout


def test_nested_names_are_shown_when_asked_for() -> None:
    text = "Sensorineural hearing loss"
    for options, n_mentions in (((), 1), (("--nested",), 2)):
        reading = json.loads(run("link", text, "--json", *options).stdout)
        assert len(reading["mentions"]) == n_mentions


def test_the_second_linker_answers_or_says_what_to_install() -> None:
    for command in ("link", "diagnose"):
        done = run(command, f"{MARKER} has arachnodactyly.", "--linker", "scispacy", "--json")
        if importlib.util.find_spec("scispacy"):
            assert done.returncode == 0, done.stderr
            assert "HP:0001166" in done.stdout
        else:
            assert done.returncode == 1
            assert "pip install 'nosograph[scispacy]'" in " ".join(done.stderr.split())
        assert MARKER not in done.stderr


def test_no_words_of_a_note_reach_the_error_stream_or_the_home(tmp_path: Path) -> None:
    note = f"{MARKER} has arachnodactyly."
    for done in (run("diagnose", note), run("diagnose", f"{MARKER} is well.")):
        assert MARKER not in done.stderr
    packet = tmp_path / "packet.json"
    packet.write_text(f'["{MARKER}"]')
    done = run("diagnose", "--phenopacket", str(packet))
    assert done.returncode == 1
    assert MARKER not in done.stderr


def test_assertion_is_measured_without_a_data_folder(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    done = run("bench", "assertion", "--json", str(figures))
    assert done.returncode == 0, done.stderr
    assert "| hypothetical |" in done.stdout
    halves = json.loads(figures.read_text())
    assert [halves[half]["classes"]["uncertain"]["n_expected"] for half in ("dev", "test")] == [
        61,
        44,
    ]


def test_the_benchmark_ranks_whatever_cases_lie_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "phenopackets"
    folder.mkdir()
    features = [{"type": {"id": t}} for t in ("HP:0001166", "HP:0001083", "HP:0002616")]
    packet = {
        "id": "p",
        "subject": {"sex": "MALE"},
        "phenotypicFeatures": features,
        "interpretations": [{"diagnosis": {"disease": {"id": "OMIM:154700"}}}],
        "metaData": {"externalReferences": [{"id": "PMID:1"}]},
    }
    with zipfile.ZipFile(folder / "mine.zip", "w") as archive:
        archive.writestr("a/1.json", json.dumps(packet))
        archive.writestr("a/2.json", "{")
    figures = tmp_path / "figures.json"
    done = run("bench", "phenopackets", "--data", str(tmp_path), "--json", str(figures))
    assert done.returncode == 0, done.stderr
    assert "| mine | as released | observed and excluded | 1 |" in done.stdout
    assert json.loads(figures.read_text())["cohorts"][0]["not usable"] == {"not JSON": 1}


def test_a_phenopacket_is_diagnosed(tmp_path: Path) -> None:
    features = [{"type": {"id": t}} for t in ("HP:0001166", "HP:0001083", "HP:0002616")]
    path = tmp_path / "packet.json"
    path.write_text(json.dumps({"id": "mine", "phenotypicFeatures": features}), "utf-8")
    done = run("diagnose", "--phenopacket", str(path), "--json", "-n", "1")
    assert done.returncode == 0, done.stderr
    read = Differential.from_json(done.stdout)
    assert (read.case_id, len(read.entries)) == ("mine", 1)
    assert "Marfan" in read.entries[0].label
    assert run("diagnose", "--phenopacket", str(path), "--sex", "MALE").returncode == 2


def test_options_say_what_the_note_does_not() -> None:
    options = ("--sex", "male", "--age", "7", "--exclude-publication", "PMID:31675180")
    read = Differential.from_json(run("diagnose", "Arachnodactyly.", "--json", *options).stdout)
    assert (read.sex, read.age_years) == ("MALE", 7.0)
    assert read.excluded_publications == ("PMID:31675180",)


def test_markdown_is_a_page() -> None:
    done = run("diagnose", "Arachnodactyly, ectopia lentis.", "--markdown", "--limit", "1")
    assert done.returncode == 0
    assert "| 1 |" in done.stdout
    assert "does not replace" in done.stdout


@pytest.mark.parametrize("options", [(), ("--json",), ("--markdown",)])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_has_few_characters_loses_no_answer(
    encoding: str, options: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", "diagnose", "-", "-n", "1", *options],
        input="Ämter: no “seizures”, arachnodactyly – seizure-free 😀.".encode(),
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    said = done.stdout.decode(encoding)
    assert "does not replace" in said
    if "--json" in options:
        assert len(Differential.from_json(said).entries) == 1


def test_a_graph_is_built_of_the_files_that_are_named(
    tmp_path: Path, toy_sources: ToySources
) -> None:
    home = str(tmp_path / "home")
    files = [f"hpo={toy_sources.obo}", f"hpo-annotations={toy_sources.hpoa}"]
    options = [part for file in files for part in ("--source", file)]
    done = run("kg", "build", "--home", home, *options, "--mondo", str(toy_sources.mondo))
    assert done.returncode == 0, done.stderr
    address, path = done.stdout.split()
    assert Path(path).name == address
    assert done.stderr == ""  # no terminal, no spinner
    options += ["--mondo", str(toy_sources.mondo), "--home", home]
    again = run("kg", "build", *options)
    assert again.stdout == done.stdout
    manifest = json.loads((Path(path) / "manifest.json").read_text("utf-8"))
    facts = json.loads(run("kg", "info", "--json", *options).stdout)
    assert (facts["rows"], facts["counts"]) == (manifest["rows"], manifest["counts"])
    ranked = run("diagnose", "--hpo", "HP:0001166", "--json", *options)
    assert json.loads(ranked.stdout)["n_diseases"] == manifest["merging"]["diseases"]
    linked = run("link", "arachnodactyly", *options)
    assert linked.returncode == 0, linked.stderr
    assert [held.name for held in Path(path).parent.iterdir()] == [address]


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("hpo={here}/truncated.obo", 1, "obo"),
        ("hpo-annotations={here}/truncated.obo", 1, "header"),
        ("hpo={here}/missing.obo", 1, "missing.obo"),
        ("laboratory={here}/truncated.obo", 1, "laboratory"),
        ("hpo", 2, "NAME=PATH"),
    ],
)
def test_a_source_that_cannot_be_read_is_told_in_one_message(
    source: str, code: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / "truncated.obo").write_bytes(b"format-version: 1.2\n\n[Term]\nid: HP:0000001\nna")
    home = tmp_path / "home"
    done = run("kg", "build", "--home", str(home), "--source", source.format(here=tmp_path))
    assert done.returncode == code, done.stdout + done.stderr
    assert words.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_long_work_shows_its_progress_on_a_terminal(
    tmp_path: Path, toy_sources: ToySources
) -> None:
    files = [f"hpo={toy_sources.obo}", f"hpo-annotations={toy_sources.hpoa}"]
    options = [part for file in files for part in ("--source", file)]
    done = run("kg", "build", "--home", str(tmp_path), *options, FORCE_COLOR="1", TERM="xterm")
    assert done.returncode == 0, done.stderr
    assert "building the graph" in done.stderr
    assert "building the graph" not in done.stdout


def test_what_the_graph_holds_is_json_too() -> None:
    facts = json.loads(run("kg", "info", "--json").stdout)
    rows = facts["rows"]
    assert rows["total"] == 271_702
    assert sum(rows["edges"].values()) + sum(rows["dropped"].values()) == rows["total"]
    hits = json.loads(run("kg", "search", "marfan", "--kind", "disease", "--json").stdout)
    assert "OMIM:154700" in {hit["node_id"] for hit in hits}


def test_a_note_on_standard_input_need_not_be_utf8() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nosograph.engine.cli", "link", "-", "--json"],
        input=b"Arachnodactyly \xff\xfe, no seizures.",
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0
    assert [m["term_id"] for m in json.loads(done.stdout)["mentions"]] == [
        "HP:0001166",
        "HP:0001250",
    ]
    assert b"not valid UTF-8" in done.stderr


def test_terms_may_be_separated_by_commas_and_are_printed_with_their_names() -> None:
    done = run("diagnose", "--hpo", "HP:0001166, HP:0001083,-HP_0001250")
    assert done.returncode == 0, done.stderr
    present, excluded = done.stdout.splitlines()[1:3]
    assert present == "Present: Ectopia lentis [HP:0001083], Arachnodactyly [HP:0001166]"
    assert excluded == "Excluded: Seizure [HP:0001250]"


def test_an_identifier_of_another_form_is_told_the_right_one() -> None:
    done = run("diagnose", "--hpo", "hp:1166")
    assert "HP: and seven" in done.stderr
    assert "'hp:1166'" in done.stderr


@pytest.mark.parametrize(
    ("argument", "message"),
    [("", "no finding to reason from"), ("/tmp", "is a folder"), ("a.docx", "name of a file")],
)
def test_what_is_no_note_is_told_as_what_it_is(argument: str, message: str) -> None:
    done = run("diagnose", argument)
    assert message in " ".join((done.stdout + done.stderr).split())


def test_a_publication_may_be_a_number_and_an_uncited_one_is_told() -> None:
    terms = ("diagnose", "--hpo", "HP:0001166,HP:0002616", "--json", "--exclude-publication")
    done = run(*terms, "33436942")
    assert Differential.from_json(done.stdout).excluded_publications == ("PMID:33436942",)
    assert done.stderr == ""
    assert done.stdout == run(*terms, "pmid:33436942").stdout
    uncited = run(*terms, "99999999")
    assert uncited.returncode == 0
    assert "cites 1 of the publications given (PMID:99999999); nothing" in uncited.stdout


def test_a_search_that_finds_nothing_says_so_and_an_unknown_kind_lists_the_known() -> None:
    assert "no name among gene holds words" in run("kg", "search", "qqqq", "--kind", "gene").stdout
    told = run("kg", "search", "x", "--kind", "diseases").stderr
    assert "phenotype, modifier, disease, gene" in told


def test_show_and_path_take_symbols_and_names() -> None:
    assert "Marfan" in run("kg", "show", "fbn1").stdout
    shown = json.loads(run("kg", "show", "Marfan syndrome", "--json", "--limit", "2").stdout)
    assert shown["node_id"] == "OMIM:154700"
    assert {s["frequency"] for s in shown["statements"] if "frequency" in s}
    ambiguous = run("kg", "show", "retinoblastoma").stderr
    assert "[HP:0009919]" in ambiguous
    assert "[OMIM:180200]" in ambiguous
    (path,) = json.loads(run("kg", "path", "FBN1", "arachnodactyly", "-n", "1", "--json").stdout)
    assert (path["start"], path["end"]) == ("NCBIGene:2200", "HP:0001166")
    assert all(step["source"] for step in path["steps"])


def test_a_direct_statement_that_says_not_comes_first() -> None:
    lines = run("kg", "path", "ORPHA:199310", "HP:0001263").stdout.splitlines()
    assert lines[0].startswith("not: Tetragametic chimerism syndrome")
    assert "does not have" in lines[1]
    assert lines[2].startswith("1. ")
    assert all("2025-01-16" in line for line in lines if "→" in line)
    paths = json.loads(run("kg", "path", "HP:0001263", "ORPHA:199310", "--json").stdout)
    assert [path["is_denial"] for path in paths] == [True, False, False, False]


def test_a_class_of_frequency_is_not_shown_as_a_measured_one() -> None:
    shown = run("kg", "show", "ORPHA:199310").stdout
    assert "very frequent" in shown
    assert "90%" not in shown


def test_kg_info_says_how_many_diseases_are_ranked() -> None:
    words = run("kg", "info").stdout
    ranked = json.loads(run("kg", "info", "--json").stdout)["ranked_diseases"]
    assert f"{ranked:,} of them are ranked" in words
    assert "without a phenotype are not" in words


@pytest.mark.parametrize(
    "arguments", [("kg", "info"), ("kg", "info", "--json"), ("diagnose", "ataxia", "--json")]
)
def test_a_reader_that_leaves_early_is_no_error(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "nosograph.engine.cli", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_what_is_no_phenopacket_is_named(tmp_path: Path) -> None:
    packet = tmp_path / "packet.json"
    for content, message in (("{}", "got an empty one"), ('{"a": 1}', "among its 1 fields")):
        packet.write_text(content)
        told = run("diagnose", "--phenopacket", str(packet)).stderr
        assert "packet.json: not a phenopacket" in told
        assert message in told


def test_mondo_files_that_are_not_there_are_told_without_our_own_notation(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("other.tsv", "")
    for name, message in (("none", "no such file"), ("a.zip", "it holds other.tsv")):
        told = run("kg", "info", "--mondo", str(tmp_path / name)).stderr
        assert message in told
        assert "mondo_exactmatch_omim.sssom.tsv" in told
        assert "!" not in told
        assert "Error" not in told
