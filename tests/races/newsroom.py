"""What extract commits meanwhile: articles that appear, change, are held back and go."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from functions.extract.records import with_directives
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.clock import instant
from newswire.directives import Directives
from newswire.due_changes import next_change
from tests.support.publish_articles import item_of, make_article
from tests.support.publish_world import World

LATE = (0, 0, 0, 0, 1, 30, 300, 2000)  # minutes from an article's day to when it was first seen
SEEN = (0, 0, 5, 60)  # minutes from when it was first seen to its commit
SHOWN = (-1, 2, 9)  # hours that an article is to be shown for

Change = Callable[[ArticleItem], Record]


class Newsroom:
    """Commits what the dice choose."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self._world = world
        self._dice = dice
        self._live: list[str] = []
        self._number = 0

    def appear(self) -> None:
        """Commit a new article."""
        self._number += 1
        catalogue, now, dice = self._world.catalogue, self._world.now, self._dice
        seen = now - timedelta(minutes=dice.choice(SEEN))
        listed = seen - timedelta(minutes=dice.choice(LATE))
        owner = dice.choice(catalogue.sources).id
        article = make_article(
            catalogue, self._number, owner, listed=instant(listed), first_seen=instant(seen)
        )
        due = next_change(item_of(article, catalogue), catalogue, seen)
        self._live.append(self._world.store(article, next_change=due).id)

    def change(self) -> None:
        """Commit a further version of some article, or its tombstone."""
        changes: dict[Change, int] = {
            self._withdrawn: 7,
            self._held_back: 7,
            self._corrected: 3,
            self._carried_by_another: 3,
            self._shown_for_hours: 3,
        }
        if not self._live:
            return
        one, (change,) = self._dice.choice(self._live), self._dice.choices([*changes], [*changes.values()])
        if change == self._withdrawn:
            self._live.remove(one)
        while True:
            old = self._world.articles.records[one]
            assert isinstance(old, ArticleItem)
            if self._world.articles.replaced(old, change(old)):
                return

    def _withdrawn(self, item: ArticleItem) -> Record:
        return Tombstone(item.id, item.version, item.url, item.slug, "withdrawn", instant(self._world.now))

    def _held_back(self, item: ArticleItem) -> Record:
        """Return an article that its page calls withdrawn; one that it called so, as it was."""
        return replace(item, withheld_since=None if item.withheld_since else instant(self._world.now))

    def _corrected(self, item: ArticleItem) -> Record:
        corrected = instant(self._world.now)
        return replace(item, title=f"{item.title}!", revision=item.revision + 1, revised=corrected)

    def _carried_by_another(self, item: ArticleItem) -> Record:
        """Return an article that a further feed carries."""
        return replace(item, via={**item.via, f"feed-{item.version}": next(iter(item.via.values()))})

    def _shown_for_hours(self, item: ArticleItem) -> Record:
        """Return an article that its page wants shown for some hours; one that it did, for good."""
        now, hours = self._world.now, timedelta(hours=self._dice.choice(SHOWN))
        until = None if item.directives.unavailable_after else instant(now + hours)
        return with_directives(item, Directives(unavailable_after=until), self._world.catalogue, now)
