"""Archives: all that a channel ever listed, day by day, for readers and for feed readers (RFC 5005)."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree, html

from functions.publish import archive_writing, day_archives
from functions.publish.archive_index import Links, Listing, links_of, read, relinked
from functions.publish.channels import all_channels
from newswire.article_item import ArticleItem
from newswire.bucket import StoredObject
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import settled

ATOM = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}
MOST = 6


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a partition hold six entries."""

    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=MOST)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_writing, "DayArchive", archive)


def _hours_ago(world: World, hours: int, owner: str = "harian") -> ArticleItem:
    return world.add(hours, owner, listed=instant(NOW - timedelta(hours=hours)))


def _chain(world: World, key: str = "atom.xml") -> Iterator[tuple[str, list[str]]]:
    """Follow a feed to its archive as a reader does: each document's key and the ids of its articles."""
    seen = set()
    while key not in seen:
        seen.add(key)
        root = etree.fromstring(world.site.objects[key].body)
        tags = root.xpath("a:entry/a:id/text()|channel/item/guid/text()", namespaces=ATOM)
        yield key, [tag.rpartition(":")[2] for tag in tags]
        older = root.xpath("//a:link[@rel='prev-archive']/@href", namespaces=ATOM)
        if not older:
            return
        key = older[0].removeprefix("https://kabar.example/")
    raise AssertionError(f"{key} comes twice")


def _archived(world: World, key: str) -> list[str]:
    """Return the ids of the articles that the archive behind a feed has."""
    documents = itertools.islice(_chain(world, key), 1, None)
    return sorted(itertools.chain.from_iterable(ids for _, ids in documents))


def _followed(world: World, key: str) -> list[str]:
    """Return the ids of the articles that a reader of the feed and of all behind it has."""
    return sorted(set(itertools.chain.from_iterable(ids for _, ids in _chain(world, key))))


def test_a_day_is_that_of_the_portals_own_clock() -> None:
    world = World()
    late = world.add(1, listed="2026-01-02T16:59:59Z")
    midnight = world.add(2, listed="2026-01-02T17:00:00Z")  # in Jakarta the third begins

    world.publish(late, midnight)

    assert late.title in world.site.text("d/2026-01-02.html")
    assert midnight.title in world.site.text("d/2026-01-03.html")
    assert "Jumat, 2 Januari 2026" in world.site.text("d/2026-01-02.html")


def test_every_channel_has_its_archive() -> None:
    world = World()
    item = world.add(1, "warta")

    world.publish(item)

    for page in ("d", "c/ekonomi", "s/warta", "l/id"):
        assert item.title in world.site.text(f"{page}/2026-01-02.html")
    assert "c/nasional/2026-01-02.html" not in world.site.objects


@pytest.mark.parametrize("feed", ["atom.xml", "feed.xml"])
def test_a_reader_who_follows_a_feed_to_its_end_has_every_article(small: None, feed: str) -> None:  # noqa: ARG001
    world = World()
    items = [_hours_ago(world, hours) for hours in range(0, 200, 3)]

    world.publish(*items)

    assert _followed(world, feed) == sorted(item.id for item in items)
    assert _followed(world, f"s/harian/{feed}") == sorted(item.id for item in items)


def test_an_archived_document_says_so_and_leads_both_ways(small: None) -> None:  # noqa: ARG001
    world = World()
    world.publish(*[_hours_ago(world, hours) for hours in range(0, 72, 24)])

    root = etree.fromstring(world.site.objects["atom-2026-01-01.xml"].body)

    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert root.find("fh:archive", ATOM) is not None
    assert links["self"] == "https://kabar.example/atom-2026-01-01.xml"
    assert links["current"] == "https://kabar.example/atom.xml"
    assert links["prev-archive"] == "https://kabar.example/atom-2025-12-31.xml"
    assert links["next-archive"] == "https://kabar.example/atom-2026-01-02.xml"
    document = json.loads(world.site.text("feed-2026-01-01.json"))
    assert document["next_url"] == "https://kabar.example/feed-2025-12-31.json"
    assert world.site.objects["atom-2026-01-01.xml"].content_type == "application/atom+xml"
    assert world.site.objects["feed-2026-01-01.json"].content_type == "application/feed+json"


def test_a_late_day_takes_its_place_between_its_neighbours() -> None:
    world = World()
    world.publish(_hours_ago(world, 0), _hours_ago(world, 48))
    assert [key for key, _ in _chain(world)] == ["atom.xml", "atom-2025-12-31.xml"]

    world.publish(_hours_ago(world, 24))

    keys = [key for key, _ in _chain(world, "atom-2026-01-02.xml")]
    assert keys == ["atom-2026-01-02.xml", "atom-2026-01-01.xml", "atom-2025-12-31.xml"]
    assert "/d/2026-01-01.html" in world.site.text("d/2025-12-31.html")


def test_a_full_day_is_divided_and_its_page_leads_to_the_parts(small: None) -> None:  # noqa: ARG001
    world = World()
    items = [world.add(number, listed=instant(NOW + timedelta(minutes=9 * number))) for number in range(20)]

    world.publish(*items)

    page = html.fromstring(world.site.text("d/2026-01-02.html"))
    parts = page.xpath("//ul[@class='parts']//a/@href")
    assert parts == [f"/d/2026-01-02-{hour}.html" for hour in (19, 20, 21)]
    assert _archived(world, "atom.xml") == sorted(item.id for item in items)


def test_days_and_their_parts_are_named_before_they_are_filled_and_begun_no_more_once_they_are_listed(
    small: None,  # noqa: ARG001
) -> None:
    world = World()
    named: set[str] = set()

    def watch(key: str) -> None:
        if match := re.fullmatch(r"s/harian/feed-(.+)\.json", key):
            listing = read(world.site.objects["s/harian/archive.json"].body)
            assert match[1] in listing.files
            named.update(listing.begun)

    world.site.before_put = watch
    world.publish(*[_hours_ago(world, hours) for hours in range(40)])

    assert {"2026-01-02", "2026-01-01-08"} <= named
    assert [key for key, body in world.written().items() if b'"begun"' in body] == []


def test_a_retracted_article_leaves_every_archive_and_an_empty_day_leaves_the_chain() -> None:
    world = World()
    items = [_hours_ago(world, hours) for hours in (0, 24, 48)]
    world.publish(*items)
    world.retract(items[1])

    world.publish(items[1])

    assert _archived(world, "atom-2026-01-02.xml") == [items[2].id]
    assert all(
        items[1].title not in body.decode()
        for key, body in world.written().items()
        if not key.startswith("a/")
    )
    assert "/d/2026-01-01.html" not in world.site.text("d/2026-01.html")


def test_the_calendar_leads_to_the_days_that_hold_articles() -> None:
    world = World()
    world.publish(*[_hours_ago(world, hours) for hours in (0, 24, 48)])

    january, december = (
        html.fromstring(world.site.text(f"d/{month}.html")) for month in ("2026-01", "2025-12")
    )

    assert january.xpath("//table//a/@href") == ["/d/2026-01-01.html", "/d/2026-01-02.html"]
    assert [one.text for one in january.xpath("//table//td/a")] == ["1", "2"]
    assert january.xpath("//ul[contains(@class, 'pager')]//a/@href") == ["/d/2025-12.html"]
    assert december.xpath("//table//a/@href") == ["/d/2025-12-31.html"]
    assert december.xpath("//ul[contains(@class, 'pager')]//a/@href") == ["/d/2026-01.html"]
    months = html.fromstring(world.site.text("archive.html"))
    assert months.xpath("//ul[@class='parts']//a/@href") == ["/d/2026-01.html", "/d/2025-12.html"]


def test_a_fresh_portal_has_its_archive_page() -> None:
    world = World()

    world.refresh()

    assert "Belum ada artikel" in world.site.text("archive.html")


def test_lists_lead_to_older_articles() -> None:
    world = World()
    world.publish(*[_hours_ago(world, hours) for hours in range(0, 400, 4)])

    for key in ("index.html", "c/nasional.html", "s/harian.html", "l/id.html"):
        (older,) = html.fromstring(world.site.text(key)).xpath("//p[@class='older']/a/@href")
        assert older[1:] in world.site.objects


def test_another_edition_makes_the_days_that_it_touches_anew() -> None:
    world = World()
    first, second = _hours_ago(world, 0), _hours_ago(world, 1)
    world.publish(first, second)
    world.catalogue = replace(
        world.catalogue, portal=replace(world.catalogue.portal, notice="Milik {owner}.")
    )

    world.publish(first)

    assert world.site.text("feed-2026-01-02.json").count("Milik ") == 2
    assert world.rebuilt().site.text("feed-2026-01-02.json") == world.site.text("feed-2026-01-02.json")


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_in_any_batches_gives_equal_archives(small: None, seed: int) -> None:  # noqa: ARG001
    world, dice = World(), random.Random(seed)  # noqa: S311 - an order of arrival
    items = [_hours_ago(world, hours, "warta" if hours % 5 else "harian") for hours in range(0, 90, 2)]
    dice.shuffle(items)
    world.refresh()
    left = list(items)
    while left:
        size = dice.randint(1, 9)
        assert world.publish(*left[:size]) == set()
        del left[:size]

    assert _of_archives(world) == _of_archives(world.rebuilt())


@pytest.mark.parametrize("dies_after", range(2, 60, 3))
def test_whenever_a_run_dies_the_next_one_mends_the_chain(small: None, dies_after: int) -> None:  # noqa: ARG001
    world = World()
    items = [_hours_ago(world, hours) for hours in range(0, 60, 4)]
    world.refresh()
    world.publish(*items[::3])
    countdown = itertools.count(1)

    def die(_key: str) -> None:
        if next(countdown) > dies_after:
            raise KeyboardInterrupt

    world.site.before_put = die
    with suppress(KeyboardInterrupt):
        world.publish(*items)
    world.site.before_put = lambda _key: None

    world.publish(*items)

    assert _of_archives(world) == _of_archives(world.rebuilt())


@pytest.mark.parametrize("moment", range(1, 160, 7))
def test_a_run_that_is_overtaken_leaves_what_a_clean_rebuild_would(small: None, moment: int) -> None:  # noqa: ARG001
    world = World()
    items = [_hours_ago(world, hours) for hours in range(0, 48, 2)]
    world.refresh()
    world.publish(*items[::3])
    calls, get, beside = itertools.count(1), world.site.get, world.beside()

    def interfering(key: str) -> StoredObject | None:
        if next(calls) == moment:
            world.site.get = get  # type: ignore[method-assign]
            gone = items[0]
            beside.retract(gone)
            assert beside.publish(gone, *items[1::3]) == set()
        return get(key)

    world.site.get = interfering  # type: ignore[method-assign]
    assert world.publish(*items[2::3]) == set()
    world.site.get = get  # type: ignore[method-assign]
    world.publish(*items[1::3])

    assert _of_archives(world) == _of_archives(world.rebuilt())


def test_a_chain_passes_a_divided_day_before_its_parts() -> None:
    links = links_of(["2026-01-03", "2026-01-02-15", "2026-01-02-09", "2026-01-01"])

    order, name = [], "2026-01-03"
    while name:
        order.append(name)
        name = links[name].older or ""
    assert order == ["2026-01-03", "2026-01-02", "2026-01-02-15", "2026-01-02-09", "2026-01-01"]
    assert links["2026-01-02"] == Links("2026-01-02-15", "2026-01-03", ("2026-01-02-15", "2026-01-02-09"))


def test_a_new_last_day_changes_the_links_of_its_neighbour_alone() -> None:
    days = [f"2026-01-{day:02}" for day in range(1, 20)]

    found = relinked(Listing(frozenset([*days, "2026-01-20"]), frozenset(["2026-01-20"])))

    assert found == {"2026-01-19": Links("2026-01-18", "2026-01-20"), "2026-01-20": Links("2026-01-19", None)}


def _of_archives(world: World) -> dict[str, bytes]:
    """Return every output of archives, less the documents of emptied days, which nothing leads to."""
    pattern = re.compile(r"archive\.(json|html)$|\d{4}-\d\d")
    found = {key: settled(key, body) for key, body in world.written().items() if pattern.search(key)}
    found = {key: body for key, body in found.items() if not key.startswith(("a/", "json/", "sitemap"))}
    empty = {
        key: channel.archive(name)
        for channel in all_channels(world.catalogue)
        for key in found
        if (name := _day_of(key)) and key == channel.archive(name)[0]
        if not json.loads(found[key])["items"] and not world.site.objects[key].metadata.get("split")
    }
    return {key: body for key, body in found.items() if key not in itertools.chain(*empty.values())}


def _day_of(key: str) -> str | None:
    match = re.search(r"feed-(.+)\.json$", key)
    return match[1] if match else None


def test_of_two_publishers_each_archive_names_its_own() -> None:
    world = World(catalogue(source("harian"), source("warta")))
    harian, warta = world.add(1, "harian"), world.add(2, "warta")

    world.publish(harian, warta)

    page = world.site.text("s/warta/2026-01-02.html")
    assert warta.title in page
    assert harian.title not in page
