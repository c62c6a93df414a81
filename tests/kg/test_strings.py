"""tests kg/strings.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosograph.kg.strings import StringTable


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"))))
def test_packed_texts_come_back(texts: list[str]) -> None:
    table = StringTable.pack(texts)
    assert list(table) == [table[i] for i in range(len(table))] == table[:] == texts


def test_an_index_is_checked_like_that_of_a_list() -> None:
    table = StringTable.pack(["a", "", "ö"])
    assert (table[-1], table[1:], "ö" in table) == ("ö", ["", "ö"], True)
    for index in (3, -4):
        with pytest.raises(IndexError):
            _ = table[index]
