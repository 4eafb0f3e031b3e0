"""Articles that are kept for a time only: out of every output by the clock, for good, rebuilt the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.extract.erasing import stub
from functions.publish import catalogue_walk, due_articles, refreshing
from functions.publish.changes import change_of
from functions.publish.publishing import publish, publish_batch
from newswire.article_item import ArticleItem, Copy, Tombstone
from newswire.clock import instant
from newswire.due_changes import ERASED_AFTER, archive_moment, next_change
from newswire.image_copies import ImageCopy
from newswire.sources import Catalogue
from tests.support.publish_world import NOW, World, catalogue, source
from tests.support.site_readers import Readers, shown_outputs

TEN_DAYS = timedelta(days=10)


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refresh look again at two articles only: what is over has to be found by when it is due."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(due_articles, "AT_ONCE", 4)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 5)


def _sources(
    portal: timedelta | None = None, harian: timedelta | None = None, warta: timedelta | None = None
) -> Catalogue:
    sources = catalogue(
        source("harian", retention=harian),
        source("warta", display="excerpt", category="ekonomi", retention=warta),
        source("tribune", display="link", category="dunia", retention=portal),
    )
    return replace(sources, retention=portal)


def _world(sources: Catalogue) -> tuple[World, list[ArticleItem]]:
    """Return a site of 16 articles of four owners; the oldest is six days old."""
    world = World(sources)
    world.refresh()
    owners = ("harian", "warta", "tribune", "@lain.example")
    items = [
        world.add(number, owners[number % 4], listed=instant(NOW - timedelta(hours=9 * number)))
        for number in range(16)
    ]
    items = [_due(world, item) for item in items]
    assert world.publish(*items) == set()
    world.refresh()
    del world.site.puts[:]
    return world, [_now(world, item) for item in items]


def _due(world: World, item: ArticleItem) -> ArticleItem:
    planned = replace(item, next_change=next_change(item, world.catalogue, world.now))
    world.articles.save(planned)
    return planned


def _now(world: World, item: ArticleItem) -> ArticleItem:
    record = world.articles.records[item.id]
    assert isinstance(record, ArticleItem)
    return record


def _page(item: ArticleItem) -> str:
    return f"a/{item.slug}-{item.id}.html"


def _retired(world: World) -> set[str]:
    records = world.articles.records.values()
    return {one.id for one in records if isinstance(one, ArticleItem) and one.retired}


def _erase(world: World) -> dict[str, Tombstone]:
    """Do as extract does with what is due to be erased, and publish what the stream says of it."""
    due = {one: item for one, item in _live(world).items() if item.retired}
    stones = {one: stub(item) for one, item in due.items()}
    for stone in stones.values():
        for key in [key for key in world.archive.objects if f"/{stone.id}/" in key]:
            del world.archive.objects[key]
        world.articles.save(stone)
    assert publish(world.run(), {one: change_of(item) for one, item in due.items()}) == set()
    return stones


def _live(world: World) -> dict[str, ArticleItem]:
    return {key: one for key, one in world.articles.records.items() if isinstance(one, ArticleItem)}


def _over(items: Iterable[ArticleItem], now: datetime, kept_for: timedelta) -> list[ArticleItem]:
    return [one for one in items if datetime.fromisoformat(one.listed) + kept_for <= now]


def _notices(world: World, items: Iterable[ArticleItem]) -> dict[str, bytes]:
    keys = [key for one in items for key in (_page(one), f"json/{one.id}.json")]
    return {key: world.site.objects[key].body for key in keys}


def test_when_the_clock_passes_an_article_leaves_every_output_and_a_notice_leads_to_its_publisher() -> None:
    world, items = _world(_sources(portal=TEN_DAYS, harian=TEN_DAYS, warta=TEN_DAYS))
    readers = Readers(world.site)

    world.now += timedelta(days=7)
    world.refresh()

    over = _over(items, world.now, TEN_DAYS)
    assert 4 <= len(over) < len(items)
    assert readers.problems == []
    shown = shown_outputs(world)
    assert not [key for key, body in shown.items() for one in over if one.id in body.decode()]
    for one in items:
        stored = world.site.objects.get(_page(one))
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
    world, items = _world(_sources(harian=TEN_DAYS))
    world.now += timedelta(days=7)
    answer = world.refresh()

    over = [one for one in _over(items, world.now, TEN_DAYS) if one.owner.id == "harian"]
    archived = [one for one in items if archive_moment(one.first_seen, one.owner.id) > NOW]
    assert answer["articlesDue"] == len({one.id for one in (*over, *archived)}) > len(over) >= 1
    assert _retired(world) == {one.id for one in over}
    noted = _now(world, over[0])
    assert (noted.retired, noted.next_change) == (instant(world.now), None)
    assert noted.recheck_at == instant(world.now + ERASED_AFTER)
    assert noted.version == over[0].version + 1
    assert world.refresh()["articlesDue"] == 0


def test_the_note_and_the_tombstone_change_no_output() -> None:
    world, items = _world(_sources(portal=TEN_DAYS, harian=TEN_DAYS, warta=TEN_DAYS))
    world.now += timedelta(days=7)
    world.refresh()
    over = _over(items, world.now, TEN_DAYS)
    written, before = len(world.site.puts), world.written()

    assert world.publish(*(_now(world, one) for one in over)) == set()
    stones = _erase(world)
    world.refresh()

    assert stones.keys() == {one.id for one in over}
    assert world.written() == before
    assert len(world.site.puts) == written
    assert world.log.lines == []


@pytest.mark.parametrize("when", ["over", "noted", "erased"])
def test_a_rebuild_gives_the_same_bytes_notices_included(when: str) -> None:
    world, items = _world(_sources(portal=TEN_DAYS, harian=TEN_DAYS, warta=TEN_DAYS))
    copied = ImageCopy("https://x.example/a.jpg", f"images/{items[15].id}/{'a' * 20}", (320,), 200)
    items[15] = _due(world, world.revise(items[15], image_copies=(copied,), revised=instant(NOW)))
    world.now += timedelta(days=7)
    over = _over(items, world.now, TEN_DAYS)
    if when == "over":
        assert world.publish(*over) == set()
        assert not _retired(world)
    else:
        world.refresh()
        assert len(_retired(world)) == len(over)
    if when == "erased":
        _erase(world)

    rebuilt = world.rebuilt()

    if when != "over":  # the rebuild's own refresh has noted them
        assert shown_outputs(world) == shown_outputs(rebuilt)
    assert _notices(world, over) == _notices(rebuilt, over)
    assert world.site.objects["corrections.json"].body == rebuilt.site.objects["corrections.json"].body
    assert world.site.objects[copied.key(320)].metadata == {"gone": "1"}


def test_a_corrected_article_leaves_the_page_of_corrections_and_is_not_told_as_withdrawn() -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    corrected = _due(world, world.revise(items[12], revised=instant(NOW - timedelta(days=1))))
    assert world.publish(corrected) == set()
    assert corrected.title in world.site.text("corrections.html")

    world.now += timedelta(days=7)
    world.refresh()
    _erase(world)

    page = world.site.text("corrections.html")
    assert corrected.title not in page
    assert "<time" not in page
    marks = json.loads(world.site.text("corrections.json"))["articles"]
    assert marks == [{"key": corrected.id, "at": corrected.revised}]


def test_pictures_of_ours_go_with_it() -> None:
    world = World(
        replace(_sources(harian=TEN_DAYS), sources=(source("harian", images="copy", retention=TEN_DAYS),))
    )
    world.refresh()
    item = world.add(1, "harian")
    copied = ImageCopy("https://x.example/a.jpg", f"images/{item.id}/{'a' * 20}", (320, 640), 400)
    for key in copied.keys:
        world.archive.put(key, b"picture", content_type="image/webp", cache_control="-")
    picture = replace(item.image, url=copied.url) if item.image else None
    item = _due(world, world.revise(item, image_copies=(copied,), image=picture))
    assert world.publish(item) == set()

    world.now += timedelta(days=11)
    world.refresh()

    assert all(world.site.objects[key].metadata == {"gone": "1"} for key in copied.keys)


@pytest.mark.parametrize("state", ["over", "noted", "erased"])
def test_the_notice_of_a_copy_leads_to_the_original_where_that_is_known(state: str) -> None:
    world, _ = _world(_sources(harian=TEN_DAYS))
    known = Copy("Suara Desa", "byline", "https://www.harian.example/asli")
    first, second = world.add(101, "harian"), world.add(102, "harian")
    copies = [
        _due(world, world.revise(first, copy=known)),
        _due(world, world.revise(second, copy=replace(known, original=None))),
    ]
    world.now += timedelta(days=11)
    if state == "over":
        assert world.publish(*copies) == set()
    else:
        world.refresh()
    if state == "erased":
        _erase(world)
        assert world.rebuilt().page(copies[1]) == world.page(copies[1])

    assert 'href="https://www.harian.example/asli"' in world.page(copies[0])
    assert f'href="{copies[1].url}"' in world.page(copies[1])
    assert "Suara Desa" in world.page(copies[1])


@pytest.mark.parametrize("erased", [False, True])
def test_what_its_publisher_called_withdrawn_is_told_as_withdrawn_to_the_end(erased: bool) -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    withheld = _due(world, world.revise(items[12], withheld_since=instant(NOW)))
    assert world.publish(withheld) == set()
    before = world.page(withheld)
    assert "telah ditarik" in before

    world.now += timedelta(days=7)
    world.refresh()
    if erased:
        stone = _erase(world)[withheld.id]
        assert (stone.reason, stone.gone_at) == ("retraction notice", instant(NOW))

    assert world.page(withheld) == before
    assert withheld.url not in world.page(withheld)


def test_a_slower_run_that_saw_the_article_cannot_bring_it_back() -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    slow, item = world.beside(), items[12]
    world.now += timedelta(days=7)
    interfered: list[str] = []

    def interfere(key: str) -> None:
        if key == _page(item) and not interfered:
            interfered.append(key)
            world.refresh()  # takes it out, and notes that

    slow.catalogue = replace(slow.catalogue, sources=(replace(slow.catalogue.sources[0], name="Baru"),))
    world.site.before_put = interfere
    assert slow.publish(item) == set()  # by a clock that has not passed the end

    assert interfered
    assert world.site.objects[_page(item)].metadata["gone"] == "1"
    assert not [key for key, body in shown_outputs(world).items() if item.id in body.decode()]


def test_a_revision_in_flight_is_taken_out_with_the_article() -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    item = items[12]
    world.now += timedelta(days=7)
    retire, done = world.articles.retire, list[ArticleItem]()

    def late(article: ArticleItem, now: str, erased_from: str) -> bool:
        if article.id == item.id and not done:
            done.append(world.revise(item, title="Judul dikoreksi", revision=2))
        return retire(article, now, erased_from)

    world.articles.retire = late  # type: ignore[method-assign]
    world.refresh()

    assert _now(world, item).revision == 2
    assert _now(world, item).version == 3  # the first note failed: that was not the last version any more
    assert item.id in _retired(world)
    assert not [key for key, body in shown_outputs(world).items() if item.id in body.decode()]
    assert "Judul dikoreksi" not in world.page(item)


def test_an_article_whose_outputs_failed_is_not_noted_and_tried_again() -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    item = items[12]
    world.now += timedelta(days=7)

    def fail(key: str) -> None:
        if key == _page(item):
            raise OSError("S3 is away")

    world.site.before_put = fail
    world.refresh()
    assert item.id not in _retired(world)

    world.site.before_put = lambda _key: None
    world.refresh()
    assert item.id in _retired(world)


def test_a_shorter_retention_takes_out_what_is_over_and_writes_nothing_else() -> None:
    world, items = _world(_sources())
    readers = Readers(world.site)
    world.now += timedelta(days=6)
    world.refresh()
    del world.site.puts[:]

    world.catalogue = _sources(warta=TEN_DAYS)
    answer = world.refresh()

    over = [one for one in _over(items, world.now, TEN_DAYS) if one.owner.id == "warta"]
    assert over
    assert answer["articlesTouched"] == len(over)
    assert _retired(world) == {one.id for one in over}
    assert readers.problems == []
    pages = {key for key in world.site.puts if key.startswith("a/")}
    assert pages == {_page(one) for one in over}
    assert not [key for key in world.site.puts if key.startswith(("s/harian", "s/tribune", "c/nasional"))]
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    later = [one for one in _live(world).values() if one.owner.id == "warta" and not one.retired]
    assert later
    assert all(one.next_change == instant(datetime.fromisoformat(one.listed) + TEN_DAYS) for one in later)
    assert all(one.next_change is None for one in _live(world).values() if one.owner.id == "harian")
    assert world.refresh().get("articlesTouched") is None


def test_the_portals_retention_counts_for_articles_that_no_source_owns() -> None:
    world, items = _world(_sources())
    world.now += timedelta(days=5)
    sources = _sources(portal=TEN_DAYS)
    world.catalogue = replace(sources, sources=tuple(replace(one, retention=None) for one in sources.sources))
    world.refresh()

    over = [one for one in _over(items, world.now, TEN_DAYS) if one.owner.id == "@lain.example"]
    assert over
    assert _retired(world) == {one.id for one in over}
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_longer_retention_keeps_what_has_not_left_and_brings_nothing_back() -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    world.now += timedelta(days=7)
    world.refresh()
    gone = _retired(world)
    assert gone

    world.catalogue = _sources(harian=timedelta(days=30))
    world.refresh()
    world.now += timedelta(days=3)
    world.refresh()

    assert _retired(world) == gone
    kept = [one for one in items if one.owner.id == "harian" and one.id not in gone]
    assert _over(kept, world.now, TEN_DAYS)
    assert all("gone" not in world.site.objects[_page(one)].metadata for one in kept)
    assert all(
        _now(world, one).next_change == instant(datetime.fromisoformat(one.listed) + timedelta(days=30))
        for one in kept
    )
    assert not [key for key, body in shown_outputs(world).items() for one in gone if one in body.decode()]


def test_without_retention_again_what_has_not_left_is_kept_for_ever() -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    world.catalogue = _sources()
    world.refresh()
    world.now += timedelta(days=400)
    world.refresh()

    assert not _retired(world)
    assert all(_now(world, one).next_change is None for one in items)


def test_an_article_that_left_by_a_policy_taken_back_before_it_was_noted_is_shown_again() -> None:
    world, items = _world(_sources(harian=TEN_DAYS))
    item = items[12]
    world.now += timedelta(days=7)
    assert world.publish(item) == set()  # another change of it came before the refresh
    assert "gone" in world.site.objects[_page(item)].metadata

    world.catalogue = _sources(harian=timedelta(days=30))
    world.refresh()

    assert "gone" not in world.site.objects[_page(item)].metadata
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_what_a_mistaken_retention_took_out_before_its_first_refresh_is_shown_again() -> None:
    world, items = _world(_sources())
    item, before = items[12], shown_outputs(world)
    world.now += timedelta(days=6)
    world.catalogue = _sources(harian=TEN_DAYS)
    publish_batch(world.run(), [])
    assert world.publish(item) == set()
    assert "gone" in world.site.objects[_page(item)].metadata

    world.catalogue = _sources()
    world.refresh()

    assert not _retired(world)
    assert world.site.objects[_page(item)].body == before[_page(item)]
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_catalogue_without_retention_is_remembered_as_it_always_was() -> None:
    world, _ = _world(_sources())
    assert "kept" not in json.loads(world.site.text("catalogue.json"))
