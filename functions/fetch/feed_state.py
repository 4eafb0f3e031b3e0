"""The memory of one feed: validators, due time, health, seen entries; and its item in FeedTable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from newswire.clock import instant
from newswire.feed_keys import PK_PREFIX

# The release before wrote other records as `items`.
ITEMS = "read"
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# How long the state of a document that another one listed outlives its last poll.
CHILD_MEMORY = timedelta(days=90)

Health = Literal["ok", "failing", "silent", "gone", "stopped"]


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed's state; ``docs/architecture.md`` explains every attribute.

    ``pause`` is how long the document itself asked to be left alone. ``seen`` is packed
    (``seen_entries``), ``None`` before the first success; ``seen_key`` names the object that holds it
    where it is too large for the item. ``items`` is packed, too (``item_memory``): what the last document's
    items were, by their bytes.
    """

    key: str
    version: int = 0
    polled: datetime | None = None
    next_due: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    pause: timedelta = timedelta(0)
    rhythm: timedelta | None = None
    newest: datetime | None = None
    failures: int = 0
    reason: str | None = None
    health: Health = "ok"
    last_success: datetime | None = None
    last_new: datetime | None = None
    moving_to: str | None = None
    confirmations: int = 0
    moved_to: str | None = None
    gone: datetime | None = None
    seen: bytes | None = None
    seen_key: str | None = None
    children: tuple[str, ...] = ()
    listed: str | None = None
    not_before: datetime | None = None
    items: bytes | None = None

    @property
    def is_child(self) -> bool:
        """Whether another document listed this one; ``newswire.feed_keys`` tells how its key shows it."""
        return self.key.count(" ") == 2

    @property
    def has_validators(self) -> bool:
        """Whether the server can be asked for what has changed only."""
        return self.etag is not None or self.last_modified is not None

    def to_item(self) -> dict[str, Any]:
        """Return the item; absent values are left out."""
        item = {
            "pk": PK_PREFIX + self.key,
            "version": self.version,
            "due": "feed",  # the release before knows what a feed lists by an index of it alone
            "polled": _stamp(self.polled),
            "next_due": _stamp(self.next_due),
            "etag": self.etag,
            "last_modified": self.last_modified,
            "body_hash": self.body_hash,
            "pause": int(self.pause.total_seconds()) or None,
            "rhythm": None if self.rhythm is None else int(self.rhythm.total_seconds()),
            "newest": _stamp(self.newest),
            "failures": self.failures or None,
            "reason": self.reason,
            "health": None if self.health == "ok" else self.health,
            "last_success": _stamp(self.last_success),
            "last_new": _stamp(self.last_new),
            "moving_to": self.moving_to,
            "confirmations": self.confirmations or None,
            "moved_to": self.moved_to,
            "gone": _stamp(self.gone),
            "seen": self.seen,
            "seen_key": self.seen_key,
            ITEMS: self.items,
            "children": list(self.children) or None,
            "listed": self.listed,
            "not_before": _stamp(self.not_before),
            "expires": int((self.polled + CHILD_MEMORY).timestamp())
            if self.is_child and self.polled
            else None,
        }
        return {name: value for name, value in item.items() if value is not None}

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> FeedState:
        """Read an item back."""
        seen, items = item.get("seen"), item.get(ITEMS)
        return cls(
            key=str(item["pk"]).removeprefix(PK_PREFIX),
            version=int(item["version"]),
            polled=_moment(item.get("polled")),
            next_due=_moment(item.get("next_due")),
            etag=item.get("etag"),
            last_modified=item.get("last_modified"),
            body_hash=item.get("body_hash"),
            pause=timedelta(seconds=int(item.get("pause", 0))),
            rhythm=timedelta(seconds=int(item["rhythm"])) if "rhythm" in item else None,
            newest=_moment(item.get("newest")),
            failures=int(item.get("failures", 0)),
            reason=item.get("reason"),
            health=item.get("health", "ok"),
            last_success=_moment(item.get("last_success")),
            last_new=_moment(item.get("last_new")),
            moving_to=item.get("moving_to"),
            confirmations=int(item.get("confirmations", 0)),
            moved_to=item.get("moved_to"),
            gone=_moment(item.get("gone")),
            seen=None if seen is None else bytes(seen),
            seen_key=item.get("seen_key"),
            items=None if items is None else bytes(items),
            children=tuple(item.get("children", ())),
            listed=item.get("listed"),
            not_before=_moment(item.get("not_before")),
        )


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _moment(stamp: str | None) -> datetime | None:
    return None if stamp is None else datetime.fromisoformat(stamp)
