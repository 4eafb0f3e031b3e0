"""The about page tells how the feeds of each source do: looked up hourly, kept by every other run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from lxml import html

from functions.fetch.feed_state import FeedState
from functions.publish.about_page import AboutFacts, about_page
from functions.publish.feed_health import CAUSES, KINDS, FeedHealth
from functions.publish.feed_reports import MOST_LISTED
from functions.publish.publishing import publish_batch
from newswire.backoff import Backoff
from newswire.feed_keys import feed_key, parent_tag
from newswire.sources import Catalogue
from tests.support.memory_table import MemoryTable
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs

FEEDS = ("https://www.harian.example/rss.xml", "https://www.harian.example/dunia.xml")
WELL = FeedState(
    "", 1, polled=NOW, next_due=NOW + timedelta(hours=1), last_success=NOW, newest=NOW - timedelta(hours=2)
)


def _source(**changes: Any) -> Catalogue:
    return catalogue(source("harian", **changes))


def _store(world: World, state: FeedState, url: str = FEEDS[0], parent: str | None = None) -> None:
    """Write a state as fetch does."""
    key = feed_key("harian", url, None if parent is None else parent_tag(parent))
    world.feeds.put_unconditionally(replace(state, key=key).to_item())


def _failing(reason: str) -> FeedState:
    return replace(
        WELL, health="failing", failures=3, reason=reason, last_success=NOW - timedelta(days=2), newest=None
    )


def _told(world: World, source_id: str = "harian") -> str:
    tree = html.fromstring(world.site.text("about.html"))
    return " ".join(tree.get_element_by_id(f"health-{source_id}").text_content().split())


def _written(world: World) -> int:
    return world.site.puts.count("about.html")


def test_a_refresh_tells_how_a_feed_does() -> None:
    world = World(_source())
    world.refresh()
    assert _told(world) == "Belum dibaca"
    _store(world, WELL)
    world.refresh()
    assert _told(world) == "Aktif, artikel terbaru 2 Januari 2026"
    _store(world, _failing("HTTP 403"))
    world.refresh()
    assert _told(world) == (
        "Tidak dapat dibaca sejak 31 Desember 2025: servernya menolak akses kami (HTTP 403)"
    )


def test_an_english_portal_tells_it_in_english() -> None:
    world = World(catalogue(source("harian"), language="en"))
    _store(world, replace(WELL, gone=NOW, health="gone"))
    world.refresh()
    assert _told(world) == "Stopped on 2 January 2026: the publisher has taken it down for good (HTTP 410)"


def test_several_feeds_are_told_one_by_one_where_one_does_not_deliver() -> None:
    world = World(_source(feeds=FEEDS))
    for url in FEEDS:
        _store(world, WELL, url)
    world.refresh()
    assert _told(world) == "Aktif, artikel terbaru 2 Januari 2026"
    _store(world, _failing("not a feed"), FEEDS[1])
    world.refresh()

    (details,) = html.fromstring(world.site.text("about.html")).find_class("feeds")
    assert _told(world) == "1 dari 2 umpan aktif, artikel terbaru 2 Januari 2026"
    assert [link.get("href") for link in details.iter("a")] == list(FEEDS)
    assert "www.harian.example/dunia.xml Tidak dapat dibaca" in details.text_content()


def test_nothing_that_a_server_said_reaches_the_page() -> None:
    world = World(_source())
    hostile = "parser failed: </dd><script>alert(1)</script>"
    _store(world, replace(_failing(hostile), moved_to='https://x.example/"><script>', etag="<script>x"))
    world.refresh()
    about = world.site.text("about.html")
    assert "alert(1)" not in about
    assert "x.example" not in about
    assert _told(world).endswith(": isi alamatnya tidak dapat dibaca")


def test_what_the_operator_writes_is_escaped_and_cannot_pose_as_the_pages_memory() -> None:
    licence = 'x" id="health-harian" data-feeds="aaaaaaaaaa=gone///"><b>'
    world = World(_source(licence=licence, feeds=("https://www.harian.example/?a=1&b=\"'<i>",)))
    world.refresh()
    assert "<b>" not in world.site.text("about.html")
    assert "<i>" not in world.site.text("about.html")
    facts = AboutFacts.told_by(world.site.objects["about.html"].body)
    assert [one.kind for one in facts.health["harian"].values()] == ["unread"]


def test_nothing_is_written_while_nothing_changes_that_a_reader_cares_about() -> None:
    world = World(_source(feeds=FEEDS))
    _store(world, WELL)
    _store(world, _failing("HTTP 500"), FEEDS[1])
    world.refresh()
    written = len(world.site.puts)
    later = NOW + timedelta(minutes=50)
    _store(world, replace(WELL, version=2, polled=later, last_success=later, last_new=later, etag='"2"'))
    _store(world, replace(_failing("HTTP 502"), failures=9, reason="HTTP 500"), FEEDS[1])
    world.now = later
    world.refresh()
    publish_batch(world.run(), [])
    assert len(world.site.puts) == written


def test_only_refreshes_look_and_other_runs_keep_what_the_page_says() -> None:
    world = World(_source())
    _store(world, WELL)
    world.refresh()
    _store(world, _failing("timed out"))
    world.feeds.calls.clear()

    world.publish(world.add(1))  # a new day in "last carried": the page is written
    publish_batch(world.run(), [])
    assert not world.feeds.calls
    assert "2 Januari 2026" in world.site.text("about.html")
    assert _told(world) == "Aktif, artikel terbaru 2 Januari 2026"
    world.refresh()
    assert world.feeds.calls == {"peek": 1}
    assert "Tidak dapat dibaca" in _told(world)


def test_a_changed_catalogue_keeps_what_is_known_of_the_feeds_that_stay() -> None:
    world = World(_source(feeds=FEEDS))
    _store(world, WELL)
    _store(world, WELL, FEEDS[1])
    world.refresh()
    world.catalogue = _source(name="Harian Baru", feeds=(FEEDS[1], "https://www.harian.example/baru.xml"))
    publish_batch(world.run(), [])
    known = AboutFacts.told_by(world.site.objects["about.html"].body).health["harian"]
    assert known == {parent_tag(FEEDS[1]): FeedHealth("delivering", "2026-01-02")}
    world.refresh()
    assert _told(world).startswith("1 dari 2 umpan aktif")


def test_a_source_that_is_switched_off_is_neither_looked_up_nor_told() -> None:
    world = World(_source(enabled=False))
    world.refresh()
    assert not world.feeds.keys_read
    assert "health-harian" not in world.site.text("about.html")


def test_a_pause_of_a_domain_ends_with_the_clock_alone() -> None:
    world = World(_source())
    _store(world, WELL)
    until = NOW + timedelta(hours=20)
    world.feeds.put_unconditionally(Backoff("harian.example", until, 1, "HTTP 429").to_item())
    world.refresh()
    assert _told(world).startswith("Dijeda")
    assert "HTTP 429" in _told(world)
    world.now = until
    world.refresh()
    assert _told(world).startswith("Aktif")


def test_the_clock_alone_makes_no_well_feed_look_unwell() -> None:
    world = World(_source())
    _store(world, WELL)
    world.refresh()
    world.now = NOW + timedelta(days=3)
    world.refresh()
    assert _told(world) == "Aktif, artikel terbaru 2 Januari 2026"


def test_a_page_that_leads_to_a_feed_does_as_that_feed_does() -> None:
    world = World(_source())
    child = "https://www.harian.example/feed/"
    _store(world, replace(WELL, newest=None, children=(child,)))
    world.refresh()
    assert _told(world) == "Belum dibaca"
    _store(world, _failing("HTTP 404"), child, parent=FEEDS[0])
    world.refresh()
    assert "tidak ada apa-apa di alamatnya (HTTP 404)" in _told(world)


def test_of_a_long_index_only_the_index_itself_is_looked_up() -> None:
    world = World(_source())
    children = tuple(f"https://www.harian.example/{number}.xml" for number in range(MOST_LISTED + 1))
    _store(world, replace(WELL, children=children))
    world.refresh()
    assert _told(world) == "Aktif, artikel terbaru 2 Januari 2026"
    assert world.feeds.keys_read == 2  # the index and its domain


def test_a_feed_that_has_moved_waits_with_its_new_domain() -> None:
    world = World(_source())
    _store(world, replace(WELL, moved_to="https://feeds.baru.example/rss"))
    pause = Backoff("baru.example", NOW + timedelta(hours=20), 1, "HTTP 503")
    world.feeds.put_unconditionally(pause.to_item())
    world.refresh()
    assert "HTTP 503" in _told(world)


def test_many_feeds_cost_a_call_for_each_hundred_keys() -> None:
    feeds = tuple(f"https://www.harian.example/{number}.xml" for number in range(230))
    world = World(_source(feeds=feeds))
    world.refresh()
    assert world.feeds.calls == {"peek": 3}  # 230 feeds and one domain


class _Broken(MemoryTable):
    def peek_many(self, pks: Iterable[str], attributes: Sequence[str] = ()) -> dict[str, dict[str, Any]]:  # noqa: ARG002 - the base class's
        self.calls["peek"] += 1
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "BatchGetItem")


class _Slow(MemoryTable):
    """Takes fifteen seconds a call."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def peek_many(self, pks: Iterable[str], attributes: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        self._world.seconds_left -= 15
        return super().peek_many(pks, attributes)


@pytest.mark.parametrize("trouble", ["broken", "slow", "damaged"])
def test_a_feed_table_in_trouble_costs_no_more_than_the_news_of_feeds(trouble: str) -> None:
    feeds = tuple(f"https://www.harian.example/{number}.xml" for number in range(230))
    world = World(_source(feeds=feeds))
    _store(world, WELL, feeds[0])
    world.refresh()
    before = _told(world)
    _store(world, _failing("timed out"), feeds[0])
    if trouble == "damaged":
        world.feeds.items[f"feed#harian {feeds[0]}"]["polled"] = "yesterday"
    else:
        world.feeds = _Broken() if trouble == "broken" else _Slow(world)
    world.feeds.calls.clear()
    world.publish(world.add(1))

    answer = world.refresh()

    assert _told(world) == before
    assert answer["FeedHealthUnread"] == 1
    assert answer["articlesFailed"] == 0
    (line,) = [details for message, details in world.log.lines if "states of feeds" in message]
    assert "reason" in line
    assert world.feeds.calls["peek"] <= 3
    assert world.seconds_left >= 250


def test_of_two_refreshes_at_once_the_later_look_stands() -> None:
    world = World(_source())
    world.refresh()
    _store(world, WELL)
    done: list[str] = []

    def interfere(key: str) -> None:
        if key == "about.html" and not done:
            done.append(key)
            _store(world, _failing("HTTP 500"))
            world.beside().refresh()

    world.site.before_put = interfere
    world.refresh()

    assert done
    assert "(HTTP 500)" in _told(world)


def test_of_a_refresh_and_an_article_at_once_the_page_has_both() -> None:
    world = World(_source())
    world.refresh()
    _store(world, WELL)
    item = world.add(1)
    done: list[str] = []

    def interfere(key: str) -> None:
        if key == "about.html" and not done:
            done.append(key)
            world.beside().refresh()

    world.site.before_put = interfere
    assert world.publish(item) == set()

    assert done
    assert _told(world) == "Aktif, artikel terbaru 2 Januari 2026"
    assert AboutFacts.told_by(world.site.objects["about.html"].body).carried == {"harian": "2026-01-02"}


def test_a_rebuild_tells_the_same() -> None:
    world = World(_source(feeds=FEEDS))
    _store(world, WELL)
    _store(world, _failing("HTTP 503"), FEEDS[1])
    world.refresh()
    world.publish(world.add(1))
    assert shown_outputs(world.rebuilt()) == shown_outputs(world)


def test_the_page_remembers_whatever_it_tells() -> None:
    feeds = tuple(f"https://www.harian.example/{number}.xml" for number in range(len(KINDS) + len(CAUSES)))
    healths = [
        *(FeedHealth(kind, "2026-01-02", None, 429 if kind == "paused" else None) for kind in KINDS),
        *(FeedHealth("failing", None, cause, 404 if cause == "missing" else None) for cause in CAUSES),
    ]
    look = World(_source(feeds=feeds)).run().look
    facts = AboutFacts(
        {"harian": "2026-01-02"}, {"harian": dict(zip(map(parent_tag, feeds), healths, strict=True))}
    )

    page = about_page(look, facts)

    assert AboutFacts.told_by(page) == facts
    assert about_page(look, AboutFacts.told_by(page)) == page


def test_marks_of_another_program_are_passed_over() -> None:
    page = (
        '<dd id="health-harian" data-feeds="aaaaaaaaaa=sleeping/// bbbbbbbbbb=silent/2026-01-02// nonsense">'
    )
    assert AboutFacts.told_by(page.encode()).health == {
        "harian": {"bbbbbbbbbb": FeedHealth("silent", "2026-01-02")}
    }
