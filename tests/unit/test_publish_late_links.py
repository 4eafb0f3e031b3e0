"""A run that links an archive by a list that has changed meanwhile does not leave what it linked so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World


def _days_ago(world: World, days: int) -> ArticleItem:
    return world.add(days, "harian", listed=instant(NOW - timedelta(days=days)))


@pytest.mark.parametrize("days", [1, 3])
def test_a_link_to_a_day_that_another_run_has_emptied_is_taken_back(days: int) -> None:
    """The other run finds the newer day without that link, as it is to be, and so writes nothing there."""
    world = World(catalogue(source("harian")))
    world.refresh()
    gone = _days_ago(world, 1 + days)
    world.publish(gone)
    new = _days_ago(world, 1)
    memory = f"s/harian/feed-{new.listed[:10]}.json"

    def empty_the_other(key: str) -> None:
        # The first time it is begun with its article; now it is about to be linked.
        if key == memory and memory in world.site.objects:
            world.site.before_put = lambda _key: None
            world.retract(gone)
            assert world.beside().publish(gone) == set()

    world.site.before_put = empty_the_other
    assert world.publish(new) == set()

    assert gone.listed[:10] not in world.site.text(memory)
    assert world.site.text(memory) == world.rebuilt().site.text(memory)
