"""A changed sources.yaml: within one scheduled run exactly what it touches is rendered anew, or taken out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.publish import catalogue_walk, refreshing
from functions.publish.publishing import publish_batch
from newswire.article_item import ArticleItem, Via
from tests.support.changed_catalogues import change_source, pages_of, published_site, rebuilt_outputs
from tests.support.publish_world import World
from tests.support.site_readers import Readers, shown_outputs


@pytest.fixture(autouse=True)
def _short_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refresh look again at two articles only, and a walk take five at a time."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 5)


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
    world, items = published_site()
    change_source(world, "harian", **changes)

    world.refresh()

    assert shown_outputs(world) == rebuilt_outputs(world)
    pages = {key for key in world.site.puts if key.startswith("a/")}
    assert pages == pages_of(items, "harian")
    assert not [
        key for key in world.site.puts if key.startswith(("s/warta", "s/tribune", "c/ekonomi", "c/dunia"))
    ]
    written = len(world.site.puts)
    world.refresh()
    assert len(world.site.puts) == written


def test_a_source_that_may_only_be_linked_to_loses_all_its_pages() -> None:
    world, items = published_site()
    readers = Readers(world.site)
    change_source(world, "harian", display="link")

    world.refresh()

    assert readers.problems == []
    assert all(world.site.objects[key].metadata.get("gone") for key in pages_of(items, "harian"))
    assert shown_outputs(world) == rebuilt_outputs(world)


def test_a_source_whose_language_is_corrected_states_it_in_its_archives_too() -> None:
    world, _ = published_site()
    change_source(world, "warta", language="en")

    world.refresh()

    assert shown_outputs(world) == rebuilt_outputs(world)


def test_headlines_that_come_to_have_pages_are_named_once_these_are_there() -> None:
    world, items = published_site()
    readers = Readers(world.site)
    change_source(world, "tribune", display="excerpt")

    world.refresh()

    assert readers.problems == []
    assert pages_of(items, "tribune") <= world.site.objects.keys()
    assert shown_outputs(world) == rebuilt_outputs(world)


def test_all_articles_of_a_paused_source_leave_and_come_back_with_it() -> None:
    world, items = published_site()
    before = shown_outputs(world)
    readers = Readers(world.site)
    change_source(world, "harian", enabled=False)
    world.refresh()

    assert all(world.site.objects[key].metadata.get("gone") for key in pages_of(items, "harian"))
    assert not [key for key, body in shown_outputs(world).items() if b"dari harian" in body]
    assert shown_outputs(world) == rebuilt_outputs(world)

    change_source(world, "harian", enabled=True)
    world.refresh()

    assert readers.problems == []
    assert shown_outputs(world) == before


def test_what_decides_only_how_a_source_is_fetched_writes_nothing_but_the_page_about_it() -> None:
    world, _ = published_site()
    change_source(world, "warta", interval=timedelta(hours=1), include=("banjir",))

    world.refresh()

    # That everything was looked at is noted.
    assert set(world.site.puts) == {"catalogue.json", "turns.json"}


@pytest.mark.parametrize(
    "portal",
    [{"name": "Kabar Baru"}, {"notice": "Milik {owner}, dikumpulkan {portal}."}, {"language": "en"}],
    ids="+".join,
)
def test_a_changed_portal_renders_everything_anew(portal: dict[str, Any]) -> None:
    world, items = published_site()
    world.catalogue = replace(world.catalogue, portal=replace(world.catalogue.portal, **portal))

    world.refresh()

    assert pages_of(items, "harian") | pages_of(items, "warta") <= set(world.site.puts)
    assert shown_outputs(world) == rebuilt_outputs(world)


def test_a_category_that_is_renamed_has_its_new_name_everywhere() -> None:
    world, _ = published_site()
    world.catalogue = replace(world.catalogue, categories={**world.catalogue.categories, "ekonomi": "Bisnis"})

    world.refresh()

    assert not [key for key, body in shown_outputs(world).items() if b"Ekonomi" in body]
    assert shown_outputs(world) == rebuilt_outputs(world)


def _carried_by(world: World, items: Iterable[ArticleItem], source_id: str) -> None:
    for item in items:
        via = Via(source_id, item.url, item.first_seen)
        assert world.publish(world.revise(item, via={"feed": via})) == set()


def test_articles_of_no_source_follow_the_sources_that_carry_them() -> None:
    world, items = published_site()
    unowned = [item for item in items if item.owner.id.startswith("@")]
    _carried_by(world, unowned[::2], "warta")
    world.refresh()
    del world.site.puts[:]
    change_source(world, "warta", others="excerpt")

    world.refresh()

    pages = {key for key in world.site.puts if key.startswith("a/")}
    assert pages == {f"a/{item.slug}-{item.id}.html" for item in unowned[::2]}
    assert shown_outputs(world) == rebuilt_outputs(world)


def test_a_run_without_enough_time_leaves_the_rest_to_the_next_one() -> None:
    world, items = published_site()
    change_source(world, "harian", name="Harian Baru")
    seconds = iter([100.0] * 12)

    def hasten() -> None:
        world.seconds_left = next(seconds, 50.0)

    world.articles.after_get = hasten
    world.refresh()
    state = json.loads(world.site.text("catalogue.json"))
    reached = {key for key in world.site.puts if key.startswith("a/")}
    assert state["walk"]["position"]
    assert set() < reached < pages_of(items, "harian")

    world.articles.after_get, world.seconds_left = (lambda: None), 300
    world.refresh()

    assert "walk" not in json.loads(world.site.text("catalogue.json"))
    assert {key for key in world.site.puts if key.startswith("a/")} == pages_of(items, "harian")
    assert len([key for key in world.site.puts if key.startswith("a/")]) == len(pages_of(items, "harian"))
    assert shown_outputs(world) == rebuilt_outputs(world)


def test_an_output_that_fails_keeps_the_walk_where_it_is() -> None:
    world, items = published_site()
    change_source(world, "harian", name="Harian Baru")
    (oldest,) = [key for key in pages_of(items, "harian") if "nomor-28-" in key]

    def fail(key: str) -> None:
        if key == oldest:
            raise ConnectionError("S3 does not answer")

    world.site.before_put = fail
    world.refresh()
    assert "walk" in json.loads(world.site.text("catalogue.json"))

    world.site.before_put = lambda _key: None
    world.refresh()

    assert shown_outputs(world) == rebuilt_outputs(world)


def test_full_text_for_that_is_new_ends_when_it_is_due() -> None:
    world, items = published_site()
    change_source(world, "harian", full_text_for=timedelta(hours=50))
    world.refresh()
    late = next(item for item in items if item.owner.id == "harian" and "nomor-16-" in item.slug)
    assert 'class="article-text"' in world.page(late)

    world.now += timedelta(hours=3)
    world.refresh()

    assert 'class="article-text"' not in world.page(late)
    assert shown_outputs(world) == rebuilt_outputs(world)


def test_a_site_that_remembers_no_catalogue_is_looked_at_as_a_whole() -> None:
    world, items = published_site()
    expected = shown_outputs(world)
    del world.site.objects["catalogue.json"]
    (page,) = [key for key in pages_of(items, "harian") if "nomor-28-" in key]
    del world.site.objects[page]

    world.refresh()

    assert shown_outputs(world) == expected


@pytest.mark.parametrize("changes", [{"enabled": False}, {"display": "excerpt"}, {"others": "excerpt"}])
@pytest.mark.parametrize("reached", ["a batch", "some articles"])
def test_a_change_that_is_taken_back_half_way_leaves_nothing_of_it(
    reached: str, changes: dict[str, Any]
) -> None:
    world, items = published_site()
    _carried_by(world, [item for item in items if item.owner.id.startswith("@")], "harian")
    world.refresh()
    before, known, full = shown_outputs(world), world.site.text("catalogue.json"), world.catalogue
    change_source(world, "harian", **changes)
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
