"""Copied pictures come before whatever shows them, and go after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.copied_pictures import (
    INSIDE,
    add_pictured,
    keys_of,
    pictures_standing,
    stored_copy,
    world_of,
)
from tests.support.publish_catalogues import catalogue, source


def test_pictures_are_there_before_the_page_and_gone_after_everything_else() -> None:
    world = world_of()
    item = add_pictured(world)
    world.publish(item)
    came = world.site.puts.index(f"a/{item.slug}-{item.id}.html")
    assert set(world.site.puts[:came]) >= keys_of(*item.image_copies)
    world.site.puts.clear()

    world.articles.save(replace(world.retract(item), image_copies=item.image_copies))
    world.publish(item)

    assert pictures_standing(world) == set()
    first = min(world.site.puts.index(key) for key in keys_of(*item.image_copies))
    assert set(world.site.puts[first:]) == keys_of(*item.image_copies)
    assert {world.site.objects[key].body for key in keys_of(*item.image_copies)} == {b"\n"}


def test_an_article_that_is_published_again_writes_no_picture_again() -> None:
    world = world_of()
    item = add_pictured(world)
    world.publish(item)
    world.site.puts.clear()

    world.publish(item)

    assert world.site.puts == []


def test_a_retraction_before_the_first_publication_leaves_no_way_for_a_slower_run() -> None:
    world = world_of()
    item = add_pictured(world)
    slow = world.beside()
    page = f"a/{item.slug}-{item.id}.html"

    def retract(key: str) -> None:
        if key in keys_of(*item.image_copies):
            slow.site.before_put = lambda _key: None
            world.articles.save(replace(world.retract(item), image_copies=item.image_copies))
            world.publish(item)

    slow.site.before_put = retract
    slow.publish(item)

    assert pictures_standing(world) == set()
    assert "gone" in world.site.objects[page].metadata


@pytest.mark.parametrize("by_hand", ["removed", "a tombstone that names no pictures"])
def test_what_an_operator_takes_away_by_hand_takes_its_pictures_along(by_hand: str) -> None:
    world = world_of()
    item = add_pictured(world)
    world.publish(item)

    if by_hand == "removed":
        del world.articles.records[item.id]
    else:
        world.retract(item)
    world.publish(item)

    assert pictures_standing(world) == set()


def test_no_reader_finds_a_picture_again_after_its_article_was_retracted() -> None:
    world = world_of()
    item = add_pictured(world)
    world.publish(item)
    revised = world.revise(item, title="Judul lain")
    slow = world.beside()
    gone = keys_of(*item.image_copies)

    def check(key: str) -> None:
        assert not gone & pictures_standing(world), key

    def retract() -> None:  # when the slow run has asked the table, and looks at the pictures next
        world.articles.after_get = lambda: None
        world.articles.save(replace(world.retract(revised), image_copies=item.image_copies))
        world.publish(revised)
        world.site.after_put = check

    world.articles.after_get = retract
    assert slow.publish(revised) == set()

    assert pictures_standing(world) == set()
    assert "gone" in world.site.objects[f"a/{item.slug}-{item.id}.html"].metadata


def test_a_picture_that_was_replaced_goes_and_comes_back_with_its_article() -> None:
    world = world_of()
    item = add_pictured(world)
    world.publish(item)
    main, inside = item.image_copies
    newer = stored_copy(world, item, INSIDE, b"c")
    copies = (main, newer, replace(inside, former=True, url="https://www.harian.example/lama.jpg"))

    world.publish(revised := world.revise(item, image_copies=copies))
    assert pictures_standing(world) == keys_of(main, newer)

    world.publish(world.revise(revised, image_copies=item.image_copies))
    assert pictures_standing(world) >= keys_of(main, inside)


@pytest.mark.parametrize(
    "changes", [{"images": "none"}, {"images": "remote"}, {"enabled": False}, {"display": "link"}]
)
def test_a_changed_setting_takes_the_pictures_down_and_back(changes: dict[str, Any]) -> None:
    world = world_of()
    item = add_pictured(world)
    world.publish(item)
    before = world.catalogue

    world.catalogue = catalogue(source("harian", **{"images": "copy", **changes}))
    world.refresh()
    assert pictures_standing(world) == set()

    world.catalogue = before
    world.refresh()
    assert pictures_standing(world) == keys_of(*item.image_copies)
    assert world.written() == world.rebuilt().written()


def test_one_picture_in_two_articles_goes_with_one_of_them_only() -> None:
    world = world_of()
    first, second = add_pictured(world, 1), add_pictured(world, 2)
    world.publish(first, second)

    world.articles.save(replace(world.retract(first), image_copies=first.image_copies))
    world.publish(first)

    assert pictures_standing(world) == keys_of(*second.image_copies)
