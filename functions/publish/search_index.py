"""The list of search's partitions, and which of them stand for days that are over (pure).

While a month lasts, its days (or, of a full one, its hours and so on) are the partitions. When it has ended
they are joined: to one file of the month, where that is small enough, else to those of its days whose number
begins with 0, 1, 2 or 3 (``2026-01-2``), and where not even these are, they stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from functions.publish.json_text import json_text
from functions.publish.partitions import wider

SCHEMA = "newswire/search-index/1"
INDEX_KEY = "search/index.json"
_MONTH, _TENS, _DAY = (len(name) for name in ("2026-01", "2026-01-2", "2026-01-02"))


def document(partitions: Mapping[str, int], unproven: Collection[str] = ()) -> bytes:
    """Return the list of partitions with the number of their articles, the newest first; no empty ones.

    ``unproven`` are joint files whose days have not been looked at since they are listed.
    """
    names = sorted((name for name, count in partitions.items() if count), reverse=True)
    listed = [
        {"name": name, "articles": partitions[name], **({"unproven": True} if name in unproven else {})}
        for name in names
    ]
    return (json_text({"schema": SCHEMA, "partitions": listed}) + "\n").encode()


def read(body: bytes) -> dict[str, int]:
    """Return the partitions that a list of ours names; what is none names none."""
    try:
        return {one["name"]: one["articles"] for one in json.loads(body)["partitions"]}
    except (ValueError, KeyError, TypeError):
        return {}


def unproven(body: bytes) -> frozenset[str]:
    """Return the joint files of a list of ours that nobody has proved yet."""
    listed = json.loads(body)["partitions"] if read(body) else ()
    return frozenset(one["name"] for one in listed if "unproven" in one)


def month_of(name: str) -> str:
    """Return the month that a partition belongs to."""
    return name[:_MONTH]


def has_ended(month: str, now: datetime) -> bool:
    """Return whether a month is over, in UTC."""
    return month < now.strftime("%Y-%m")


def is_joint(name: str) -> bool:
    """Return whether a partition stands for several days."""
    return len(name) < _DAY


def joint_names(month: str) -> tuple[str, ...]:
    """Return the partitions that may stand for days of a month."""
    return (month, *(f"{month}-{tens}" for tens in range(4)))


def covering(name: str) -> frozenset[str]:
    """Return the partitions that may hold what one holds: itself, and all that it may be part of."""
    return frozenset({name, *wider(name), name[:_TENS], name[:_MONTH]})


def leaves_of(month: str, listed: Mapping[str, int]) -> dict[str, int]:
    """Return the partitions of a month that are listed and are no joint ones."""
    return {name: count for name, count in listed.items() if month_of(name) == month and not is_joint(name)}


def unjoined(listed: Mapping[str, int], most: int) -> set[str]:
    """Return the months that are listed by their leaves though some of these could be joined."""
    joint = {month_of(name) for name in listed if is_joint(name)}
    months = {month_of(name) for name in listed} - joint
    return {month for month in months if any(map(is_joint, joined(leaves_of(month, listed), most)))}


def joined(leaves: Mapping[str, int], most: int) -> dict[str, list[str]]:
    """Return an ended month's partitions, and of which leaves each is made.

    ``leaves`` are the month's partitions as they were cut, with the number of their articles. What was cut
    finer than a day was too much for one file, and stays.
    """
    found: dict[str, list[str]] = {}
    pending = _groups(leaves, _MONTH)
    for length in (_TENS, 0):
        too_many: dict[str, list[str]] = {}
        for name, parts in pending.items():
            whole = all(len(part) == _DAY for part in parts)
            fits = whole and sum(leaves[part] for part in parts) <= most
            (found if fits else too_many)[name] = parts
        rest = [part for parts in too_many.values() for part in parts]
        pending = _groups(rest, length) if length else {part: [part] for part in rest}
    return dict(sorted({**found, **pending}.items()))


def _groups(leaves: Iterable[str], length: int) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for leaf in sorted(leaves):
        groups.setdefault(leaf[:length], []).append(leaf)
    return groups
