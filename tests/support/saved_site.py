"""A finished run's portal, answering from its folder as CloudFront in front of S3 would."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local import distribution, template
from local.portal import Portal
from local.saved_state import SavedObject, StateStore
from local.workspace import ARCHIVE, SITE
from newswire.catalogue import SOURCES_KEY
from newswire.sources_file import load_catalogue

PROJECT = Path(__file__).resolve().parents[2]
_MODIFIED = datetime(2026, 1, 5, tzinfo=UTC)

_NO_SUCH_KEY: Any = {"Error": {"Code": "NoSuchKey"}, "ResponseMetadata": {"HTTPStatusCode": 404}}


class NoSavedRun(Exception):
    """The folder holds no finished run; the message names it."""


class SavedSite:
    """The objects of a run's site bucket, with S3's ``get_object`` for :class:`local.portal.Portal`."""

    def __init__(self, out: Path) -> None:
        self._store = StateStore(out / "state")
        state = self._store.load()
        if state is None:
            raise NoSavedRun(f"{out} holds no run: make run ONCE=1 OUT={out} makes one")
        self._objects = state.objects.get(SITE, {})
        sources = self._store.body(state.objects[ARCHIVE][SOURCES_KEY]).decode()
        self.portal_url = state.portal_url or load_catalogue(sources).portal.url

    @property
    def keys(self) -> list[str]:
        """All keys, sorted."""
        return sorted(self._objects)

    def body(self, key: str) -> bytes:
        """Return an object's bytes; raise KeyError where there is none."""
        return self._store.body(self._objects[key])

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  # S3's names
        """Return an object as S3 does, or raise S3's error."""
        saved = self._objects.get(Key) if Bucket == SITE else None
        if saved is None:
            raise ClientError(_NO_SUCH_KEY, "GetObject")
        return self._answer(saved)

    def portal(self) -> Portal:
        """Return the portal of this site, with the headers that the template's distribution adds."""
        loaded = template.load(PROJECT / "template.yaml", {"EnableCdn": "false"})
        return Portal(self, SITE, distribution.read(loaded))

    def _answer(self, saved: SavedObject) -> dict[str, Any]:
        answer = {"Metadata": {}, "LastModified": _MODIFIED, "ETag": f'"{saved.sha256}"'}
        return answer | dict(saved.headers) | {"Body": BytesIO(self._store.body(saved))}
