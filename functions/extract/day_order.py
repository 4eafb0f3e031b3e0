"""Which number of a numeric date is the day, where another date of the same page tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from newswire.dates import read_date

# 4/5/2024 is two days, by the orders in use. With full stops the day is first everywhere.
_TWO_WAYS = re.compile(r"(?<![0-9./-])(0?[1-9]|1[0-2])([/-])(?!\1\2)(?:0?[1-9]|1[0-2])\2[0-9]{4}(?![0-9])")


def means_two_days(text: str) -> bool:
    """Whether the text has a numeric date that may be read in two ways."""
    return _TWO_WAYS.search(text) is not None


def certain_days(texts: Iterable[str]) -> frozenset[date]:
    """Return the days of those texts that can be read in one way only."""
    read = (read_date(text) for text in texts if not means_two_days(text))
    return frozenset(moment.date() for moment in read if moment is not None)


def day_is_first(text: str, certain: frozenset[date], *, day_first: bool | None) -> bool | None:
    """Return whether the day is first in a text that means two: `day_first`, unless the page gainsays it.

    It does where one of the two is among its `certain` days, and the other is not: systems that write the
    month first stand behind pages in languages that never do.
    """
    read = {order: read_date(text, day_first=order) for order in (True, False)}
    told = [order for order, moment in read.items() if moment is not None and moment.date() in certain]
    return told[0] if len(told) == 1 else day_first
