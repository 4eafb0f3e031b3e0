"""The published site: every output is read before it is decided, and written only as it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from functions.publish import json_feed, opml, sitemaps
from functions.publish.announcements import Output, is_feed, next_turn
from functions.publish.caching import cache_control, is_stored_with_gzip
from functions.publish.reporting import Report
from functions.publish.snapshot import Snapshot
from functions.publish.static_files import StaticFile
from functions.publish.stores import Objects
from newswire.bucket import Packed, StoredObject
from newswire.image_copies import MEDIA_TYPE

_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "opml": opml.MEDIA_TYPE,
    "txt": "text/plain; charset=utf-8",
    "webp": MEDIA_TYPE,
    "xml": sitemaps.MEDIA_TYPE,
}
# What is said of an output beside its bytes, and decides what is made of it.
_MARKS = frozenset({"cut", "edition", "full-until", "gone", "split", "splitting"})
# In the name of a feed's archived document
_PARTITION = re.compile(r"-\d{4}-\d\d-\d\d[-\da-z]*")
_FEED_TYPES = {
    "atom.xml": "application/atom+xml",
    "feed.json": json_feed.MEDIA_TYPE,
    "feed.xml": "application/rss+xml",
}


class Site:
    """The site's objects. ``has_hub`` says that a hub asks for the feeds as soon as they have changed.

    ``outputs`` are those that were read or written, by key, as they were last seen.
    """

    def __init__(self, objects: Objects, report: Report, *, has_hub: bool = False) -> None:
        self._objects = objects
        self._report = report
        self.has_hub = has_hub
        self.outputs: dict[str, Output] = {}

    def read(self, key: str) -> Snapshot:
        """Return an output as it is now."""
        stored = self._objects.get(key)
        if stored is not None:
            self.outputs[key] = Output(key, stored.etag, stored.metadata, stored.modified)
        return Snapshot(key, stored)

    def packed(self, key: str, body: bytes) -> Packed:
        """Return an output's body as it is stored."""
        return Packed.of(body, gzipped=is_stored_with_gzip(_media_type(key), len(body)))

    def write(
        self, snapshot: Snapshot, body: bytes | Packed, metadata: Mapping[str, str] | None = None
    ) -> bool:
        """Replace an output that is still as in ``snapshot``; where bytes and marks are equal, do nothing.

        Return whether it was written; raise :class:`newswire.bucket.WriteConflict` if it has changed.
        """
        return self._written(snapshot, body, metadata) is not None

    def settled(self, snapshot: Snapshot, body: bytes, metadata: Mapping[str, str]) -> str | None:
        """Write as :meth:`write` does; return the ETag that the output has then."""
        return self._written(snapshot, body, metadata) or snapshot.etag

    def differs(
        self, snapshot: Snapshot, body: bytes | Packed, metadata: Mapping[str, str] | None = None
    ) -> bool:
        """Return whether :meth:`write` would write, by bytes and marks."""
        stored, plain = snapshot.stored, body.body if isinstance(body, Packed) else body
        return stored is None or stored.body != plain or _marks(stored.metadata) != _marks(metadata or {})

    def _written(
        self, snapshot: Snapshot, body: bytes | Packed, metadata: Mapping[str, str] | None
    ) -> str | None:
        if not self.differs(snapshot, body, metadata):
            return None
        if self.has_hub and is_feed(snapshot.key):
            metadata = {**(metadata or {}), **next_turn(snapshot.metadata)}
        etag = self._objects.put(
            snapshot.key,
            body if isinstance(body, Packed) else self.packed(snapshot.key, body),
            content_type=_media_type(snapshot.key),
            cache_control=cache_control(snapshot.key, has_hub=self.has_hub),
            metadata=metadata,
            if_match=snapshot.etag,
            if_none_match=snapshot.etag is None,
        )
        self.outputs[snapshot.key] = Output(snapshot.key, etag, metadata or {}, None)
        self._report.wrote(snapshot.key)
        return etag

    def replaced(
        self, snapshot: Snapshot, body: bytes | Packed, metadata: Mapping[str, str] | None = None
    ) -> Snapshot:
        """Write an output and return it as it is then; raise as :meth:`write` does."""
        self.write(snapshot, body, metadata)
        written = self.outputs[snapshot.key]
        plain = body.body if isinstance(body, Packed) else body
        stored = StoredObject(plain, written.etag, _media_type(snapshot.key), written.metadata)
        return Snapshot(snapshot.key, stored)

    def ensure(self, file: StaticFile) -> bool:
        """Write a static file if it is not there; its name says what it holds."""
        if self._objects.get(file.key) is not None:
            return False
        self._objects.put(
            file.key,
            file.body,
            content_type=file.media_type,
            cache_control=cache_control(file.key, has_hub=self.has_hub),
        )
        self._report.wrote(file.key)
        return True


def _marks(metadata: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in metadata.items() if name in _MARKS}


def _media_type(key: str) -> str:
    name = _PARTITION.sub("", key.rpartition("/")[2])
    return _FEED_TYPES.get(name) or _MEDIA_TYPES[name.rpartition(".")[2]]
