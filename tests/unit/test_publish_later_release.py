"""After a rollback publish meets what a later release has written: its outputs stay as that has left them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.publish.tasks import answer
from local.rebuild.replay import rebuild
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.image_copies import ImageCopy
from newswire.tables import Table
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs


@pytest.fixture
def world() -> World:
    """Return a portal of three articles, one of them with a picture of ours."""
    world = World(catalogue(source("harian", images="copy")))
    world.refresh()
    items = [world.add(number) for number in (1, 2, 3)]
    copy = ImageCopy("https://www.harian.example/1.jpg", f"images/{items[0].id}/aaaa", (320,), 200)
    for key in copy.keys:
        world.archive.put(key, b"picture", content_type="image/webp", cache_control="-")
    assert world.publish(world.revise(items[0], image_copies=(copy,)), *items[1:]) == set()
    world.refresh()
    return world


def first(world: World) -> ArticleItem:
    item = next(iter(world.articles.records.values()))
    assert isinstance(item, ArticleItem)
    return item


def image(record: ArticleItem | Tombstone, **changes: Any) -> dict[str, Any]:
    """Return a record's image in the stream."""
    item = {**record.to_item(), **changes}
    request: dict[str, Any] = Table(None, "any").put_request(item, expected_version=None)  # type: ignore[arg-type]  # marshals alone
    marshalled: dict[str, Any] = request["Item"]
    return marshalled


def tell(world: World, *images: dict[str, Any]) -> None:
    records = [{"dynamodb": {"SequenceNumber": str(n), "NewImage": one}} for n, one in enumerate(images)]
    assert answer(world.run(), {"Records": records}) == {"batchItemFailures": []}


@pytest.mark.parametrize("changes", [{"schema": 2}, {"state": "embargoed"}])
def test_a_record_of_a_later_release_is_told_of_and_touches_nothing_and_the_others_are_published(
    world: World, changes: dict[str, Any]
) -> None:
    item, second = first(world), list(world.articles.records.values())[1]
    assert isinstance(second, ArticleItem)
    before = world.written()
    revised = world.revise(second, title="Dikoreksi")
    world.articles.of_later_release.add(item.id)

    tell(world, image(item, version=9, **changes), image(revised))

    assert ("article is of a later release", {"sequence_number": "0"}) in world.log.lines
    assert "Dikoreksi" in world.page(revised)
    for key in (f"a/{item.slug}-{item.id}.html", f"json/{item.id}.json", f"images/{item.id}/aaaa-320.webp"):
        assert world.written()[key] == before[key]
    assert item.title in world.site.text("index.html")


def test_an_article_that_a_later_release_has_taken_over_keeps_its_page_whatever_comes_late(
    world: World,
) -> None:
    item = first(world)
    before = world.written()
    world.articles.of_later_release.add(item.id)
    tell(world, image(item))
    world.refresh()
    assert rebuild([image(item)], lambda event: answer(world.run(), event)).articles == 1
    for key in (f"a/{item.slug}-{item.id}.html", f"json/{item.id}.json", f"images/{item.id}/aaaa-320.webp"):
        assert world.written()[key] == before[key]


def test_a_later_releases_withdrawal_is_not_undone(world: World) -> None:
    item = first(world)
    stone = world.retract(item)
    tell(world, image(stone))
    notice = world.page(item)
    world.articles.of_later_release.add(item.id)
    tell(world, image(stone, version=stone.version + 1, schema=2), image(item))
    world.refresh()
    assert world.page(item) == notice


def test_after_going_forward_again_a_rebuild_takes_up_what_was_left(world: World) -> None:
    item = first(world)
    world.articles.of_later_release.add(item.id)
    later = world.revise(item, title="Judul baru", next_change=instant(NOW))
    tell(world, image(later, schema=2), image(item))

    world.articles.of_later_release.clear()
    world.revise(later, next_change=None)
    rebuild([image(one) for one in world.articles.records.values()], lambda event: answer(world.run(), event))

    assert "Judul baru" in world.page(item)
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_file_of_a_later_schema_costs_the_update_of_its_page_and_is_counted(world: World) -> None:
    item = first(world)
    page = world.page(item)
    stored = world.archive.objects[item.article_key]
    body = stored.body.replace(b"newswire/article/1", b"newswire/article/2")
    world.archive.objects[item.article_key] = replace(stored, body=body)
    revised = world.revise(item, title="Dikoreksi")
    tell(world, image(revised))
    assert world.page(item) == page
    (reason,) = {said["reason"] for line, said in world.log.lines if line == "article left out"}
    assert "'newswire/article/2'; only 'newswire/article/1' can be read" in reason


@pytest.mark.parametrize("body", [b'{"schema":"newswire/catalogue/2"}', b"\x00"])
def test_a_catalogue_that_a_later_release_remembers_is_followed_anew_and_nothing_goes(
    world: World, body: bytes
) -> None:
    expected = world.written()
    world.site.objects["catalogue.json"] = replace(world.site.objects["catalogue.json"], body=body)
    world.refresh()
    assert world.written() == expected


def test_a_channels_memory_of_a_later_release_is_made_anew_from_the_table(world: World) -> None:
    expected = world.written()
    stored = world.site.objects["feed.json"]
    document = json.loads(stored.body)
    for one in document["items"]:
        one["_newswire"] = {"schema": 2}
    later = replace(stored, body=json.dumps(document).encode(), etag='"later"', metadata={"edition": "later"})
    world.site.objects["feed.json"] = later
    world.refresh()
    assert world.written() == expected


STATES = (
    "archive.json",
    "feed-2026-01-02.json",
    "sitemap.xml",
    "sitemap-2026-01-02.xml",
    "search/index.json",
    "search/2026-01-02.json",
    "corrections.json",
    "news.xml",
)


@pytest.mark.parametrize("key", STATES)
@pytest.mark.parametrize("body", [b'{"schema":"newswire/later/9"}\n', b"\x00later"])
def test_a_file_of_the_site_in_a_later_form_takes_no_page_down_and_a_rebuild_makes_all_of_it_good(
    world: World, key: str, body: bytes
) -> None:
    item = first(world)
    pages = {name for name in world.written() if name.startswith("a/")}
    assert key in world.written()
    later = replace(world.site.objects[key], body=body, etag='"later"', metadata={"edition": "later"})
    world.site.objects[key] = later
    revised = world.revise(item, title="Dikoreksi")
    answer(world.run(), {"Records": [{"dynamodb": {"SequenceNumber": "1", "NewImage": image(revised)}}]})
    world.refresh()
    assert "Dikoreksi" in world.page(item)
    assert all("gone" not in world.site.objects[name].metadata for name in pages)

    world.site.objects.clear()
    rebuild([image(one) for one in world.articles.records.values()], lambda event: answer(world.run(), event))
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
