"""Ranges of days in a month: "14-20 Januari 2022", "14. – 20. Januar 2022"."""

from __future__ import annotations

import re

# What stands before the last day. Without an ordinal's full stop a dash in spaces divides: "Page 3 - 20 May".
_FIRST_DAY = re.compile(
    r"(?<![0-9:./-])([0-9]{1,2})"
    r"(?:(?:st|nd|rd|th|\.) ?[–-] ?|[–-]|(?:st|nd|rd|th|\.)? (?:to|bis|hingga|sampai|s\.d\.|s/d) )$"
)
_LONGEST = 16  # characters


def first_of_range(line: str, start: int, day: int) -> tuple[int, int]:
    """Return where the range begins whose last day stands at `start` of the line, and its first day.

    Both are those given where there is no range. So a range is read like one with both ends written out.
    """
    first = _FIRST_DAY.search(line, max(0, start - _LONGEST), start)
    if first is None or not 0 < int(first[1]) < day:
        return start, day
    return first.start(), int(first[1])
