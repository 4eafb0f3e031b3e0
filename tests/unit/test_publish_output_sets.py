"""A list's feeds and page, and those of an archive, are replaced by what their memory notes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.publish.output_sets import NOTE
from newswire.article_item import ArticleItem
from newswire.bucket import StoredObject
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryObjects
from tests.support.publish_world import World

MEMORY = "s/harian/feed.json"
OTHERS = ("s/harian/feed.xml", "s/harian/atom.xml", "s/harian.html")
DAY = NOW.date().isoformat()
ARCHIVE = (f"feed-{DAY}.xml", f"atom-{DAY}.xml", f"d/{DAY}.html")


class Killed(BaseException):
    """Lambda ends the function: no code of ours sees it."""


class OtherEtags(MemoryObjects):
    """A bucket whose ETags tell nothing of the bytes, as with a customer's key."""

    def put(self, key: str, *arguments: object, **how: object) -> str:
        super().put(key, *arguments, **how)  # type: ignore[arg-type]
        there = self.objects[key]
        etag = f'"{len(self.puts)}"'
        self.objects[key] = StoredObject(there.body, etag, there.content_type, there.metadata)
        return etag


def world_of(number: int = 3) -> World:
    """Return a site with so many articles of one publisher."""
    world = World(catalogue(source("harian"), source("warta")))
    world.refresh()
    world.publish(*[arrived(world, one) for one in range(number)])
    return world


def arrived(world: World, number: int) -> ArticleItem:
    """Return a new article, to be published."""
    return world.add(number, "harian", listed=instant(NOW - timedelta(minutes=60 - number)))


def reads(world: World, work: Callable[[], object]) -> list[str]:
    """Return the keys of the site that are read meanwhile."""
    world.site.reads.clear()
    work()
    return list(world.site.reads)


def is_as_rebuilt(world: World) -> bool:
    """Return whether every output is what a rebuild into an empty site makes."""
    return world.written() == world.rebuilt().written()


def test_what_a_list_and_an_archive_are_besides_their_memories_is_replaced_unread() -> None:
    world = world_of()
    item = arrived(world, 10)
    before = len(world.site.puts)
    read = reads(world, lambda: world.publish(item))
    assert MEMORY in read
    assert not {*OTHERS, *ARCHIVE} & set(read)
    assert {*OTHERS, *ARCHIVE} <= set(world.site.puts[before:])
    assert is_as_rebuilt(world)


@pytest.mark.parametrize("left", [0, 1, 2, 3])
@pytest.mark.parametrize("outputs", [OTHERS, ARCHIVE], ids=["list", "archive"])
@pytest.mark.parametrize("next_is_new", [False, True], ids=["again", "another"])
def test_outputs_that_a_killed_run_noted_and_did_not_write_are_read_and_written_by_the_next(
    left: int, outputs: tuple[str, ...], next_is_new: bool
) -> None:
    world = world_of()
    item = arrived(world, 10)

    def die(key: str) -> None:
        if key in outputs[left:]:
            raise Killed

    world.site.before_put = die
    if left < len(outputs):
        with pytest.raises(Killed):
            world.publish(item)
    else:
        world.publish(item)
    world.site.before_put = lambda _key: None
    changed = [item, arrived(world, 11)] if next_is_new else [item]
    assert world.publish(*changed) == set()
    assert is_as_rebuilt(world)


@pytest.mark.parametrize("key", [*OTHERS, *ARCHIVE])
def test_an_output_that_somebody_deleted_or_spoilt_is_there_again_with_the_next_article(key: str) -> None:
    world = world_of()
    del world.site.objects[key]
    world.publish(arrived(world, 10))
    assert is_as_rebuilt(world)
    there = world.site.objects[key]
    world.site.objects[key] = StoredObject(b"spoilt", '"spoilt"', there.content_type)
    world.publish(arrived(world, 11))
    assert is_as_rebuilt(world)


@pytest.mark.parametrize("key", [MEMORY, *OTHERS, f"feed-{DAY}.json", *ARCHIVE])
def test_a_run_that_another_overtakes_between_a_memory_and_its_outputs_does_not_undo_it(key: str) -> None:
    world = world_of()
    item = arrived(world, 10)

    def overtake(written: str) -> None:
        if written == key:
            world.site.after_put = lambda _key: None
            assert world.beside().publish(arrived(world, 11)) == set()

    world.site.after_put = overtake
    assert world.publish(item) == set()
    assert is_as_rebuilt(world)


def test_a_note_that_is_never_true_costs_reads_and_spoils_nothing() -> None:
    world = World(catalogue(source("harian"), source("warta")))
    world.site = OtherEtags()
    world.refresh()
    for number in range(4):
        item = arrived(world, number)
        read = reads(world, lambda item=item: world.publish(item))  # type: ignore[misc]
        assert set(OTHERS) <= set(read)
        assert is_as_rebuilt(world)


def test_a_refresh_looks_at_every_output_whatever_is_noted() -> None:
    world = world_of()
    there = world.site.objects[OTHERS[0]]
    world.site.objects[OTHERS[0]] = StoredObject(b"spoilt", '"spoilt"', there.content_type)
    assert set(OTHERS) <= set(reads(world, world.refresh))
    assert is_as_rebuilt(world)


def test_the_note_names_the_outputs_as_they_are_stored() -> None:
    world = world_of()
    noted = world.site.objects[MEMORY].metadata[NOTE].split()
    assert [f'"{one}"' for one in noted] == [world.site.objects[key].etag for key in OTHERS]
