"""Ranges of days in a month: "14-20 Januari 2022", "14. – 20. Januar 2022"; and numbers that are no days.

A range has its two ends written alike: both as ordinals, or both as mere numbers. So neither
"Part 1. - 20 May" nor "Page 3 - 20 May" is one.
"""

from __future__ import annotations

import re

from newswire.date_names import MONTHS

_ORDINAL = r"(?:st|nd|rd|th|\.)"
_FIRST = r"(?<![0-9:./-])([0-9]{1,2})"
_WORDS = r" (?:to|bis|hingga|sampai|s\.d\.|s/d) "
_BEFORE_NUMBER = re.compile(rf"{_FIRST}(?:[–-]|{_ORDINAL}?{_WORDS})$")
_BEFORE_ORDINAL = re.compile(rf"{_FIRST}{_ORDINAL}(?: ?[–-] ?|{_WORDS})$")
_IS_ORDINAL = re.compile(rf"[0-9]{{1,2}}{_ORDINAL}")
_LONGEST = 16  # characters

# Words whose number is not a day's.
_COUNTED_ID = (
    "ayat bab bagian grup hal halaman hlm jilid juara kelas nomor pasal peringkat seri suhu umur usia"
)
_COUNTED_EN = (
    "age aged chapter ep episode fig figure level no number page pages part rank season series table top vol"
    " volume"
)
_COUNTED = frozenset((*_COUNTED_ID.split(), *_COUNTED_EN.split()))
_WORD_BEFORE = re.compile(r"([^\W\d_]{1,12})(?:[.:#]? ?#?|-)$")


def first_of_range(line: str, start: int, day: int) -> tuple[int, int]:
    """Return where the range begins whose last day stands at `start` of the line, and its first day.

    Both are those given where there is no range. So a range is read like one with both ends written out.
    """
    before = _BEFORE_ORDINAL if _IS_ORDINAL.match(line, start) else _BEFORE_NUMBER
    first = before.search(line, max(0, start - _LONGEST), start)
    if first is None or not 0 < int(first[1]) < day or is_counted(line, first.start()):
        return start, day
    return first.start(), int(first[1])


def is_counted(line: str, start: int) -> bool:
    """Return whether the number at `start` of a line in lower case belongs to the word before it.

    "halaman 3", "part 1", "u-17", and the day of another month: "june 1".
    """
    word = _WORD_BEFORE.search(line, max(0, start - _LONGEST), start)
    return word is not None and (word[1] in _COUNTED or word[1] in MONTHS or line[start - 1] == "-")
