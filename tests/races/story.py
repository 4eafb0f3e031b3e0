"""One story: hours of publish runs side by side over short lists and small files, and the rest after them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from functions.publish import (
    archive_writing,
    catalogue_walk,
    channel_writing,
    day_archives,
    refreshing,
    search_rows,
    search_writing,
    sitemap_writing,
    sitemaps,
)
from functions.publish.archive_waiting import Fill
from functions.publish.channels import all_channels
from functions.publish.portal_writing import ChannelsFailed
from functions.publish.publishing import publish_batch, write_channels
from functions.publish.run import OutdatedRun
from functions.publish.settling import OutOfTime
from tests.races.comparison import dead_links, differences
from tests.races.newsroom import Newsroom
from tests.races.streams import SHARDS, StreamedArticles, Streams
from tests.support.interleaving import Baton, SharedObjects
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.short_lists import shorten_lists
from tests.support.site_readers import Readers

HOUR = timedelta(hours=1)
LAG = 3  # writes that an index is behind
MOST = 10  # entries of a list
NEWEST = 3  # articles that a refresh looks at though nothing tells it to, which would hide what was lost
CHUNK = 5  # articles that a walk through all of a changed catalogue takes at a time
SMALL = 8  # articles of a small file
PATIENCE = 40  # turns that a function waits for something to publish
QUIET = (1, 4, 4, 4, 4)  # hours from one refresh to the next in the end: an archive waits for up to twelve
SKEWS = (0, 0, 0, -90, 90, -400)  # seconds by which a function's clock is wrong
KEPT = (1, 6, 30)  # calls that a run may make while all others wait
LIFE = 250  # storage calls after which an invocation that does not end well has ended at the latest
BUSY_PAUSES = tuple(timedelta(minutes=one) for one in (3, 20, 60))
PAUSES = (*BUSY_PAUSES, 2 * HOUR, 5 * HOUR, 9 * HOUR)
MONTHS_END = datetime.fromisoformat("2026-01-31T06:00:00+00:00")
HARIAN, WARTA, TRIBUNE = (
    source("harian", full_text_for=6 * HOUR),
    source("warta", display="link"),
    source("tribune", display="excerpt", language="en", category="dunia", retention=40 * HOUR),
)
CATALOGUES = (
    catalogue(HARIAN, WARTA, TRIBUNE),
    catalogue(HARIAN, replace(WARTA, display="full"), TRIBUNE),
    catalogue(replace(HARIAN, display="excerpt", name="Harian Pagi"), WARTA, TRIBUNE),
    catalogue(HARIAN, WARTA),
    replace(catalogue(HARIAN, replace(WARTA, enabled=False)), categories={"nasional": "Nasional"}),
)


class Killed(BaseException):
    """Lambda ends the function: no code of ours sees it."""


ENDS = (Killed, OutOfTime, ChannelsFailed, OutdatedRun)  # Lambda brings a batch again after each of them


class FormerFill(Fill):
    """How the release before knew whether a list is full: it did not remember one that had been."""

    def was_full(self, now: datetime) -> bool:  # noqa: ARG002 - the successor's signature
        return self.cut is not None

    def marks(self, end: str | None, now: datetime) -> dict[str, str]:  # noqa: ARG002 - as above
        return {} if end is None else {"cut": end}


def problems_of(seed: int) -> list[str]:
    """Tell a story; return what is wrong in it and with its end."""
    with pytest.MonkeyPatch.context() as patch:
        story = Story(seed, patch)
        story.play()
        story.come_to_rest()
        return story.problems()


class Story:
    """A world that publishes by chance; all that happens in it follows from ``seed``."""

    def __init__(self, seed: int, patch: pytest.MonkeyPatch) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - an order of events
        self._baton = Baton(seed, self._dice.choice(KEPT))
        self._patch = patch
        self._streams = Streams()
        self._is_busy = True
        self._releases = 1
        self._is_former = False
        self._has_small_files = self._dice.random() < 0.3
        self._has_catalogues = self._dice.random() < 0.3
        shorten_lists(patch, MOST)
        patch.setattr(refreshing, "NEWEST", NEWEST)
        patch.setattr(catalogue_walk, "CHUNK", CHUNK)
        if self._has_small_files:
            _shrink_files(patch)
        self.world = World(
            CATALOGUES[0],
            self._dice.choice([NOW, NOW, MONTHS_END]),
            StreamedArticles(self._baton, LAG, self._streams),
            site=SharedObjects(self._baton),
        )
        self._newsroom = Newsroom(self.world, self._dice)
        self.world.refresh()
        self._readers = Readers(self.world.site)
        self._at_work: dict[int, World] = {}

    def play(self) -> None:
        """Let hours pass, with up to three batches, a refresh and the newsroom at work at once."""
        for _ in range(self._dice.randint(12, 24)):
            self._pass_time()
            self._deploy()
            self._baton.run([*self._work()])

    def come_to_rest(self) -> None:
        """Publish all that waits, by the release of now, and let hours pass until nothing is due."""
        self._is_former = False
        self._install()
        self.world.articles.catch_up()
        for hours in QUIET:
            for shard in range(SHARDS):
                self._publish_batch(shard, self._streams.waiting(shard), self.world)
            self.world.now += hours * HOUR
            self.world.refresh()
        # Sources' lists have their turns once a day. This asks for nothing anew that they list.
        assert write_channels(self.world.run(), all_channels(self.world.catalogue))

    def problems(self) -> list[str]:
        """Return what readers found that cannot be, and what is not as a rebuild makes it.

        For a moment a list may name what has gone: a run that found it before writes the list after.
        """
        return [
            *self._readers.unwritten,
            *dead_links(self.world),
            *differences(self.world, by_article=self._has_small_files),
        ]

    def _pass_time(self) -> None:
        if self._dice.random() < 0.25:
            self._is_busy = not self._is_busy
        self.world.now += self._dice.choice(BUSY_PAUSES if self._is_busy else PAUSES)

    def _deploy(self) -> None:
        """Now and then bring another catalogue, another release, or the former one."""
        if self._has_catalogues and self._dice.random() < 0.1:
            self._put_catalogue()
        if self._dice.random() < 0.05:
            self._releases += 1
        if self._dice.random() < 0.15:
            self._is_former = not self._is_former
        self._install()

    def _put_catalogue(self, pause: int = 0) -> None:
        """Have the operator put some catalogue; whoever is at work goes on by the one that it has read."""
        self._baton.wait(pause)
        self.world.catalogue = self._dice.choice(CATALOGUES)
        self.world.run()  # which compiles the templates for all views of this world
        for view in self._at_work.values():
            view.stored_catalogue = self.world.catalogue

    def _install(self) -> None:
        self._patch.setattr(channel_writing, "Fill", FormerFill if self._is_former else Fill)
        self.world.edition = f"{self._releases}{'former' if self._is_former else ''}"

    def _work(self) -> Iterator[Callable[[], None]]:
        """Return what is done at once in one step of the story; some of the news come before it."""
        dice = self._dice
        news = dice.choice([0, 1, 2, 4, 7] if self._is_busy else [0, 0, 1])
        changes = dice.choice([0, 0, 1, 3, 6])
        if dice.random() < 0.4:
            self._commit(news, changes, pause=0)
        else:
            yield lambda: self._commit(news, changes, pause=dice.choice([0, 10, 40]))
        for shard in range(SHARDS):
            if dice.random() < 0.85:  # else the stream is late
                yield partial(self._follow, shard)
        if dice.random() < 0.5:
            yield lambda: self._invoke(World.refresh)
        if self._has_catalogues and dice.random() < 0.15:
            yield lambda: self._put_catalogue(dice.choice([10, 100, 400]))

    def _commit(self, news: int, changes: int, pause: int) -> None:
        for commit in [self._newsroom.appear] * news + [self._newsroom.change] * changes:
            self._baton.wait(self._dice.randint(0, pause))
            commit()

    def _follow(self, shard: int) -> None:
        """Publish what comes in a shard, batch by batch."""
        for _ in range(self._dice.randint(1, 3)):
            self._baton.wait(PATIENCE, lambda: self._streams.waiting(shard) > 0)
            if number := self._streams.waiting(shard):
                size = self._dice.choice([number, number, self._dice.randint(1, number)])
                self._invoke(partial(self._publish_batch, shard, size))

    def _invoke(self, handler: Callable[[World], object]) -> None:
        """Have a function work: its clock may be wrong, and any call of it the last, or the last in time."""
        view = replace(
            self.world.beside(),
            now=self.world.now + timedelta(seconds=self._dice.choice(SKEWS)),
            edition=self.world.edition,
        )
        (fate,) = self._dice.choices([_go_on, _kill, _end_time], weights=[7, 2, 1])
        self._at_work[id(view)] = view
        with self._baton.fated(self._dice.randint(0, LIFE), lambda: fate(view)), suppress(*ENDS):
            handler(view)
        del self._at_work[id(view)]

    def _publish_batch(self, shard: int, size: int, view: World) -> None:
        batch = self._streams.batch(shard, size)
        self._streams.done(shard, batch, publish_batch(view.run(), batch))


def _go_on(_view: World) -> None:
    pass


def _kill(_view: World) -> None:
    raise Killed


def _end_time(view: World) -> None:
    view.seconds_left = 1


def _shrink_files(patch: pytest.MonkeyPatch) -> None:
    """Let the files of a day be split when they have a few articles."""

    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=SMALL)  # type: ignore[arg-type]

    patch.setattr(archive_writing, "DayArchive", archive)
    patch.setattr(sitemap_writing, "ArticleSitemaps", lambda url: sitemaps.ArticleSitemaps(url, SMALL))
    patch.setattr(search_writing, "SearchSeries", lambda: search_rows.SearchSeries(SMALL))
