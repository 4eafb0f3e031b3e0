"""Articles that are kept for a time only: out of every output by the clock, for good, rebuilt the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.article_item import ArticleItem, Copy
from newswire.clock import instant
from newswire.due_changes import ERASED_AFTER, archive_moment
from newswire.image_copies import ImageCopy
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import source
from tests.support.publish_world import World
from tests.support.retained_articles import (
    TEN_DAYS,
    current,
    erase,
    over_by,
    page_key,
    retained_world,
    retaining_sources,
    retired_ids,
    shorten_looks,
    with_change_due,
)
from tests.support.site_readers import Readers, shown_outputs


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_looks(monkeypatch)


def _notices(world: World, items: Iterable[ArticleItem]) -> dict[str, bytes]:
    keys = [key for one in items for key in (page_key(one), f"json/{one.id}.json")]
    return {key: world.site.objects[key].body for key in keys}


def test_when_the_clock_passes_an_article_leaves_every_output_and_a_notice_leads_to_its_publisher() -> None:
    world, items = retained_world(retaining_sources(portal=TEN_DAYS, harian=TEN_DAYS, warta=TEN_DAYS))
    readers = Readers(world.site)

    world.now += timedelta(days=7)
    world.refresh()

    over = over_by(items, world.now, TEN_DAYS)
    assert 4 <= len(over) < len(items)
    assert readers.problems == []
    shown = shown_outputs(world)
    assert not [key for key, body in shown.items() for one in over if one.id in body.decode()]
    for one in items:
        stored = world.site.objects.get(page_key(one))
        assert (stored is not None and "gone" in stored.metadata) == (one in over)
    harian = next(one for one in over if one.owner.id == "harian")
    notice = world.page(harian)
    assert "Artikel ini tidak lagi disimpan di sini" in notice
    assert "Artikel ini milik Harian." in notice
    assert f'<a href="{harian.url}">' in notice
    assert harian.title not in notice
    data = json.loads(world.site.text(f"json/{harian.id}.json"))
    assert data == {"schema": "newswire/published/1", "id": harian.id, "gone": True}


def test_what_left_is_noted_for_good_and_due_to_be_erased_an_hour_later() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    world.now += timedelta(days=7)
    answer = world.refresh()

    over = [one for one in over_by(items, world.now, TEN_DAYS) if one.owner.id == "harian"]
    archived = [one for one in items if archive_moment(one.first_seen, one.owner.id) > NOW]
    assert answer["articlesDue"] == len({one.id for one in (*over, *archived)}) > len(over) >= 1
    assert retired_ids(world) == {one.id for one in over}
    noted = current(world, over[0])
    assert (noted.retired, noted.next_change) == (instant(world.now), None)
    assert noted.recheck_at == instant(world.now + ERASED_AFTER)
    assert noted.version == over[0].version + 1
    assert world.refresh()["articlesDue"] == 0


def test_the_note_and_the_tombstone_change_no_output() -> None:
    world, items = retained_world(retaining_sources(portal=TEN_DAYS, harian=TEN_DAYS, warta=TEN_DAYS))
    world.now += timedelta(days=7)
    world.refresh()
    over = over_by(items, world.now, TEN_DAYS)
    written, before = len(world.site.puts), world.written()

    assert world.publish(*(current(world, one) for one in over)) == set()
    stones = erase(world)
    world.refresh()

    assert stones.keys() == {one.id for one in over}
    assert world.written() == before
    assert len(world.site.puts) == written
    assert world.log.lines == []


@pytest.mark.parametrize("when", ["over", "noted", "erased"])
def test_a_rebuild_gives_the_same_bytes_notices_included(when: str) -> None:
    world, items = retained_world(retaining_sources(portal=TEN_DAYS, harian=TEN_DAYS, warta=TEN_DAYS))
    copied = ImageCopy("https://x.example/a.jpg", f"images/{items[15].id}/{'a' * 20}", (320,), 200)
    items[15] = with_change_due(world, world.revise(items[15], image_copies=(copied,), revised=instant(NOW)))
    world.now += timedelta(days=7)
    over = over_by(items, world.now, TEN_DAYS)
    if when == "over":
        assert world.publish(*over) == set()
        assert not retired_ids(world)
    else:
        world.refresh()
        assert len(retired_ids(world)) == len(over)
    if when == "erased":
        erase(world)

    rebuilt = world.rebuilt()

    if when != "over":  # the rebuild's own refresh has noted them
        assert shown_outputs(world) == shown_outputs(rebuilt)
    assert _notices(world, over) == _notices(rebuilt, over)
    assert world.site.objects["corrections.json"].body == rebuilt.site.objects["corrections.json"].body
    assert world.site.objects[copied.key(320)].metadata == {"gone": "1"}


def test_a_corrected_article_leaves_the_page_of_corrections_and_is_not_told_as_withdrawn() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    corrected = with_change_due(world, world.revise(items[12], revised=instant(NOW - timedelta(days=1))))
    assert world.publish(corrected) == set()
    assert corrected.title in world.site.text("corrections.html")

    world.now += timedelta(days=7)
    world.refresh()
    erase(world)

    page = world.site.text("corrections.html")
    assert corrected.title not in page
    assert "<time" not in page
    marks = json.loads(world.site.text("corrections.json"))["articles"]
    assert marks == [{"key": corrected.id, "at": corrected.revised}]


def test_pictures_of_ours_go_with_it() -> None:
    world = World(
        replace(
            retaining_sources(harian=TEN_DAYS), sources=(source("harian", images="copy", retention=TEN_DAYS),)
        )
    )
    world.refresh()
    item = world.add(1, "harian")
    copied = ImageCopy("https://x.example/a.jpg", f"images/{item.id}/{'a' * 20}", (320, 640), 400)
    for key in copied.keys:
        world.archive.put(key, b"picture", content_type="image/webp", cache_control="-")
    picture = replace(item.image, url=copied.url) if item.image else None
    item = with_change_due(world, world.revise(item, image_copies=(copied,), image=picture))
    assert world.publish(item) == set()

    world.now += timedelta(days=11)
    world.refresh()

    assert all(world.site.objects[key].metadata == {"gone": "1"} for key in copied.keys)


@pytest.mark.parametrize("state", ["over", "noted", "erased"])
def test_the_notice_of_a_copy_leads_to_the_original_where_that_is_known(state: str) -> None:
    world, _ = retained_world(retaining_sources(harian=TEN_DAYS))
    known = Copy("Suara Desa", "byline", "https://www.harian.example/asli")
    first, second = world.add(101, "harian"), world.add(102, "harian")
    copies = [
        with_change_due(world, world.revise(first, copy=known)),
        with_change_due(world, world.revise(second, copy=replace(known, original=None))),
    ]
    world.now += timedelta(days=11)
    if state == "over":
        assert world.publish(*copies) == set()
    else:
        world.refresh()
    if state == "erased":
        erase(world)
        assert world.rebuilt().page(copies[1]) == world.page(copies[1])

    assert 'href="https://www.harian.example/asli"' in world.page(copies[0])
    assert f'href="{copies[1].url}"' in world.page(copies[1])
    assert "Suara Desa" in world.page(copies[1])


@pytest.mark.parametrize("erased", [False, True])
def test_what_its_publisher_called_withdrawn_is_told_as_withdrawn_to_the_end(erased: bool) -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    withheld = with_change_due(world, world.revise(items[12], withheld_since=instant(NOW)))
    assert world.publish(withheld) == set()
    before = world.page(withheld)
    assert "telah ditarik" in before

    world.now += timedelta(days=7)
    world.refresh()
    if erased:
        stone = erase(world)[withheld.id]
        assert (stone.reason, stone.gone_at) == ("retraction notice", instant(NOW))

    assert world.page(withheld) == before
    assert withheld.url not in world.page(withheld)


def test_a_slower_run_that_saw_the_article_cannot_bring_it_back() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    slow, item = world.beside(), items[12]
    world.now += timedelta(days=7)
    interfered: list[str] = []

    def interfere(key: str) -> None:
        if key == page_key(item) and not interfered:
            interfered.append(key)
            world.refresh()  # takes it out, and notes that

    slow.catalogue = replace(slow.catalogue, sources=(replace(slow.catalogue.sources[0], name="Baru"),))
    world.site.before_put = interfere
    assert slow.publish(item) == set()  # by a clock that has not passed the end

    assert interfered
    assert world.site.objects[page_key(item)].metadata["gone"] == "1"
    assert not [key for key, body in shown_outputs(world).items() if item.id in body.decode()]


def test_a_revision_in_flight_is_taken_out_with_the_article() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    item = items[12]
    world.now += timedelta(days=7)
    retire, done = world.articles.retire, list[ArticleItem]()

    def late(article: ArticleItem, now: str, erased_from: str) -> bool:
        if article.id == item.id and not done:
            done.append(world.revise(item, title="Judul dikoreksi", revision=2))
        return retire(article, now, erased_from)

    world.articles.retire = late  # type: ignore[method-assign]
    world.refresh()

    assert current(world, item).revision == 2
    assert current(world, item).version == 3  # the first note failed: that was not the last version any more
    assert item.id in retired_ids(world)
    assert not [key for key, body in shown_outputs(world).items() if item.id in body.decode()]
    assert "Judul dikoreksi" not in world.page(item)


def test_an_article_whose_outputs_failed_is_not_noted_and_tried_again() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    item = items[12]
    world.now += timedelta(days=7)

    def fail(key: str) -> None:
        if key == page_key(item):
            raise OSError("S3 is away")

    world.site.before_put = fail
    world.refresh()
    assert item.id not in retired_ids(world)

    world.site.before_put = lambda _key: None
    world.refresh()
    assert item.id in retired_ids(world)
