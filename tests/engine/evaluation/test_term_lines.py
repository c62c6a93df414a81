from __future__ import annotations

from nosograph.engine.evaluation.term_lines import TermLines
from nosograph.kg.graph import KnowledgeGraph

ARACHNODACTYLY, LONG_FINGERS, ECTOPIA_LENTIS = "HP:0001166", "HP:0100807", "HP:0001083"


def test_a_line_leads_up_and_down_but_not_aside_nor_to_the_root(embedded_graph: KnowledgeGraph):
    lines = TermLines(embedded_graph)
    assert lines.on_one_line(ARACHNODACTYLY, LONG_FINGERS)
    assert lines.on_one_line(LONG_FINGERS, ARACHNODACTYLY)
    assert not lines.on_one_line(ARACHNODACTYLY, ECTOPIA_LENTIS)
    assert not lines.on_one_line(ARACHNODACTYLY, "HP:0000118")
    assert lines.on_one_line("HP:0000118", "HP:0000118")


def test_what_the_graph_does_not_know_is_on_its_own_line(embedded_graph: KnowledgeGraph):
    lines = TermLines(embedded_graph)
    assert lines.on_one_line("HP:9999999", "HP:9999999")
    assert not lines.on_one_line("HP:9999999", ARACHNODACTYLY)
    assert not lines.on_one_line("OMIM:154700", ARACHNODACTYLY)
