"""Twenty runs at once over overlapping batches, with an index that lags, a correction and a retraction."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish import archive_writing, day_archives, sitemap_writing, sitemaps
from functions.publish.channels import all_channels
from functions.publish.look import Look
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.interleaving import Baton, SharedArticles, SharedObjects
from tests.support.publish_world import NOW, World, catalogue, source

RUNS = 20
LAG = 7
ADDRESS = re.compile(
    r'(?:https://kabar\.example/|(?:href|src)=\\?"/)([^\s<>"\\?#]+\.(?:html|json|opml|xml))\b'
)


@pytest.fixture(autouse=True)
def _small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a partition hold eight entries, so that days are split while everybody is at them."""

    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=8)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_writing, "DayArchive", archive)
    monkeypatch.setattr(sitemap_writing, "ArticleSitemaps", lambda url: sitemaps.ArticleSitemaps(url, 8))


class Readers:
    """What readers find: after every single write, that nothing leads to what is not there."""

    def __init__(self, site: SharedObjects) -> None:
        self._site = site
        self._named: dict[str, set[str]] = {}
        self.checked = 0
        self.problems: list[str] = []
        for key in list(site.objects):
            self.look(key)
        site.after_put = self.look

    def look(self, key: str) -> None:
        """Check what has been written: what it names is there, and nothing names it if it is a notice."""
        stored = self._site.objects[key]
        self._named[key] = self._names(key)
        missing = {one for one in self._named[key] if not self._is_there(one)}
        if missing:
            self.problems.append(f"{key} names {sorted(missing)}")
        if "gone" in stored.metadata:
            naming = {one for one, named in self._named.items() if key in named}
            if naming:
                self.problems.append(f"{key} has gone, and {sorted(naming)} name it")
        self.checked += 1

    def _names(self, key: str) -> set[str]:
        body = self._site.objects[key].body.decode()
        named = set(ADDRESS.findall(body)) - {key}
        # An article's JSON never shows more than its page does, and so may come a moment later.
        return {one for one in named if not one.startswith("json/")}

    def _is_there(self, key: str) -> bool:
        stored = self._site.objects.get(key)
        return stored is not None and "gone" not in stored.metadata


def _world(baton: Baton, look: Look | None) -> World:
    publishers = source("harian"), source("tribune", display="link")
    world = World(catalogue(*publishers), articles=SharedArticles(baton, LAG), site=SharedObjects(baton))
    if look is not None:
        world.catalogue, world.look = look.catalogue, look
    return world


def _stored(world: World) -> list[ArticleItem]:
    """Store forty articles of three publishers: half of them in one hour of one day, the others elsewhere."""
    owners = ["harian", "harian", "tribune", "@lain.example"]
    hours = [2.0 + number / 30 for number in range(20)] + [20.0 + number * 2.7 for number in range(20)]
    return [
        world.add(number, owners[number % 4], listed=instant(NOW - timedelta(hours=hour)))
        for number, hour in enumerate(hours)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_twenty_runs_at_once_end_as_one_clean_rebuild_and_no_reader_meets_a_dead_link(seed: int) -> None:
    baton, dice = Baton(seed), random.Random(seed)  # noqa: S311 - an order of arrival
    world = _world(baton, None)
    world.refresh()
    readers = Readers(world.site)  # type: ignore[arg-type]  # the world's site is shared
    items = _stored(world)
    first, later = items[::3], [one for one in items if one not in items[::3]]
    assert world.publish(*first) == set()
    assert readers.problems == []
    gone, corrected = first[0], first[3]
    dice.shuffle(later)
    for item in later:  # committed by the runs
        del world.articles.records[item.id]
    world.articles.catch_up()

    def run(number: int) -> Callable[[], None]:
        mine = later[number::RUNS]

        def publish() -> None:
            for item in mine:
                world.articles.save(item)
            known = [one for one in items if one.id in world.articles.records]
            changed = [*mine, *dice.sample(known, 5)]
            if number == 7:
                world.retract(gone)
                changed = [*changed, gone]
            if number == 11:
                changed = [*changed, world.revise(corrected, title="Judul yang dikoreksi", revision=2)]
            _until_done(world.beside(), changed)

        return publish

    baton.run([run(number) for number in range(RUNS)])

    world.articles.catch_up()
    assert readers.problems == []
    assert readers.checked > 500
    assert _outputs(world) == _outputs(world.rebuilt())
    assert "Judul yang dikoreksi" in world.page(corrected)
    assert not [key for key, body in _outputs(world).items() if gone.id in body.decode()]


def _until_done(world: World, changed: list[ArticleItem]) -> None:
    """Publish as the stream does: what failed comes again."""
    for _ in range(50):
        failed = world.publish(*changed)
        changed = [one for one in changed if one.id in failed]
        if not changed:
            return
    raise AssertionError(f"{len(changed)} articles failed again and again")


def _outputs(world: World) -> Mapping[str, bytes]:
    """Return what readers find: no notices, and none of the documents of emptied days."""
    emptied = set(_emptied(world))
    return {
        key: stored.body
        for key, stored in world.site.objects.items()
        if "gone" not in stored.metadata and key not in emptied
    }


def _emptied(world: World) -> Iterator[str]:
    for channel in all_channels(world.catalogue):
        for key, stored in world.site.objects.items():
            match = re.search(r"feed-(.+)\.json$", key)
            if not match or key != channel.archive(match[1])[0] or "split" in stored.metadata:
                continue
            if not json.loads(stored.body)["items"]:
                yield from channel.archive(match[1])
