"""Feed states in FeedTable, and the few seen entries that are too many for their item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from functions.fetch.feed_state import ITEMS, FeedState
from functions.fetch.seen_entries import INLINE_LIMIT, Fingerprint, SeenEntries, decode, encode
from newswire.backoff import Backoffs
from newswire.bucket import Bucket
from newswire.feed_keys import PK_PREFIX, feed_key, parent_tag
from newswire.tables import Table

_WRITE_UNIT = 1024  # bytes of an item (DynamoDB developer guide, "Read/write capacity mode")
_DAMAGED = (ArithmeticError, KeyError, TypeError, ValueError)  # of attributes that we did not write so


class FeedMemory:
    """Reads states and writes each of them in one conditional write, last of all.

    ``backoffs`` learns with every read of states what their domains asked for, at no further call.
    """

    def __init__(self, table: Table, bucket: Bucket, backoffs: Backoffs) -> None:
        self._table = table
        self._bucket = bucket
        self._backoffs = backoffs

    def listing(self, configured: Iterable[str]) -> dict[str, str]:
        """Return ``next_due`` of every feed that was ever asked by feed key, as it was a moment ago.

        ``configured`` are the catalogue's feed keys; what those feeds list is found by their states.
        """
        known = self._peek(configured)
        listed = {child for key, state in known.items() for child in _children(key, state)}
        known |= self._peek(listed) if listed else {}
        return {key: str(state["next_due"]) for key, state in known.items() if "next_due" in state}

    def _peek(self, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        found = self._table.peek_many((PK_PREFIX + key for key in keys), ("next_due", "children"))
        return {pk.removeprefix(PK_PREFIX): item for pk, item in found.items()}

    def states(
        self, keys: Iterable[str], domains: Iterable[str] = (), *, may_lag: bool = False
    ) -> dict[str, FeedState]:
        """Return a state for every key; a feed never seen has a blank one.

        Where they ``may_lag``, what was written a moment ago may be missing. Then the state that is made of
        such a one is not kept (:meth:`save`), and all else that comes of it is done once more.
        """
        wanted, beside = list(dict.fromkeys(keys)), list(domains)
        read = self._table.peek_many if may_lag else self._table.get_many
        items = read([*(PK_PREFIX + key for key in wanted), *self._backoffs.keys(beside)])
        self._backoffs.learn(items, beside)
        return {key: _state(key, items.get(PK_PREFIX + key)) for key in wanted}

    def seen(self, state: FeedState) -> SeenEntries | None:
        """Return the entries that the feed had; ``None`` where it was never read or they are lost."""
        packed = state.seen
        if packed is None and state.seen_key is not None:
            stored = self._bucket.get(state.seen_key)
            packed = stored.body if stored else None
        try:
            return None if packed is None else decode(packed)
        except ValueError:  # damaged is as good as lost
            return None

    def keep_seen(self, key: str, fingerprints: tuple[Fingerprint, ...]) -> tuple[bytes | None, str | None]:
        """Return ``seen`` and ``seen_key`` of a state; above 8,000 entries go into the feed's object first.

        If the state is then not written, the object is ahead of it: of entries that the queue has accepted.
        """
        packed = encode(fingerprints)
        if len(fingerprints) <= INLINE_LIMIT:
            return packed, None
        name = f"feeds/{hashlib.sha256(key.encode()).hexdigest()}.seen"
        self._bucket.put(name, packed, content_type="application/octet-stream")
        return None, name

    def save(self, state: FeedState) -> None:
        """Write the next version; raise :class:`~newswire.tables.ConditionFailed` if another run has."""
        version = state.version
        self._table.put({**state.to_item(), "version": version + 1}, expected_version=version or None)

    def forget(self, keys: Iterable[str]) -> None:
        """Remove the states of listed documents that are no longer polled for who lists them."""
        for key in keys:
            self._table.delete(PK_PREFIX + key)


def room_for_items(state: FeedState) -> int:
    """Return how many bytes of items can be remembered with a state, so that no poll is billed more.

    A state is written whole at every poll, and to read a document anew costs less than a write unit. Beside
    seen entries in an object there is none: that may be ahead of the state, and items stand in their order.
    """
    if state.seen is None:
        return 0
    values = {name: value for name, value in state.to_item().items() if name != ITEMS}
    without = sum(len(name) + _size(value) for name, value in values.items())
    return max(-without % _WRITE_UNIT - len(ITEMS), 0)


def _size(value: object) -> int:
    if isinstance(value, list):
        return 3 + sum(1 + _size(one) for one in value)
    return len(value) if isinstance(value, bytes) else len(str(value).encode())


def _state(key: str, item: Mapping[str, Any] | None) -> FeedState:
    """Return a feed's state; one that a later release has written, or that is damaged, is as good as lost."""
    if item is None:
        return FeedState(key)
    with suppress(*_DAMAGED):
        if "schema" not in item:
            return FeedState.from_item(item)
    return FeedState(key, _version(item))


def _children(key: str, item: Mapping[str, Any]) -> Iterable[str]:
    """Yield the feed keys of what a configured feed lists, as far as its state can be read."""
    source_id, url = key.split(" ")
    urls = item.get("children")
    for child in urls if isinstance(urls, list) else ():
        yield feed_key(source_id, str(child), parent_tag(url))


def _version(item: Mapping[str, Any]) -> int:
    """Return by what the item can be written over."""
    with suppress(*_DAMAGED):
        return int(item["version"])
    return 0
