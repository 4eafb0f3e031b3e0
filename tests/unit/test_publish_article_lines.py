"""What a publish run tells of each article: what of its own was written, which lists it came to and left."""

from __future__ import annotations

import json
from typing import Any

from functions.publish.changes import change_of
from functions.publish.publishing import publish
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_world import World


def told(world: World, *items: ArticleItem) -> dict[str, dict[str, Any]]:
    """Publish in one run, and return the fields of its lines by article."""
    run = world.run()
    assert publish(run, {item.id: change_of(item) for item in items}) == set()
    world.log.told.clear()
    run.report.tell_articles()
    assert {message for message, _ in world.log.told} <= {"published"}
    return {fields.pop("article_id"): fields for _, fields in world.log.told}


def own(item: ArticleItem) -> set[str]:
    return {f"a/{item.slug}-{item.id}.html", f"json/{item.id}.json"}


def test_a_new_article_tells_its_page_and_every_list_that_it_entered() -> None:
    world = World()
    item = world.add(1, "harian")
    line = told(world, item)[item.id]
    assert set(line["wrote"]) == own(item)
    assert "left" not in line
    day = item.listed[:10]
    assert {"feed.json", f"feed-{day}.json", f"c/{item.category}/feed.json", "s/harian/feed.json"} <= set(
        line["entered"]
    )
    assert {f"search/{day}.json", f"sitemap-{day}.xml"} <= set(line["entered"])
    assert all(item.id in world.site.text(key) for key in line["entered"])


def test_an_article_that_nothing_changed_tells_nothing() -> None:
    world = World()
    item = world.add(1, "harian")
    told(world, item)
    assert told(world, world.revise(item)) == {}


def test_a_correction_tells_its_page_and_no_list_but_that_of_corrections() -> None:
    world = World()
    item = world.add(1, "harian")
    told(world, item)
    line = told(world, world.revise(item, title="Judul lain", revised=instant(NOW)))[item.id]
    assert set(line["wrote"]) == own(item)
    assert line["entered"] == ["corrections.html"]
    assert "left" not in line


def test_what_is_withdrawn_tells_what_it_left() -> None:
    world = World()
    item = world.add(1, "harian")
    entered = set(told(world, item)[item.id]["entered"])
    world.retract(item)
    line = told(world, item)[item.id]
    assert set(line["left"]) == entered
    assert set(line["wrote"]) == own(item)


def test_each_article_of_a_batch_has_one_line_of_plain_json() -> None:
    world = World()
    items = [world.add(number, "harian") for number in range(5)]
    lines = told(world, *items)
    assert lines.keys() == {item.id for item in items}
    assert json.loads(json.dumps(lines)) == lines


def test_a_list_that_moved_on_without_an_article_tells_nothing_of_it() -> None:
    """What newer ones push off its end is of no use to a trace, and would double what is logged."""
    world = World()
    old, new = world.add(1, "harian"), world.add(2, "warta")
    told(world, old)
    assert told(world, new).keys() == {new.id}
