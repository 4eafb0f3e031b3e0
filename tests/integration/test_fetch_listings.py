"""Documents that list others: sitemap indexes, and pages that name their feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.fetch.feed_state import FeedState
from newswire.clock import instant
from newswire.feed_keys import parent_tag
from newswire.shards import Shard, ShardFeed
from newswire.tables import Table
from tests.support.aws_stack import FEED_TABLE
from tests.support.fetch_feeds import NOW, Item, rss
from tests.support.fetch_run import FetchRuns
from tests.support.web_server import Reply

HOUR = timedelta(hours=1)
INDEX = "/sitemap-index.xml"


def day(moment: datetime) -> str:
    return moment.date().isoformat()


def index(fetch: FetchRuns, *children: tuple[str, str | None]) -> Reply:
    """Return a sitemap index of paths with their dates."""
    rows = "".join(
        f"<sitemap><loc>{fetch.web.url(path)}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</sitemap>"
        for path, date in children
    )
    body = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</sitemapindex>"
    return Reply(body.encode(), content_type="application/xml", etag=f'"{hash(body)}"')


def sitemap(*numbers: int) -> Reply:
    rows = "".join(
        f"<url><loc>https://kabar.example/berita/{number}</loc>"
        f"<lastmod>{(NOW - HOUR).isoformat()}</lastmod></url>"
        for number in numbers
    )
    body = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</urlset>"
    return Reply(body.encode(), content_type="application/xml", etag=f'"{numbers}"')


def poll(fetch: FetchRuns, after: timedelta = timedelta(0), path: str = INDEX) -> list[str]:
    """Run once and return the paths that were asked."""
    before = len(fetch.web.asked)
    fetch.poll(fetch.source(path), after=after)
    return fetch.web.paths()[before:]


def child(fetch: FetchRuns, path: str, parent: str = INDEX) -> dict[str, Any]:
    key = f"feed#kabar {fetch.web.url(path)} {parent_tag(fetch.web.url(parent))}"
    found: dict[str, Any] = fetch.stack.items().get(key, {})
    return found


def test_the_sitemaps_of_an_index_are_read_in_the_same_run_newest_first(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", day(NOW - 24 * HOUR)), ("/2.xml", day(NOW)))
    fetch.web.replies |= {"/1.xml": sitemap(1), "/2.xml": sitemap(2, 3)}
    assert poll(fetch) == [INDEX, "/2.xml", "/1.xml"]
    messages = fetch.messages()
    assert sorted(message.body["url"][-1] for message in messages) == ["1", "2", "3"]
    tag = parent_tag(fetch.web.url(INDEX))
    assert {message.body["feed"] for message in messages} == {
        f"kabar {fetch.web.url(path)} {tag}" for path in ("/1.xml", "/2.xml")
    }


def test_an_unchanged_index_costs_one_conditional_request(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", day(NOW)))
    fetch.web.replies["/1.xml"] = sitemap(1)
    poll(fetch)
    assert poll(fetch, HOUR) == [INDEX]
    assert fetch.web.asked[-1].header("If-None-Match") == fetch.state(INDEX)["etag"]


def test_only_a_sitemap_that_the_index_calls_changed_is_asked_again(fetch: FetchRuns) -> None:
    stamps = ["2025-06-02T06:00:00Z", "2025-06-02T10:00:00Z"]
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", stamps[0]), ("/2.xml", stamps[0]))
    fetch.web.replies |= {"/1.xml": sitemap(1), "/2.xml": sitemap(2)}
    poll(fetch)
    fetch.messages()
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", stamps[0]), ("/2.xml", stamps[1]))
    fetch.web.replies["/2.xml"] = sitemap(2, 5)
    assert poll(fetch, 3 * HOUR) == [INDEX, "/2.xml"]
    assert fetch.urls() == ["5"]
    assert child(fetch, "/2.xml")["listed"] == stamps[1]


def test_a_sitemap_without_a_date_is_polled_by_its_own_rhythm(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", None))
    fetch.web.replies["/1.xml"] = sitemap(1)
    poll(fetch)
    fetch.web.replies["/1.xml"] = sitemap(1, 2)
    assert sorted(poll(fetch, HOUR)) == ["/1.xml", INDEX]
    assert "2" in fetch.urls()


def test_sitemaps_older_than_the_backfill_are_left_alone(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/new.xml", day(NOW)), ("/old.xml", "2019-01-01"))
    fetch.web.replies |= {"/new.xml": sitemap(1), "/old.xml": sitemap(2)}
    assert poll(fetch) == [INDEX, "/new.xml"]
    before = len(fetch.web.asked)
    fetch.poll(fetch.source(INDEX, id="arsip", backfill=None))
    assert fetch.web.paths()[before:] == [INDEX, "/new.xml", "/old.xml"]


def test_an_index_whose_sitemaps_were_not_all_read_is_read_whole_again(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", day(NOW)), ("/2.xml", day(NOW)))
    fetch.web.replies |= {"/1.xml": Reply(status=429, headers={"Retry-After": "60"}), "/2.xml": sitemap(2)}
    assert poll(fetch) == [INDEX, "/1.xml"]
    assert not {"etag", "body_hash"} & fetch.state(INDEX).keys()
    fetch.web.replies["/1.xml"] = sitemap(1)
    assert sorted(poll(fetch, HOUR)) == ["/1.xml", "/2.xml", INDEX]
    assert sorted(fetch.urls()) == ["1", "2"]
    assert fetch.state(INDEX)["etag"]


def test_a_sitemap_that_is_no_longer_listed_is_forgotten(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", None), ("/2.xml", None))
    fetch.web.replies |= {"/1.xml": sitemap(1), "/2.xml": sitemap(2)}
    poll(fetch)
    assert child(fetch, "/1.xml")["version"] == 1
    fetch.web.replies[INDEX] = index(fetch, ("/2.xml", None))
    poll(fetch, HOUR)
    assert child(fetch, "/1.xml") == {}
    assert "/1.xml" not in poll(fetch, 48 * HOUR)


def test_an_index_inside_an_index_is_not_followed(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/inner.xml", None))
    fetch.web.replies["/inner.xml"] = index(fetch, (INDEX, None), ("/deep.xml", None))
    assert poll(fetch) == [INDEX, "/inner.xml"]
    assert child(fetch, "/inner.xml")["reason"] == "not a feed"


def test_a_broken_sitemap_costs_neither_the_index_nor_the_others(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", day(NOW)), ("/2.xml", day(NOW)))
    fetch.web.replies |= {"/1.xml": Reply(b"<rss>SEGFAULT</rss>"), "/2.xml": sitemap(2)}
    poll(fetch)
    assert fetch.urls() == ["2"]
    assert ("failures" in fetch.state(INDEX), child(fetch, "/1.xml")["reason"]) == (False, "parser died")


def page(*feeds: str) -> Reply:
    links = "".join(f"<link rel='alternate' type='application/rss+xml' href='{feed}'>" for feed in feeds)
    return Reply(f"<!doctype html><head>{links}</head><p>Beranda".encode(), content_type="text/html")


def test_a_page_is_resolved_to_its_feed_and_asked_again_the_next_day(fetch: FetchRuns) -> None:
    fetch.web.replies["/"] = page("/rss", "/comments/rss")
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"1"')
    assert poll(fetch, path="/") == ["/", "/rss"]
    assert fetch.urls() == ["1"]
    assert fetch.pause("/") == timedelta(hours=24)
    assert poll(fetch, HOUR, "/") == ["/rss"]
    assert fetch.web.asked[-1].header("If-None-Match") == '"1"'
    fetch.web.replies["/"] = page("/baru")
    fetch.web.replies["/baru"] = Reply(rss([Item(2)]), etag='"2"')
    assert sorted(poll(fetch, 25 * HOUR, "/")) == ["/", "/baru", "/rss"]
    assert poll(fetch, 30 * HOUR, "/") == ["/baru"]


def test_a_pages_next_feed_has_its_turn_when_the_best_keeps_failing(fetch: FetchRuns) -> None:
    fetch.web.replies["/"] = page("/gone", "/rss")
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"1"')
    for hours in range(0, 30, 2):
        poll(fetch, hours * HOUR, "/")
    assert child(fetch, "/gone", "/")["failures"] >= 3
    assert fetch.urls() == ["1"]
    assert fetch.state("/")["children"] == [fetch.web.url("/rss"), fetch.web.url("/gone")]
    fetch.web.replies["/"] = page("/rss")
    poll(fetch, 60 * HOUR, "/")
    assert child(fetch, "/gone", "/") == {}


def test_a_feed_that_turns_into_a_page_has_failed_and_keeps_its_memory(
    fetch: FetchRuns,
) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    fetch.poll()
    fetch.messages()
    fetch.web.replies["/rss"] = page("/elsewhere")
    totals = fetch.poll(after=2 * HOUR)
    assert (totals.failures, fetch.web.paths()) == ({"not a feed": 1}, ["/rss", "/rss"])
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    assert fetch.poll(after=5 * HOUR).sent == 0


def test_a_page_that_becomes_a_feed_is_polled_as_one(fetch: FetchRuns) -> None:
    fetch.web.replies["/"] = page("/rss")
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"1"')
    poll(fetch, path="/")
    fetch.web.replies["/"] = Reply(rss([Item(2)]), etag='"2"')
    poll(fetch, 25 * HOUR, "/")
    assert poll(fetch, 50 * HOUR, "/") == ["/"]
    assert child(fetch, "/rss", "/") == {}


@pytest.mark.parametrize("enabled", [True, False])
def test_what_is_listed_goes_with_its_source(enabled: bool, fetch: FetchRuns) -> None:
    fetch.web.replies["/"] = page("/rss")
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"1"')
    poll(fetch, path="/")
    before = len(fetch.web.asked)
    fetch.poll(fetch.source("/", enabled=enabled), after=HOUR)
    assert fetch.web.paths()[before:] == (["/rss"] if enabled else [])


def test_a_sitemap_that_is_too_old_by_now_is_forgotten_though_it_is_still_listed(fetch: FetchRuns) -> None:
    rows = [("/2.xml", day(NOW)), ("/1.xml", day(NOW - 48 * HOUR))]
    fetch.web.replies[INDEX] = index(fetch, *rows)
    fetch.web.replies |= {"/1.xml": sitemap(1), "/2.xml": sitemap(2)}
    poll(fetch)
    fetch.web.replies[INDEX] = index(fetch, ("/3.xml", day(NOW + 72 * HOUR)), *rows)
    fetch.web.replies["/3.xml"] = sitemap(3)
    poll(fetch, 72 * HOUR)
    assert child(fetch, "/1.xml") == {}
    assert child(fetch, "/2.xml")
    assert "/1.xml" not in poll(fetch, 97 * HOUR)


def test_a_page_that_puts_another_feed_first_leaves_the_old_one_alone(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/": page("/lama", "/baru"), "/lama": Reply(rss([Item(1)]), etag='"1"')}
    poll(fetch, path="/")
    fetch.web.replies |= {"/": page("/baru", "/lama"), "/baru": Reply(rss([Item(1)]), etag='"1"')}
    poll(fetch, 25 * HOUR, "/")
    assert child(fetch, "/lama", "/") == {}
    assert poll(fetch, 40 * HOUR, "/") == ["/baru"]


def test_a_shard_that_still_names_what_is_no_longer_listed_does_not_ask_it(fetch: FetchRuns) -> None:
    """The plan, or the index that it was made of, may be older than the listing."""
    fetch.web.replies["/1.xml"] = sitemap(1)
    tag = parent_tag(fetch.web.url(INDEX))
    stale = Shard(0, 1, instant(NOW), (ShardFeed("kabar", fetch.web.url("/1.xml"), tag),))
    assert fetch.poll_shard(stale, fetch.source(INDEX)).feeds_polled == 0
    assert (fetch.web.paths(), child(fetch, "/1.xml")) == ([], {})


def test_what_is_listed_and_due_is_left_to_the_shard_that_it_belongs_to(fetch: FetchRuns) -> None:
    """Of another domain, it may be polled at this moment by who holds that domain's shard."""
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", None))
    fetch.web.replies["/1.xml"] = sitemap(1)
    poll(fetch)
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", None), ("/2.xml", None))
    fetch.web.replies["/2.xml"] = sitemap(2)
    before = len(fetch.web.asked)
    plan = Shard(0, 1, instant(NOW), (ShardFeed("kabar", fetch.web.url(INDEX)),))
    fetch.poll_shard(plan, fetch.source(INDEX), after=24 * HOUR)
    assert fetch.web.paths()[before:] == [INDEX, "/2.xml"]


def test_a_listing_is_read_again_where_what_it_lists_could_not_be_remembered(fetch: FetchRuns) -> None:
    """Nothing else would ever lead to it: the index of FeedTable knows only what was remembered."""
    fetch.web.replies["/"] = page("/rss")
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"1"')

    def refuse(state: FeedState) -> None:
        if state.is_child:
            raise OSError("throttled")

    fetch.poll(fetch.source("/"), before_save=refuse)
    assert child(fetch, "/rss", "/") == {}
    assert poll(fetch, 25 * HOUR, "/") == ["/", "/rss"]
    assert child(fetch, "/rss", "/")["version"] == 1


def test_a_source_that_was_disabled_for_long_finds_again_what_it_listed(fetch: FetchRuns) -> None:
    """FeedTable forgets listed documents that nobody has polled for 90 days."""
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", None))
    fetch.web.replies["/1.xml"] = sitemap(1)
    poll(fetch)
    Table(fetch.stack.dynamodb, FEED_TABLE).delete(str(child(fetch, "/1.xml")["pk"]))
    assert poll(fetch, timedelta(days=91)) == [INDEX, "/1.xml"]


def test_a_listed_document_without_validators_is_asked_hourly_whatever_its_index_says(
    fetch: FetchRuns,
) -> None:
    fetch.web.replies["/1.xml"] = Reply(sitemap(1).body)
    asked: list[tuple[int, str]] = []
    for minutes in range(0, 150, 15):
        moment = NOW + timedelta(minutes=minutes)
        fetch.web.replies[INDEX] = index(fetch, ("/1.xml", moment.isoformat()))
        asked += [(minutes, path) for path in poll(fetch, timedelta(minutes=minutes)) if path == "/1.xml"]
    assert [minutes for minutes, _ in asked] == [0, 60, 120]


def test_a_sitemap_that_the_index_no_longer_dates_is_polled_by_its_own_rhythm(fetch: FetchRuns) -> None:
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", day(NOW)))
    fetch.web.replies["/1.xml"] = sitemap(1)
    poll(fetch)
    fetch.web.replies[INDEX] = index(fetch, ("/1.xml", None))
    assert poll(fetch, HOUR) == [INDEX, "/1.xml"]
    fetch.web.replies["/1.xml"] = sitemap(1, 2)
    assert "/1.xml" in poll(fetch, 2 * HOUR)


def test_a_page_whose_best_feed_is_gone_leads_to_its_next(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/": page("/lama", "/baru"), "/lama": Reply(status=410)}
    fetch.web.replies["/baru"] = Reply(rss([Item(2)]), etag='"2"')
    assert poll(fetch, path="/") == ["/", "/lama"]
    assert poll(fetch, 25 * HOUR, "/") == ["/", "/baru"]
    assert child(fetch, "/lama", "/")["health"] == "gone"
    assert poll(fetch, 50 * HOUR, "/") == ["/baru", "/"]
