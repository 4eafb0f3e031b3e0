"""The memory of one feed: validators, due time, health, seen entries; and its item in FeedTable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newswire.clock import instant

PK_PREFIX = "feed#"


def feed_key(source_id: str, url: str) -> str:
    """Return the name of a feed: its source and its configured URL, whatever it redirects to."""
    return f"{source_id} {url}"


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed's state.

    ``pause`` is how long the document itself asked to be left alone. ``seen`` is packed
    (``seen_entries``), ``None`` before the first success; ``seen_key`` names the object that holds it
    where it is too large for the item.
    """

    key: str
    version: int = 0
    polled: datetime | None = None
    next_due: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    pause: timedelta = timedelta(0)
    failures: int = 0
    reason: str | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    seen: bytes | None = None
    seen_key: str | None = None

    def to_item(self) -> dict[str, Any]:
        """Return the item; absent values are left out."""
        item = {
            "pk": PK_PREFIX + self.key,
            "version": self.version,
            "polled": _stamp(self.polled),
            "next_due": _stamp(self.next_due),
            "etag": self.etag,
            "last_modified": self.last_modified,
            "body_hash": self.body_hash,
            "pause": int(self.pause.total_seconds()) or None,
            "failures": self.failures,
            "reason": self.reason,
            "last_success": _stamp(self.last_success),
            "last_new": _stamp(self.last_new),
            "seen": self.seen,
            "seen_key": self.seen_key,
        }
        return {name: value for name, value in item.items() if value is not None}

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> FeedState:
        """Read an item back."""
        seen = item.get("seen")
        return cls(
            key=str(item["pk"]).removeprefix(PK_PREFIX),
            version=int(item["version"]),
            polled=_moment(item.get("polled")),
            next_due=_moment(item.get("next_due")),
            etag=item.get("etag"),
            last_modified=item.get("last_modified"),
            body_hash=item.get("body_hash"),
            pause=timedelta(seconds=int(item.get("pause", 0))),
            failures=int(item.get("failures", 0)),
            reason=item.get("reason"),
            last_success=_moment(item.get("last_success")),
            last_new=_moment(item.get("last_new")),
            seen=None if seen is None else bytes(seen),
            seen_key=item.get("seen_key"),
        )


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _moment(stamp: str | None) -> datetime | None:
    return None if stamp is None else datetime.fromisoformat(stamp)
