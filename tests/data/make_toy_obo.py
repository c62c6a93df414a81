"""Write toy.obo: the stanzas of a few terms and all of their ancestors, out of the embedded release.

Run from the repository root: python tests/data/make_toy_obo.py
"""

from pathlib import Path

from nosograph.ontologies.readers.obo import read_obo
from nosograph.ontologies.sources import embedded_source_file

CHOSEN = [
    "HP:0001250",
    "HP:0007359",
    "HP:0001166",
    "HP:0001083",
    "HP:0002616",
    "HP:0000545",
    "HP:0001653",
    "HP:0001263",
    "HP:0000610",
    "HP:0000006",
    "HP:0000007",
    "HP:0003577",
    "HP:0011463",
    "HP:0012825",
    "HP:0012828",
    "HP:0040282",
    "HP:0003829",
    "HP:0003680",
    "HP:0032443",
    "HP:0012531",
]
OBSOLETE = ["HP:0007757", "HP:0003494", "HP:0004038"]
KEPT_TAGS = (
    "id",
    "name",
    "alt_id",
    "def",
    "synonym",
    "is_a",
    "is_obsolete",
    "replaced_by",
    "consider",
)


def main() -> None:
    file = embedded_source_file("hpo", verify=True)
    with file.open() as lines:
        hpo = read_obo(lines)
    wanted = set(OBSOLETE)
    for term_id in CHOSEN:
        ancestors = hpo.hierarchy.ancestors(hpo.index[term_id])
        wanted |= {hpo.terms[i].term_id for i in ancestors.tolist()}
    header, *stanzas = Path(file.path).read_text("utf-8").split("\n\n")
    kept = [line for line in header.splitlines() if line.startswith(("format-", "data-", "syno"))]
    parts = ["\n".join(kept)]
    for stanza in stanzas:
        first, *lines = stanza.strip("\n").splitlines() or [""]
        if first == "[Term]" and lines[0].removeprefix("id: ") in wanted:
            parts.append("\n".join([first, *(x for x in lines if x.split(":")[0] in KEPT_TAGS)]))
    target = Path(__file__).with_name("toy.obo")
    target.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
