"""What is written back of a restored item. No I/O.

A version is the only order, and a page is replaced only by a higher one: what is written back gets a version
above what is there, and above what the site shows. What went after the backup's moment stays gone: where only
the site's notice still tells of it, a tombstone is written, or its next entry would make it anew. Only
``make restore`` undoes takedowns and stops.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.upkeep.items import Item, Verdict
from newswire.article_item import TAKEDOWN, Tombstone
from newswire.stops import STOPS_PK

WRITTEN = "written back"
SAME = "as in the backup"
DIFFERS = "written since the backup, and so left"
GONE = "gone since the backup, and so left"
TAKEN_DOWN = "taken down since the backup, and so left to make restore"
NOTICE_ONLY = "gone since the backup, by the site's notice alone: a tombstone written"
REASON = "gone, by its notice in the site"  # of such a tombstone


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for besides what is missing.

    ``ids``: of these articles alone, what differs; empty: of all. ``damaged``: what differs of all that are
    looked at. ``forced``: also what has gone since, and feeds' memories as they were.
    """

    ids: frozenset[str] = frozenset()
    damaged: bool = False
    forced: bool = False

    def covers(self, item: Item) -> bool:
        """Return whether an item is looked at."""
        return not self.ids or not self.ids.isdisjoint((item["pk"].partition("#")[2], item.get("article")))

    @property
    def replaces(self) -> bool:
        """Return whether what differs is written back."""
        return self.damaged or bool(self.ids)


@dataclass(frozen=True, slots=True)
class Shown:
    """The highest version that the site shows of an article; ``gone``: by a notice in its place.

    ``since`` (RFC 3339) is when that was written.
    """

    version: int = 0
    gone: bool = False
    since: str = ""


def verdict(restored: Item, present: Item | None, wish: Wish, shown: Callable[[], Shown]) -> Verdict:
    """Return what is to become of an item, ``present`` by now, that the backup has as ``restored``."""
    if present is None:
        return _missing(restored, wish, shown())
    if {**restored, "version": 0} == {**present, "version": 0}:
        return Verdict(SAME)
    if kept := _kept(restored, present, wish):
        return Verdict(kept)
    merged = restored if wish.forced else _with_newer_feeds(restored, present)
    return Verdict(WRITTEN, _above(merged, max(_version(present), shown().version)))


def _missing(restored: Item, wish: Wish, page: Shown) -> Verdict:
    is_older = page.gone and page.version > _version(restored)
    if is_older and not _is_gone(restored) and not wish.forced:
        return Verdict(NOTICE_ONLY, _stone(restored, page))
    return Verdict(WRITTEN, _above(restored, page.version))


def _kept(restored: Item, present: Item, wish: Wish) -> str | None:
    """Return why what is there stays, ``None`` where it is replaced."""
    if _is_taken_down(present):
        return TAKEN_DOWN
    if restored["pk"] == STOPS_PK:
        return DIFFERS
    if not wish.replaces:
        return GONE if _is_gone(present) else DIFFERS
    is_undone = _is_gone(present) or _is_gone(restored)
    return GONE if is_undone and not wish.forced else None


def _is_gone(item: Item) -> bool:
    return item.get("state") == "tombstone" or "retired" in item


def _is_taken_down(item: Item) -> bool:
    return item.get("state") == "tombstone" and item.get("reason") == TAKEDOWN


def _stone(restored: Item, page: Shown) -> Item:
    """Return what keeps an article gone whose tombstone is lost, with it why it went.

    Its version is below the notice's, whose words stand: they may be the operator's or the publisher's.
    """
    version, slug = max(1, page.version - 1), restored["slug"]
    return Tombstone(restored["id"], version, restored["url"], slug, REASON, page.since).to_item()


def _version(item: Item) -> int:
    return int(item.get("version", 0))


def _above(item: Item, version: int) -> Item:
    """Return the item with a version above all; an alias has none."""
    return {**item, "version": max(_version(item), version) + 1} if "version" in item else item


def _with_newer_feeds(restored: Item, present: Item) -> Item:
    """Return the restored item with what feeds have told since: nothing of theirs is taken for news again."""
    told, known = present.get("via"), restored.get("via")
    if not isinstance(told, Mapping) or not isinstance(known, Mapping):
        return restored
    later = {feed: via for feed, via in told.items() if _polled(via) > _polled(known.get(feed))}
    return {**restored, "via": {**known, **later}}


def _polled(via: Any) -> str:
    return str(via.get("polled", "")) if isinstance(via, Mapping) else ""
