"""A world's site in memory, to be read with the browser as a run's folder is."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, cast

from botocore.exceptions import ClientError
from playwright.sync_api import Browser

from local import distribution, template
from local.portal import Portal
from tests.support.browser import BrowsedPortal
from tests.support.publish_world import World
from tests.support.saved_site import PROJECT, SavedSite

_NOBODY: Any = {"Error": {"Code": "NoSuchKey"}, "ResponseMetadata": {"HTTPStatusCode": 404}}


class Served:
    """A world's site, with S3's ``get_object`` for the local portal."""

    def __init__(self, world: World) -> None:
        self._objects = world.site.objects
        self.portal_url = world.catalogue.portal.url

    @property
    def keys(self) -> list[str]:
        """All keys, sorted."""
        return sorted(self._objects)

    def body(self, key: str) -> bytes:
        """Return an object's bytes; raise KeyError where there is none."""
        return self._objects[key].body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  # S3's names
        """Return an object as S3 does, or raise S3's error."""
        stored = self._objects.get(Key)
        if stored is None:
            raise ClientError(_NOBODY, f"GetObject {Bucket}")
        return {
            "Body": BytesIO(stored.body),
            "ContentType": stored.content_type,
            "Metadata": dict(stored.metadata),
            "LastModified": datetime(2026, 1, 5, tzinfo=UTC),
            "ETag": f'"{hashlib.sha256(stored.body).hexdigest()}"',
        }


def browsed(browser: Browser, world: World) -> BrowsedPortal:
    """Return the portal of a world, to be read with that browser."""
    served = Served(world)
    loaded = template.load(PROJECT / "template.yaml", {"EnableCdn": "false"})
    portal = Portal(served, "site", distribution.read(loaded))
    return BrowsedPortal(browser, cast("SavedSite", served), portal)
