"""Sources and categories that leave the catalogue, and come back: nothing leads to what is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from functions.publish import catalogue_walk, refreshing, retired_channels
from functions.publish.changes import change_of
from functions.publish.channels import Channel
from functions.publish.own_files import NO_FILES, own_files
from functions.publish.portal_writing import ChannelsFailed
from functions.publish.publishing import publish, publish_batch
from newswire.sources import Own, Source
from tests.support.changed_catalogues import published_site, rebuilt_outputs
from tests.support.publish_catalogues import catalogue
from tests.support.publish_world import World
from tests.support.site_readers import Readers, shown_outputs


@pytest.fixture(autouse=True)
def _short_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refresh look again at two articles only, and a walk take five at a time."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 5)


def _without(world: World, source_id: str) -> tuple[Source, ...]:
    return tuple(one for one in world.catalogue.sources if one.id != source_id)


@pytest.mark.parametrize("first", ["refresh", "batch"])
def test_a_removed_source_leaves_notices_and_a_restored_one_all_that_there_was(first: str) -> None:
    world, _ = published_site()
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
    assert shown_outputs(world) == rebuilt_outputs(world)

    world.catalogue = full
    world.refresh()

    assert shown_outputs(world) == before


def test_a_removed_source_leaves_notices_also_of_days_whose_articles_had_all_gone() -> None:
    world, items = published_site()
    emptied = [one for one in items if one.owner.id == "warta"]
    changes = {one.id: change_of(one) for one in emptied}
    for item in emptied:
        world.retract(item)
    assert publish(world.run(), changes) == set()
    world.catalogue = replace(world.catalogue, sources=_without(world, "warta"))

    world.refresh()

    assert "s/warta/2026-01-01.html" in world.site.objects
    standing = {key for key, one in world.site.objects.items() if "gone" not in one.metadata}
    assert {key for key in standing if key.startswith("s/warta")} == set()


def test_a_run_that_still_has_a_removed_source_puts_no_empty_day_in_place_of_a_notice() -> None:
    """No list would name that day, and nobody would ever take it out."""
    world, items = published_site()
    late = world.beside()  # its catalogue has the source
    gone = next(one for one in items if one.owner.id == "warta")
    world.catalogue = replace(world.catalogue, sources=_without(world, "warta"))
    world.refresh()

    world.retract(gone)
    assert publish(late.run(), {gone.id: change_of(gone)}) == set()
    assert "gone" not in world.site.objects["s/warta.html"].metadata
    # As whoever finds at its end that its catalogue is no more has it taken out again.
    retired_channels.retire(world.run(), Channel("source", "warta"))

    standing = {key for key, one in world.site.objects.items() if "gone" not in one.metadata}
    assert {key for key in standing if key.startswith("s/warta")} == set()


def test_nothing_that_nobody_writes_anew_leads_to_a_category_language_or_page_that_is_no_more() -> None:
    """Namely notices in place of articles, days, months and lists, and days and months that were emptied."""
    own = Own(pages=("redaksi",))
    world, items = published_site(replace(catalogue(), own=own))
    world.own = own_files(own, {"pages/redaksi.md": b"# Redaksi"}.get, lambda *said: pytest.fail(str(said)))
    world.refresh()
    assert "p/redaksi.html" in world.site.text("index.html")
    oldest = [one for one in items if one.listed < "2025-12-31T17:00"]  # midnight in Jakarta
    changes = {one.id: change_of(one) for one in oldest}
    for item in oldest:
        world.retract(item)
    assert publish(world.run(), changes) == set()
    world.catalogue = replace(world.catalogue, sources=_without(world, "warta"))
    world.refresh()  # and days of a source that is no more become notices

    world.own = NO_FILES
    world.catalogue = replace(
        world.catalogue, sources=_without(world, "tribune"), categories={"nasional": "Nasional"}, own=Own()
    )
    world.refresh()

    objects = world.site.objects
    gone = {key for key, one in objects.items() if "gone" in one.metadata}
    assert {"c/dunia.html", "l/en.html", "p/redaksi.html", "s/warta.html"} <= gone
    assert {
        "d/2025-12-31.html",
        "d/2025-12.html",
        "s/harian/2025-12-31.html",
    } <= objects.keys() - gone
    assert Readers(world.site).problems == []


def test_channels_that_are_new_or_restored_are_there_before_anything_leads_to_them() -> None:
    world, _ = published_site()
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
    world, _ = published_site()
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
    world, _ = published_site()
    readers = Readers(world.site)
    world.catalogue = replace(world.catalogue, sources=_without(world, "warta"))

    world.refresh()

    # Pages that the walk has yet to come to may still lead to the channel's own page.
    problems = [problem.partition(" names ") for problem in readers.problems]
    assert [key for key, _, named in problems if key.startswith("a/") and not named] == []
    assert [named for _, _, named in problems if "'a/" in named] == []


def test_a_removed_category_keeps_its_articles_elsewhere() -> None:
    world, _ = published_site()
    categories = {key: name for key, name in world.catalogue.categories.items() if key != "ekonomi"}
    sources = [replace(one, category="nasional") for one in world.catalogue.sources]
    world.catalogue = replace(world.catalogue, categories=categories, sources=tuple(sources))

    world.refresh()

    assert world.site.objects["c/ekonomi.html"].metadata.get("gone")
    assert not [key for key, body in shown_outputs(world).items() if b"/c/ekonomi" in body]
    assert shown_outputs(world) == rebuilt_outputs(world)
