"""What a publish run does to the site: only what changed, in the right order, whoever else is at it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from functions.publish.channels import Channel
from functions.publish.publishing import publish_batch
from newswire.clock import instant
from tests.support.named_pages import OUR_PAGES, missing_pages, mixed_articles
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World


def test_a_fresh_stack_has_a_whole_portal_before_its_first_article() -> None:
    world = World()

    world.refresh()

    outputs = world.written()
    assert {"index.html", "about.html", "404.html", "robots.txt", "feed.xml", "sitemap.xml"} <= outputs.keys()
    assert {f"c/{category}.html" for category in world.catalogue.categories} <= outputs.keys()
    assert {f"s/{one.id}.html" for one in world.catalogue.sources} <= outputs.keys()
    for key, body in outputs.items():
        for link in re.findall(rb'(?:href|src)="/([^"#]*)', body) if key.endswith(".html") else []:
            assert (link.decode() or "index.html") in outputs, f"{key} links to {link.decode()}"


def test_a_first_batch_brings_the_whole_portal_without_waiting_for_the_schedule() -> None:
    world = World()
    world.add(1)

    publish_batch(world.run(), [])

    assert {"index.html", "about.html", "c/dunia.html"} <= world.written().keys()


def test_the_same_batch_again_writes_nothing() -> None:
    world = World()
    items = mixed_articles(world)
    world.refresh()
    world.publish(*items)
    written = len(world.site.puts)

    assert world.publish(*items) == set()
    world.refresh()

    assert len(world.site.puts) == written


def test_a_further_feed_that_carries_the_article_changes_no_byte_and_reads_no_file() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    written, read = len(world.site.puts), world.archive.calls["GetObject"]
    seen_again = world.revise(item, via={**item.via, "second": item.via["feed"]})

    world.publish(seen_again)

    assert len(world.site.puts) == written
    assert world.archive.calls["GetObject"] == read


def test_one_changed_article_rewrites_exactly_its_outputs() -> None:
    world = World()
    items = mixed_articles(world)
    world.refresh()
    world.publish(*items)
    del world.site.puts[:]
    changed = items[0]

    world.publish(world.revise(changed, title="Judul yang diperbaiki", revision=2))

    assert set(world.site.puts) == {
        *(f"a/{changed.slug}-{changed.id}.html", f"json/{changed.id}.json"),
        *("index.html", "feed.xml", "atom.xml", "feed.json"),
        *("c/nasional.html", "c/nasional/feed.xml", "c/nasional/atom.xml", "c/nasional/feed.json"),
        *("s/harian.html", "s/harian/feed.xml", "s/harian/atom.xml", "s/harian/feed.json"),
        *("l/id.html", "l/id/feed.xml", "l/id/atom.xml", "l/id/feed.json"),
        *Channel("portal", "all").archive("2026-01-02"),
        *Channel("category", "nasional").archive("2026-01-02"),
        *Channel("source", "harian").archive("2026-01-02"),
        *Channel("language", "id").archive("2026-01-02"),
        "news.xml",
        "search/2026-01-02.json",
    }


def test_unchanged_articles_are_taken_over_from_the_channels_memory() -> None:
    world = World()
    items = [world.add(number) for number in range(1, 9)]
    world.publish(*items)
    read = world.archive.calls["GetObject"]

    world.publish(world.add(0))

    assert world.archive.calls["GetObject"] == read + 1


def test_another_edition_of_the_program_makes_every_body_anew() -> None:
    world = World()
    items = [world.add(number) for number in range(8)]
    world.publish(*items)
    read = world.archive.calls["GetObject"]
    world.edition = "2"

    world.publish(items[0])

    assert world.archive.calls["GetObject"] == read + 8


def test_arrival_in_any_order_and_in_any_batches_gives_equal_bytes() -> None:
    first, second = World(), World()
    for world in (first, second):
        world.refresh()
        mixed_articles(world)
    items = mixed_articles(World())
    first.publish(*items)
    for item in reversed(items):
        second.publish(item)

    assert first.written() == second.written()


def test_a_late_arrival_finds_its_place_by_when_it_is_listed() -> None:
    world = World()
    early, late = world.add(1, title="Lebih baru"), world.add(90, title="Lebih lama")
    world.publish(early)
    world.publish(late)

    feed = world.site.text("feed.xml")
    assert feed.index("Lebih baru") < feed.index("Lebih lama")


def test_pages_come_before_the_lists_and_sitemaps_that_name_them() -> None:
    world = World()
    world.refresh()
    problems: list[tuple[str, set[str]]] = []
    world.site.after_put = lambda key: problems.append((key, missing_pages(world)))

    world.publish(*mixed_articles(world))

    assert [problem for problem in problems if problem[1]] == []


def test_headlines_have_no_page_and_link_to_their_publisher_only() -> None:
    world = World()
    item = world.add(1, "tribune", title="Only a headline", excerpt="Secret words.")

    world.publish(item)

    outputs = world.written()
    assert not [key for key in outputs if key.startswith("a/")]
    assert not [key for key in outputs if key.startswith("sitemap-2")]
    for key in ("index.html", "c/dunia.html", "s/tribune.html", "feed.xml", "feed.json"):
        assert item.url in outputs[key].decode()
        assert item.id not in OUR_PAGES.findall(outputs[key].decode())
        assert "Secret words." not in outputs[key].decode()


def test_articles_of_a_paused_source_do_not_crowd_the_others_out() -> None:
    """The newest proposals of the index are all of the paused source: more are asked for."""
    world = World(catalogue(source("harian", enabled=False), source("warta")))
    carried = [world.add(number, "warta") for number in range(2000, 2060)]
    world.publish(*carried)
    for number in range(150):
        world.add(number, "harian")

    world.retract(carried[0])
    world.publish(carried[0])

    assert world.site.text("feed.xml").count("<item>") == 50


def test_a_page_is_never_replaced_by_an_older_version() -> None:
    world = World()
    item = world.add(1)
    newer = world.revise(item, title="Versi dua")
    world.publish(newer)
    world.articles.save(item)

    world.publish(item)

    assert "Versi dua" in world.page(newer)


def test_an_output_that_changed_meanwhile_is_read_and_decided_again() -> None:
    world = World()
    first, second = world.add(1), world.add(2)
    busy: list[str] = []

    def interfere(key: str) -> None:
        if key == "feed.json" and not busy:
            busy.append(key)
            world.beside().publish(second)

    world.site.before_put = interfere
    assert world.publish(first) == set()

    assert busy
    assert {first.title, second.title} <= set(
        re.findall(r"<title>(.*?)</title>", world.site.text("feed.xml"))
    )


def test_what_a_list_may_not_name_yet_is_left_to_its_own_record() -> None:
    """The index knows an article whose page another run has yet to write."""
    world = World()
    mine, pending = world.add(1), world.add(2, title="Belum ada halamannya")

    world.publish(mine)
    assert "Belum ada halamannya" not in world.site.text("feed.xml")

    world.publish(pending)
    assert "Belum ada halamannya" in world.site.text("feed.xml")


def test_a_silent_correction_moves_lastmod_to_when_we_saw_it() -> None:
    """The publisher changed the text and no date: crawlers still learn that there is something new."""
    world = World()
    item = world.add(1)
    world.publish(item)
    seen = instant(NOW + timedelta(hours=5))
    world.publish(world.revise(item, revised=seen))
    row = world.site.text(f"sitemap-{item.listed[:10]}.xml")
    assert f"<lastmod>{seen[:19]}Z</lastmod>" in row
    assert f"<lastmod>{seen[:19]}Z</lastmod>" in world.site.text("sitemap.xml")


def test_an_articles_tag_stays_when_the_portal_moves() -> None:
    world = World()
    item = world.add(1)
    portal = replace(world.catalogue.portal, authority="kabar.example")
    tags = set()
    for url in ("https://d111.cloudfront.net", "https://kabar.example"):
        world.catalogue = replace(world.catalogue, portal=replace(portal, url=url))
        world.publish(item)
        tags.add(re.findall(r"tag:[^<]+", world.site.text("feed.xml"))[0])
    assert tags == {f"tag:kabar.example,{item.listed[:10]}:{item.id}"}
