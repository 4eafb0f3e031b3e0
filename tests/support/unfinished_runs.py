"""Publish runs that are killed between a write and their last look at the table, while something happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from functions.publish.changes import Change
from functions.publish.channels import Channel
from functions.publish.look import Look
from functions.publish.publishing import publish_batch
from functions.publish.unfinished_changes import KEY, Notes
from newswire.article_item import ArticleItem
from newswire.attribute_values import marshalled
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.stream_records import stream_record

DAY = "2026-01-02"
HARIAN = Channel("source", "harian").archive(DAY)[0]
WAITS = timedelta(hours=13)  # a moment comes every twelve hours, and a refresh every hour
HOUR = timedelta(hours=1)
STEP = 3  # writes from one death to the next: each costs a site

Event = Callable[[World, ArticleItem], None]


class Killed(BaseException):
    """Lambda ends the function: no code of ours sees it."""


@cache
def _look() -> Look:
    """Return the look of the portal of one source, of which most sites here are."""
    return World(catalogue(source("harian"))).run().look


def small_world() -> World:
    """Return a refreshed site of one source, without articles."""
    world = World(_look().catalogue, look=_look())
    world.refresh()
    return world


def listed_world() -> tuple[World, list[ArticleItem]]:
    """Return a site with three new articles that lists show, and for which archives still wait."""
    world = small_world()
    items = [world.arrive(number) for number in range(3)]
    assert world.publish_new(*items) == set()
    return world, items


def withdraw_beside(world: World, item: ArticleItem) -> None:
    """Withdraw an article, and have another run publish that."""
    old = stream_record("1", item)["dynamodb"]["NewImage"]
    new = marshalled(world.retract(item).to_item())["M"]
    stream = {"SequenceNumber": "1", "OldImage": old, "NewImage": new}
    answer = publish_batch(world.beside().run(), [{"eventName": "MODIFY", "dynamodb": stream}])
    assert answer == {"batchItemFailures": []}


def noted_changes(world: World) -> dict[str, Change]:
    """Return the changes that runs are noted to be at."""
    stored = world.site.objects.get(KEY)
    notes = Notes.from_json(stored.body if stored else b"").by_run.values()
    return {one: change for note in notes for one, change in note.changes.items()}


def _killed(world: World, work: Callable[[], object], at: int, item: ArticleItem, event: Event) -> bool:
    """Do something that is killed at a write after it has noted an article, when the event happens.

    Return whether it was, or had ended before.
    """
    left, begun = at, False

    def count(_key: str) -> None:
        nonlocal left
        if begun and left == 0:
            raise Killed
        left -= begun

    def begin(key: str) -> None:
        nonlocal begun
        if key == KEY and not begun and item.id in world.site.text(KEY):
            world.site.before_put = world.site.after_put = lambda _key: None
            event(world, item)
            world.site.before_put, begun = count, True

    world.site.before_put, world.site.after_put = count, begin
    try:
        work()
    except Killed:
        return True
    finally:
        world.site.before_put = world.site.after_put = lambda _key: None
    assert begun
    return False


def naming(world: World, item: ArticleItem) -> list[str]:
    """Return the outputs that name an article, those of its own that say that it is gone excepted."""
    own = {f"a/{item.slug}-{item.id}.html", f"json/{item.id}.json"}
    return [key for key, body in world.written().items() if key not in own and item.id in body.decode()]


def every_death(
    begin: Callable[[], tuple[World, ArticleItem, Callable[[], object]]],
    event: Event = withdraw_beside,
    wrong: Callable[[World, ArticleItem], list[str]] = naming,
) -> int:
    """Kill the work at its writes in turn; return how many it had then."""
    for number in range(0, 1000, STEP):
        world, item, work = begin()
        was_killed = _killed(world, work, number, item, event)
        if was_killed:
            world.articles.index_lags = False
            world.articles.catch_up()
            world.now += HOUR
            world.refresh()
        assert (number, wrong(world, item)) == (number, [])
        assert (number, noted_changes(world)) == (number, {})
        if not was_killed:
            return number
    raise AssertionError("the work never ends")
