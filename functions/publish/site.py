"""The published site: every output is read before it is decided, and written only as it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from functions.publish import json_feed, opml, sitemaps
from functions.publish.reporting import Report
from functions.publish.snapshot import Snapshot
from functions.publish.static_files import StaticFile
from functions.publish.stores import Objects

_FOR_EVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=60"
_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "opml": opml.MEDIA_TYPE,
    "txt": "text/plain; charset=utf-8",
    "xml": sitemaps.MEDIA_TYPE,
}
# What is said of an output beside its bytes and changes what it is, not only how it came about.
_MARKS = frozenset({"gone", "split"})
# In the name of a feed's archived document
_PARTITION = re.compile(r"-\d{4}-\d\d-\d\d[-\da-z]*")
_FEED_TYPES = {
    "atom.xml": "application/atom+xml",
    "feed.json": json_feed.MEDIA_TYPE,
    "feed.xml": "application/rss+xml",
}


class Site:
    """The site's objects."""

    def __init__(self, objects: Objects, report: Report) -> None:
        self._objects = objects
        self._report = report

    def read(self, key: str) -> Snapshot:
        """Return an output as it is now."""
        return Snapshot(key, self._objects.get(key))

    def write(self, snapshot: Snapshot, body: bytes, metadata: Mapping[str, str] | None = None) -> bool:
        """Replace an output that is still as in ``snapshot``; equal bytes are not written again.

        Return whether it was written; raise :class:`newswire.bucket.WriteConflict` if it has changed.
        """
        stored = snapshot.stored
        marks = {name for name in metadata or {} if name in _MARKS}
        if stored is not None and stored.body == body and marks == _MARKS & snapshot.metadata.keys():
            return False
        self._objects.put(
            snapshot.key,
            body,
            content_type=_media_type(snapshot.key),
            cache_control=_SHORTLY,
            metadata=metadata,
            if_match=stored.etag if stored else None,
            if_none_match=stored is None,
        )
        self._report.wrote(snapshot.key)
        return True

    def ensure(self, file: StaticFile) -> bool:
        """Write a static file if it is not there; its name says what it holds."""
        if self._objects.get(file.key) is not None:
            return False
        self._objects.put(file.key, file.body, content_type=file.media_type, cache_control=_FOR_EVER)
        self._report.wrote(file.key)
        return True


def _media_type(key: str) -> str:
    name = _PARTITION.sub("", key.rpartition("/")[2])
    return _FEED_TYPES.get(name) or _MEDIA_TYPES[name.rpartition(".")[2]]
