"""The about page tells when an article of each source was last carried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lxml import html

from functions.publish.about_page import AboutFacts
from functions.publish.publishing import publish_batch
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World


def days(world: World) -> Mapping[str, str | None]:
    return AboutFacts.told_by(world.site.objects["about.html"].body).carried


def test_a_source_was_last_carried_on_the_day_of_its_newest_article_by_the_portals_clock() -> None:
    world = World()
    world.refresh()
    assert days(world) == {}
    late = instant(NOW - timedelta(hours=17, minutes=30))  # 18.30 UTC: the next day in Jakarta
    world.publish(world.add(1, listed=late, published=late), world.add(2, "tribune"))

    assert days(world) == {"harian": "2026-01-02", "tribune": "2026-01-02"}
    shown = html.fromstring(world.site.text("about.html")).get_element_by_id("carried-harian")
    assert shown.text_content() == "2 Januari 2026"
    assert "Belum pernah" in world.site.text("about.html")  # Warta


def test_it_costs_one_read_and_no_write_while_the_day_is_the_same() -> None:
    world = World()
    world.refresh()
    world.publish(world.add(1))
    puts = world.site.puts.count("about.html")
    world.publish(world.add(0, title="Lebih baru"))
    publish_batch(world.run(), [])
    world.refresh()

    assert world.site.puts.count("about.html") == puts


def test_a_retraction_moves_the_day_back_and_a_rebuild_tells_the_same() -> None:
    world = World()
    old = world.add(1, listed=instant(NOW - timedelta(days=9)))
    new = world.add(2)
    world.publish(old, new)
    world.refresh()
    assert days(world)["harian"] == "2026-01-02"
    world.retract(new)
    world.publish(new)

    assert days(world)["harian"] == "2025-12-24"
    rebuilt = world.rebuilt()
    publish_batch(rebuilt.run(), [])
    assert rebuilt.site.text("about.html") == world.site.text("about.html")


def test_of_two_runs_at_once_the_later_article_decides() -> None:
    world = World()
    world.refresh()
    old = world.add(1, listed=instant(NOW - timedelta(days=3)))
    new = world.add(2)
    done: list[str] = []

    def interfere(key: str) -> None:
        if key == "about.html" and not done:
            done.append(key)
            assert world.beside().publish(new) == set()

    world.site.before_put = interfere
    assert world.publish(old) == set()

    assert done
    assert days(world) == {"harian": "2026-01-02"}


def test_a_source_that_is_switched_off_is_said_to_be() -> None:
    world = World(catalogue(source("harian", enabled=False)))
    world.refresh()

    about = world.site.text("about.html")
    assert "Sedang tidak dimuat" in about
    assert "Terakhir dimuat" not in about
