"""How a series of articles is cut into files: by when an article is listed, as finely as its number asks for.

A series begins with one file a UTC day. A file that would hold more than the series allows is split, for
good, into those of its hours, an hour into its ten minutes, and these by the first letter of the
articles' ids: whatever arrives in whatever order, no file grows without bound, and an article's file is
found without an index. Names are ``2026-01-02``, ``2026-01-02-15``, ``2026-01-02-1530``,
``2026-01-02-1530-a``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Value = TypeVar("Value")

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # of RFC 4648's base32, in which ids are written
_DAY, _HOUR, _TEN_MINUTES, _LETTER = (len(name) for name in ("2026-01-02", "-15", "30", "-a"))
_LENGTHS = (_DAY, _DAY + _HOUR, _DAY + _HOUR + _TEN_MINUTES, _DAY + _HOUR + _TEN_MINUTES + _LETTER)


def names_for(listed: str, article_id: str) -> tuple[str, str, str, str]:
    """Return the names of an article's partitions, widest first; ``listed`` is RFC 3339 in UTC."""
    day, hour = listed[:10], f"{listed[:10]}-{listed[11:13]}"
    ten_minutes = f"{hour}{listed[14]}0"
    return day, hour, ten_minutes, f"{ten_minutes}-{article_id[0]}"


def narrower(name: str, listed: str, article_id: str) -> str:
    """Return the partition of an article one level below ``name``, which is not of the last level."""
    return names_for(listed, article_id)[_LENGTHS.index(len(name)) + 1]


def wider(name: str) -> tuple[str, ...]:
    """Return the partitions that one is part of, the day first; none for a day."""
    return tuple(name[:length] for length in _LENGTHS if length < len(name))


def children(name: str) -> tuple[str, ...]:
    """Return the partitions into which one is split; none of the last level."""
    return {
        _LENGTHS[0]: tuple(f"{name}-{hour:02}" for hour in range(24)),
        _LENGTHS[1]: tuple(f"{name}{tens}0" for tens in range(6)),
        _LENGTHS[2]: tuple(f"{name}-{letter}" for letter in _LETTERS),
    }.get(len(name), ())


def parted(name: str, moments: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, dict[str, Value]]:
    """Return values by article id, divided among the children of ``name``; ``moments``: ``listed`` by id."""
    parts: dict[str, dict[str, Value]] = {}
    for one, value in values.items():
        parts.setdefault(narrower(name, moments[one], one), {})[one] = value
    return dict(sorted(parts.items()))
