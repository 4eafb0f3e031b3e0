"""An article, or a feed, in the functions' logs: the question to CloudWatch Logs Insights, and its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from local.trace.store import Facts

MOST_ROWS = 1000
MOST_WORDS = 9  # an article's id and the ids of its first aliases


def insights_query(words: Sequence[str]) -> str:
    """Return the query for all lines with one of these words, oldest first.

    A line names an article in a field of its own, or among ids of several: so the text is looked through.
    """
    wanted = " or ".join(f'@message like "{_quoted(word)}"' for word in words[:MOST_WORDS])
    return f"fields @timestamp, @message | filter {wanted} | sort @timestamp asc | limit {MOST_ROWS}"


def _quoted(word: str) -> str:
    """Return a word as it stands in a JSON line, inside quotation marks of a query; no other may get in."""
    return re.sub(r'["\\\x00-\x1f\x7f]', "", word)


# What every line says of its function
_OF_ALL = frozenset(
    {
        "cold_start",
        "function_arn",
        "function_memory_size",
        "function_name",
        "function_request_id",
        "location",
        "xray_trace_id",
    }
)


def told_lines(lines: Iterable[str], words: Collection[str]) -> list[Facts]:
    """Return structured lines in the order of their times, without what every line says of its function."""
    told = [_told(line, words) for line in lines]
    return sorted(told, key=lambda one: str(one.get("timestamp", "")))


def _told(line: str, words: Collection[str]) -> Facts:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {"line": line}
    if not isinstance(entry, dict):
        return {"line": line}
    first = {name: entry.pop(name, None) for name in ("timestamp", "service", "message")}
    own = {name: _own(value, words) for name, value in entry.items() if name not in _OF_ALL}
    return first | own


def _own(value: Any, words: Collection[str]) -> Any:
    """Return a value; of a list of articles, those that were asked for, and how many others there are."""
    if isinstance(value, list) and (wanted := [one for one in value if one in words]):
        others = len(value) - len(wanted)
        return [*wanted, *([f"and {others} others"] if others else [])]
    return value
