"""A changed sources.yaml: within one scheduled run exactly what it touches is rendered anew, or taken out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.publish import catalogue_walk, refreshing
from functions.publish.portal_writing import ChannelsFailed
from functions.publish.publishing import publish_batch
from newswire.article_item import ArticleItem, Via
from newswire.clock import instant
from newswire.sources import Catalogue, Source
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue
from tests.support.publish_world import World
from tests.support.site_readers import Readers, shown_outputs

OWNERS = ("harian", "warta", "tribune", "@lain.example")


@pytest.fixture(autouse=True)
def _short_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refresh look again at two articles only, and a walk take five at a time."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 5)


def _published(sources: Catalogue | None = None) -> tuple[World, list[ArticleItem]]:
    """Return a site of 32 articles of four publishers over four days."""
    world = World(sources or catalogue())
    world.refresh()
    items = [
        world.add(number, OWNERS[number % 4], listed=instant(NOW - timedelta(hours=3 * number)))
        for number in range(32)
    ]
    assert world.publish(*items) == set()
    world.refresh()
    del world.site.puts[:]
    return world, items


def _change(world: World, source_id: str, **changes: Any) -> None:
    sources = [replace(one, **changes) if one.id == source_id else one for one in world.catalogue.sources]
    world.catalogue = replace(world.catalogue, sources=tuple(sources))


def _of(items: Iterable[ArticleItem], owner: str) -> set[str]:
    return {f"a/{item.slug}-{item.id}.html" for item in items if item.owner.id == owner}


def _rebuilt(world: World) -> dict[str, bytes]:
    return dict(shown_outputs(world.rebuilt()))


@pytest.mark.parametrize(
    "changes",
    [
        {"display": "excerpt"},
        {"name": "Harian Baru"},
        {"images": "none", "licence": "CC BY 4.0"},
        {"index": "noindex"},
        {"homepage": "https://harian.example/"},
    ],
    ids="+".join,
)
def test_a_changed_source_renders_its_own_articles_anew_and_no_others(changes: dict[str, Any]) -> None:
    world, items = _published()
    _change(world, "harian", **changes)

    world.refresh()

    assert shown_outputs(world) == _rebuilt(world)
    pages = {key for key in world.site.puts if key.startswith("a/")}
    assert pages == _of(items, "harian")
    assert not [
        key for key in world.site.puts if key.startswith(("s/warta", "s/tribune", "c/ekonomi", "c/dunia"))
    ]
    written = len(world.site.puts)
    world.refresh()
    assert len(world.site.puts) == written


def test_a_source_that_may_only_be_linked_to_loses_all_its_pages() -> None:
    world, items = _published()
    readers = Readers(world.site)
    _change(world, "harian", display="link")

    world.refresh()

    assert readers.problems == []
    assert all(world.site.objects[key].metadata.get("gone") for key in _of(items, "harian"))
    assert shown_outputs(world) == _rebuilt(world)


def test_a_source_whose_language_is_corrected_states_it_in_its_archives_too() -> None:
    world, _ = _published()
    _change(world, "warta", language="en")

    world.refresh()

    assert shown_outputs(world) == _rebuilt(world)


def test_headlines_that_come_to_have_pages_are_named_once_these_are_there() -> None:
    world, items = _published()
    readers = Readers(world.site)
    _change(world, "tribune", display="excerpt")

    world.refresh()

    assert readers.problems == []
    assert _of(items, "tribune") <= world.site.objects.keys()
    assert shown_outputs(world) == _rebuilt(world)


def test_all_articles_of_a_paused_source_leave_and_come_back_with_it() -> None:
    world, items = _published()
    before = shown_outputs(world)
    readers = Readers(world.site)
    _change(world, "harian", enabled=False)
    world.refresh()

    assert all(world.site.objects[key].metadata.get("gone") for key in _of(items, "harian"))
    assert not [key for key, body in shown_outputs(world).items() if b"dari harian" in body]
    assert shown_outputs(world) == _rebuilt(world)

    _change(world, "harian", enabled=True)
    world.refresh()

    assert readers.problems == []
    assert shown_outputs(world) == before


def test_what_decides_only_how_a_source_is_fetched_writes_nothing_but_the_page_about_it() -> None:
    world, _ = _published()
    _change(world, "warta", interval=timedelta(hours=1), include=("banjir",))

    world.refresh()

    # That everything was looked at is noted.
    assert set(world.site.puts) == {"catalogue.json", "turns.json"}


@pytest.mark.parametrize(
    "portal",
    [{"name": "Kabar Baru"}, {"notice": "Milik {owner}, dikumpulkan {portal}."}, {"language": "en"}],
    ids="+".join,
)
def test_a_changed_portal_renders_everything_anew(portal: dict[str, Any]) -> None:
    world, items = _published()
    world.catalogue = replace(world.catalogue, portal=replace(world.catalogue.portal, **portal))

    world.refresh()

    assert _of(items, "harian") | _of(items, "warta") <= set(world.site.puts)
    assert shown_outputs(world) == _rebuilt(world)


def test_a_category_that_is_renamed_has_its_new_name_everywhere() -> None:
    world, _ = _published()
    world.catalogue = replace(world.catalogue, categories={**world.catalogue.categories, "ekonomi": "Bisnis"})

    world.refresh()

    assert not [key for key, body in shown_outputs(world).items() if b"Ekonomi" in body]
    assert shown_outputs(world) == _rebuilt(world)


def _carried_by(world: World, items: Iterable[ArticleItem], source_id: str) -> None:
    for item in items:
        via = Via(source_id, item.url, item.first_seen)
        assert world.publish(world.revise(item, via={"feed": via})) == set()


def test_articles_of_no_source_follow_the_sources_that_carry_them() -> None:
    world, items = _published()
    unowned = [item for item in items if item.owner.id.startswith("@")]
    _carried_by(world, unowned[::2], "warta")
    world.refresh()
    del world.site.puts[:]
    _change(world, "warta", others="excerpt")

    world.refresh()

    pages = {key for key in world.site.puts if key.startswith("a/")}
    assert pages == {f"a/{item.slug}-{item.id}.html" for item in unowned[::2]}
    assert shown_outputs(world) == _rebuilt(world)


def test_a_run_without_enough_time_leaves_the_rest_to_the_next_one() -> None:
    world, items = _published()
    _change(world, "harian", name="Harian Baru")
    seconds = iter([100.0] * 12)

    def hasten() -> None:
        world.seconds_left = next(seconds, 50.0)

    world.articles.after_get = hasten
    world.refresh()
    state = json.loads(world.site.text("catalogue.json"))
    reached = {key for key in world.site.puts if key.startswith("a/")}
    assert state["walk"]["position"]
    assert set() < reached < _of(items, "harian")

    world.articles.after_get, world.seconds_left = (lambda: None), 300
    world.refresh()

    assert "walk" not in json.loads(world.site.text("catalogue.json"))
    assert {key for key in world.site.puts if key.startswith("a/")} == _of(items, "harian")
    assert len([key for key in world.site.puts if key.startswith("a/")]) == len(_of(items, "harian"))
    assert shown_outputs(world) == _rebuilt(world)


def test_an_output_that_fails_keeps_the_walk_where_it_is() -> None:
    world, items = _published()
    _change(world, "harian", name="Harian Baru")
    (oldest,) = [key for key in _of(items, "harian") if "nomor-28-" in key]

    def fail(key: str) -> None:
        if key == oldest:
            raise ConnectionError("S3 does not answer")

    world.site.before_put = fail
    world.refresh()
    assert "walk" in json.loads(world.site.text("catalogue.json"))

    world.site.before_put = lambda _key: None
    world.refresh()

    assert shown_outputs(world) == _rebuilt(world)


def test_full_text_for_that_is_new_ends_when_it_is_due() -> None:
    world, items = _published()
    _change(world, "harian", full_text_for=timedelta(hours=50))
    world.refresh()
    late = next(item for item in items if item.owner.id == "harian" and "nomor-16-" in item.slug)
    assert 'class="article-text"' in world.page(late)

    world.now += timedelta(hours=3)
    world.refresh()

    assert 'class="article-text"' not in world.page(late)
    assert shown_outputs(world) == _rebuilt(world)


def _without(world: World, source_id: str) -> tuple[Source, ...]:
    return tuple(one for one in world.catalogue.sources if one.id != source_id)


@pytest.mark.parametrize("first", ["refresh", "batch"])
def test_a_removed_source_leaves_notices_and_a_restored_one_all_that_there_was(first: str) -> None:
    world, _ = _published()
    before, full = shown_outputs(world), world.catalogue
    world.catalogue = replace(full, sources=_without(world, "warta"))
    if first == "batch":
        publish_batch(world.run(), [])
    else:
        world.refresh()

    for name in (".html", "/feed.xml", "/atom.xml", "/feed.json", "/2026-01-02.html"):
        assert world.site.objects[f"s/warta{name}"].metadata.get("gone"), name
    assert "/s/warta" not in world.site.text("sitemap-sections.xml")
    world.refresh()
    assert shown_outputs(world) == _rebuilt(world)

    world.catalogue = full
    world.refresh()

    assert shown_outputs(world) == before


def test_channels_that_are_new_or_restored_are_there_before_anything_leads_to_them() -> None:
    world, _ = _published()
    full = world.catalogue
    without = replace(full, sources=_without(world, "tribune"))
    world.catalogue = without
    world.refresh()
    named = _dead_links(world)
    world.catalogue = replace(full, categories={**full.categories, "olahraga": "Olahraga"})

    world.refresh()

    new = ("s/tribune.html", "l/en.html", "l/id.html", "c/olahraga.html")
    assert set(new) <= shown_outputs(world).keys()
    # Pages that begin name each other, and their own feeds, which come at once.
    assert [problem for problem in named() if not problem.startswith(new)] == []


def _dead_links(world: World) -> Callable[[], list[str]]:
    """Return what tells of links from here on to what is not there."""
    readers = Readers(world.site)
    known = len(readers.problems)
    return lambda: readers.problems[known:]


def test_a_removed_channel_stays_while_a_list_that_leads_there_cannot_be_written() -> None:
    world, _ = _published()
    world.catalogue = replace(world.catalogue, sources=_without(world, "warta"))

    def fail(key: str) -> None:
        if key == "index.html":
            raise ConnectionError("S3 does not answer")

    world.site.before_put = fail
    with pytest.raises(ChannelsFailed, match=r"s/warta\.html"):
        publish_batch(world.run(), [])
    assert not world.site.objects["s/warta.html"].metadata.get("gone")

    world.site.before_put = lambda _key: None
    publish_batch(world.run(), [])

    assert world.site.objects["s/warta.html"].metadata.get("gone")


def test_a_removed_channels_articles_are_gone_only_after_its_lists() -> None:
    world, _ = _published()
    readers = Readers(world.site)
    world.catalogue = replace(world.catalogue, sources=_without(world, "warta"))

    world.refresh()

    # Pages that the walk has yet to come to may still lead to the channel's own page.
    problems = [problem.partition(" names ") for problem in readers.problems]
    assert [key for key, _, named in problems if key.startswith("a/") and not named] == []
    assert [named for _, _, named in problems if "'a/" in named] == []


def test_a_removed_category_keeps_its_articles_elsewhere() -> None:
    world, _ = _published()
    categories = {key: name for key, name in world.catalogue.categories.items() if key != "ekonomi"}
    sources = [replace(one, category="nasional") for one in world.catalogue.sources]
    world.catalogue = replace(world.catalogue, categories=categories, sources=tuple(sources))

    world.refresh()

    assert world.site.objects["c/ekonomi.html"].metadata.get("gone")
    assert not [key for key, body in shown_outputs(world).items() if b"/c/ekonomi" in body]
    assert shown_outputs(world) == _rebuilt(world)


def test_a_site_that_remembers_no_catalogue_is_looked_at_as_a_whole() -> None:
    world, items = _published()
    expected = shown_outputs(world)
    del world.site.objects["catalogue.json"]
    (page,) = [key for key in _of(items, "harian") if "nomor-28-" in key]
    del world.site.objects[page]

    world.refresh()

    assert shown_outputs(world) == expected


@pytest.mark.parametrize("changes", [{"enabled": False}, {"display": "excerpt"}, {"others": "excerpt"}])
@pytest.mark.parametrize("reached", ["a batch", "some articles"])
def test_a_change_that_is_taken_back_half_way_leaves_nothing_of_it(
    reached: str, changes: dict[str, Any]
) -> None:
    world, items = _published()
    _carried_by(world, [item for item in items if item.owner.id.startswith("@")], "harian")
    world.refresh()
    before, known, full = shown_outputs(world), world.site.text("catalogue.json"), world.catalogue
    _change(world, "harian", **changes)
    if reached == "a batch":
        publish_batch(world.run(), [])
        assert world.publish(*items[20:24]) == set()
    else:
        seconds = iter([100.0] * 14)
        world.articles.after_get = lambda: setattr(world, "seconds_left", next(seconds, 50.0))
        world.refresh()
        world.articles.after_get, world.seconds_left = (lambda: None), 300
        assert json.loads(world.site.text("catalogue.json"))["walk"]["position"]
    assert {key: body for key, body in shown_outputs(world).items() if key.startswith("a/")} != {
        key: body for key, body in before.items() if key.startswith("a/")
    }

    world.catalogue = full
    world.refresh()

    assert shown_outputs(world) == before
    assert world.site.text("catalogue.json") == known
