"""The published site: every output is read before it is decided, and written only as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from functions.publish import json_feed, sitemaps
from functions.publish.announcements import Output
from functions.publish.caching import cache_control, is_stored_with_gzip
from functions.publish.reporting import Report
from functions.publish.static_files import StaticFile
from functions.publish.stores import Objects
from newswire.bucket import StoredObject

_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": json_feed.MEDIA_TYPE,
    "txt": "text/plain; charset=utf-8",
    "xml": sitemaps.MEDIA_TYPE,
}
_RSS = "application/rss+xml"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An output as it was read, possibly absent; the condition under which it may be replaced."""

    key: str
    stored: StoredObject | None

    @property
    def body(self) -> bytes:
        """Return the output's bytes, none where it is absent."""
        return self.stored.body if self.stored else b""

    @property
    def metadata(self) -> Mapping[str, str]:
        """Return what is said of the output beside its bytes."""
        return self.stored.metadata if self.stored else {}

    @property
    def version(self) -> int:
        """Return the version of the article that the page shows; 0 where there is none."""
        value = self.metadata.get("version", "")
        return int(value) if value.isdecimal() else 0

    @property
    def gone(self) -> bool:
        """Return whether a notice stands here in place of a page."""
        return "gone" in self.metadata


class Site:
    """The site's objects. ``has_hub`` says that a hub asks for the feeds as soon as they have changed.

    ``outputs`` are those that were read or written, by key, as they were last seen.
    """

    def __init__(self, objects: Objects, report: Report, *, has_hub: bool = False) -> None:
        self._objects = objects
        self._report = report
        self._has_hub = has_hub
        self.outputs: dict[str, Output] = {}

    def read(self, key: str) -> Snapshot:
        """Return an output as it is now."""
        stored = self._objects.get(key)
        if stored is not None:
            self.outputs[key] = Output(key, stored.etag, stored.metadata, stored.modified)
        return Snapshot(key, stored)

    def write(self, snapshot: Snapshot, body: bytes, metadata: Mapping[str, str] | None = None) -> bool:
        """Replace an output that is still as in ``snapshot``; equal bytes are not written again.

        Return whether it was written; raise :class:`newswire.bucket.WriteConflict` if it has changed.
        """
        stored = snapshot.stored
        if stored is not None and stored.body == body and ("gone" in (metadata or {})) == snapshot.gone:
            return False
        media_type = _media_type(snapshot.key)
        etag = self._objects.put(
            snapshot.key,
            body,
            content_type=media_type,
            cache_control=cache_control(snapshot.key, has_hub=self._has_hub),
            metadata=metadata,
            if_match=stored.etag if stored else None,
            if_none_match=stored is None,
            gzipped=is_stored_with_gzip(media_type, len(body)),
        )
        self.outputs[snapshot.key] = Output(snapshot.key, etag, metadata or {}, None)
        self._report.wrote(snapshot.key)
        return True

    def ensure(self, file: StaticFile) -> bool:
        """Write a static file if it is not there; its name says what it holds."""
        if self._objects.get(file.key) is not None:
            return False
        self._objects.put(
            file.key,
            file.body,
            content_type=file.media_type,
            cache_control=cache_control(file.key, has_hub=self._has_hub),
        )
        self._report.wrote(file.key)
        return True


def _media_type(key: str) -> str:
    return _RSS if key.endswith("feed.xml") else _MEDIA_TYPES[key.rpartition(".")[2]]
