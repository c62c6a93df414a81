"""Texts without spaces: each Chinese or Japanese character is a word, and their order counts.

What is written in Latin letters or digits stays together. Words that may stand between the
characters of a name ("明显") are cut out whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from nosograph.engine.findings.linking.tokens import Word

__all__ = ["BREAKS", "MAX_CHARACTERS", "character_key", "cutter"]

MAX_CHARACTERS = 40
"""Of a name; longer ones are definitions."""
BREAKS = re.compile(
    r"[。．.！？!?；;：:，,｡､【】「」『』《》<>{}\[\]|•*=…\t\x00-\x08\x0b\x0c\x0e-\x1f]"
    r"|\n\s*\n|\n\s*[-–—#\d（(]"
    r"|、(?![\d一二三四五六])"
)
"""Not brackets, nor the enumeration comma before a figure: names hold them ("指(趾)", "第2、3趾").
Elsewhere it parts findings: "咯血、胸痛" is no blood in the chest."""
_CHARACTER = (
    r"[\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]"
)
_OTHER = r"\d+(?:\.\d+)+|\d+|(?:(?!" + _CHARACTER + r")[^\W\d_])+"


def cutter(whole_words: Iterable[str]) -> Callable[[str], Iterator[Word]]:
    """Make a function that cuts a text into characters, runs of letters, and some whole words.

    >>> [word.text for word in cutter(["明显"])("肌张力明显低，EEG异常")]
    ['肌', '张', '力', '明显', '低', 'EEG', '异', '常']
    """
    longest_first = sorted(whole_words, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join([*map(re.escape, longest_first), _OTHER, _CHARACTER]))

    def iter_words(text: str) -> Iterator[Word]:
        for match in pattern.finditer(text):
            yield Word(match.start(), match.end(), match[0])

    return iter_words


@lru_cache(maxsize=100_000)
def character_key(word: str) -> str:
    """Fold width and case: full-width letters and half-width kana meet the usual ones.

    >>> character_key("ＥＥＧ"), character_key("ｹ")
    ('eeg', 'ケ')
    """
    return unicodedata.normalize("NFKC", word).casefold()
