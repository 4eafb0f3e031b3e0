"""A site of many sources that remembers of which ones the lists were looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from newswire.bucket import StoredObject
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryObjects
from tests.support.publish_world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOURCES = [f"sumber{number:03}" for number in range(96)]


class Watched(MemoryObjects):
    """A bucket that remembers of which sources' channels the memory was read."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: Counter[str] = Counter()

    def get(self, key: str) -> StoredObject | None:
        """Return an object, and note whose it is."""
        if key.startswith("s/") and key.endswith("/feed.json"):
            self.looked[key.split("/")[1]] += 1
        return super().get(key)


def watched_world(names: Iterable[str] = SOURCES) -> tuple[World, Watched]:
    """Return a world of these sources that was refreshed once, and its site."""
    site = Watched()
    world = World(catalogue(*map(source, names)), site=site)
    world.refresh()
    site.looked.clear()
    return world, site


def an_hour(world: World, site: Watched, hours: int = 1) -> set[str]:
    """Let time pass and refresh; return the sources whose channels were looked at."""
    world.now += hours * HOUR
    site.looked.clear()
    assert "channelsWaiting" not in world.refresh()
    return set(site.looked)
