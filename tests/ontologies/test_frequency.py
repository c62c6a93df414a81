"""tests ontologies/frequency.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.ontologies.frequency import FREQUENCY_CLASSES, Frequency, FrequencyKind

KINDS = FrequencyKind


@pytest.mark.parametrize(
    ("text", "kind", "value", "n", "m"),
    [
        ("3/12", KINDS.COUNT, 0.25, 3, 12),
        (" 3 / 12 ", KINDS.COUNT, 0.25, 3, 12),
        ("0/7", KINDS.COUNT, 0.0, 0, 7),
        ("7/7", KINDS.COUNT, 1.0, 7, 7),
        ("45%", KINDS.PERCENT, 0.45, 0, 0),
        ("12.5%", KINDS.PERCENT, 0.125, 0, 0),
        ("30%-50%", KINDS.PERCENT, 0.4, 0, 0),
        ("HP:0040281", KINDS.CLASS, 0.895, 0, 0),
        ("HP:0040285", KINDS.CLASS, 0.0, 0, 0),
        ("", KINDS.UNSTATED, None, 0, 0),
        ("   ", KINDS.UNSTATED, None, 0, 0),
        ("0/0", KINDS.UNREADABLE, None, 0, 0),
        ("7/3", KINDS.UNREADABLE, None, 0, 0),
        ("-1/3", KINDS.UNREADABLE, None, 0, 0),
        ("101%", KINDS.UNREADABLE, None, 0, 0),
        ("50%-30%", KINDS.UNREADABLE, None, 0, 0),
        ("HP:0001250", KINDS.UNREADABLE, None, 0, 0),
        ("often", KINDS.UNREADABLE, None, 0, 0),
        ("١/٢", KINDS.UNREADABLE, None, 0, 0),
        ("9" * 5000 + "/" + "9" * 5000, KINDS.UNREADABLE, None, 0, 0),
        ("9" * 5000 + "%", KINDS.UNREADABLE, None, 0, 0),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_frequency_is_read_as_it_was_stated(
    text: str, kind: FrequencyKind, value: float | None, n: int, m: int
) -> None:
    found = Frequency.parse(text)
    assert (found.kind, found.n, found.m) == (kind, n, m)
    assert found.value == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3/7", "3/7"),
        ("7/7", "7/7"),
        ("0/12", "not seen (0/12)"),
        ("45%", "45 %"),
        ("12.5%", "12.5 %"),
        ("100%", "100 %"),
        ("0%", "not seen (0 %)"),
        ("HP:0040280", "obligate (100 %)"),
        ("HP:0040281", "very frequent (80–99 %)"),
        ("HP:0040282", "frequent (30–79 %)"),
        ("HP:0040283", "occasional (5–29 %)"),
        ("HP:0040284", "very rare (1–4 %)"),
        ("HP:0040285", "not seen (0 %)"),
        ("", "frequency not stated"),
        ("often", "frequency not readable"),
    ],
)
def test_a_frequency_in_words_is_as_precise_as_it_was_stated(text: str, words: str) -> None:
    assert str(Frequency.parse(text)) == words


def test_every_class_has_its_words() -> None:
    assert len({str(Frequency.parse(term)) for term in FREQUENCY_CLASSES}) == len(FREQUENCY_CLASSES)


def test_the_classes_lie_within_the_ranges_that_define_them() -> None:
    assert sorted(FREQUENCY_CLASSES.values(), reverse=True) == list(FREQUENCY_CLASSES.values())


@given(
    st.one_of(
        st.text(),
        st.from_regex(r"\s*-?\d{0,5}\s*/\s*\d{0,5}"),
        st.from_regex(r"\d{0,4}(\.\d*)?%(-\d{0,4}%)?"),
    )
)
def test_reading_never_raises_and_the_value_is_a_share_or_nothing(text: str) -> None:
    found = Frequency.parse(text)
    assert found.value is None or 0 <= found.value <= 1
    assert (found.value is None) == (found.kind in (KINDS.UNSTATED, KINDS.UNREADABLE))
    assert 0 <= found.n <= found.m
