"""Which addresses have changed since hubs and search engines were last told of them.

What is owed is not kept anywhere: it follows from the outputs. Whatever a run has seen that was written
within a day, by itself or by one that failed or was killed, may not have been told yet; the records of
what was told (``functions.publish.told_once``) live longer than that and say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# A record of ArticleTable's stream can come back for a day. So long, and until the next refresh has ended,
# lasts the time between two turns of a channel, too.
OWED_FOR = timedelta(hours=26)
_FEEDS = frozenset(("atom.xml", "feed.json", "feed.xml"))
_MARK = "index"
_TURN = "turn"


@dataclass(frozen=True, slots=True)
class Output:
    """An output as a run has last seen it; ``modified`` is ``None`` where the run itself has written it."""

    key: str
    etag: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """An address that has changed; ``state`` is equal for equal content."""

    address: str
    state: str


def is_feed(key: str) -> bool:
    """Return whether an output is a feed that readers subscribe to."""
    return key.rpartition("/")[2] in _FEEDS


def indexing_mark(before: Mapping[str, str], *, may_be_indexed: bool) -> dict[str, str]:
    """Return what a page's metadata says of search engines; ``before`` is that of what it replaces.

    ``index`` is ``index`` where they may have the page, ``dropped`` on what comes in the place of such a one.
    """
    if may_be_indexed:
        return {_MARK: "index"}
    return {_MARK: "dropped"} if before.get(_MARK) == "index" else {}


def changed_feeds(outputs: Iterable[Output], portal_url: str, now: datetime) -> list[Announcement]:
    """Return the feeds of which a hub may not know yet, by address; ``now`` is the machine's time."""
    return _sorted(
        Announcement(f"{portal_url}/{output.key}", f"{output.metadata.get(_TURN, '')} {output.etag}".strip())
        for output in outputs
        if is_feed(output.key) and _may_be_owed(output, now)
    )


def changed_pages(outputs: Iterable[Output], portal_url: str, now: datetime) -> list[Announcement]:
    """Return the pages, changed or gone, of which a search engine may not know yet, by address.

    Only of those which their owners let it index, or did so until now.
    """
    return _sorted(
        Announcement(f"{portal_url}/{output.key}", _page_state(output.metadata))
        for output in outputs
        if output.key.startswith("a/") and _MARK in output.metadata and _may_be_owed(output, now)
    )


def _may_be_owed(output: Output, now: datetime) -> bool:
    return output.modified is None or output.modified > now - OWED_FOR


def next_turn(before: Mapping[str, str]) -> dict[str, str]:
    """Return what a feed's metadata says of how often it was written; ``before`` is that of what it replaces.

    What comes back to what it was has changed all the same.
    """
    turn = before.get(_TURN, "")
    return {_TURN: str(int(turn) + 1 if turn.isdecimal() else 1)}


def _page_state(metadata: Mapping[str, str]) -> str:
    shown = "gone" if "gone" in metadata else metadata.get("fingerprint", "")
    return f"{metadata[_MARK]} {metadata.get('version', '')} {shown}"


def _sorted(announcements: Iterable[Announcement]) -> list[Announcement]:
    return sorted(announcements, key=lambda one: one.address)
