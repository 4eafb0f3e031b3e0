"""What a publisher's server sees of the fetch stage (design section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from newswire import __version__
from newswire.backoff import Backoff
from newswire.tables import Table
from tests.support.aws_stack import FEED_TABLE
from tests.support.fetch_feeds import NOW, Item, rfc822, rss
from tests.support.fetch_run import HOSTS, FetchRuns, is_jittered
from tests.support.web_server import Reply

FEED = rss([Item(1)])
HOUR = timedelta(hours=1)


def test_a_poll_is_one_honest_request(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(FEED, headers={"Set-Cookie": "visitor=1; Path=/"})
    fetch.poll()
    fetch.poll(after=2 * HOUR)
    assert fetch.web.paths() == ["/rss", "/rss"]
    for asked in fetch.web.asked:
        assert asked.method == "GET"
        assert asked.header("User-Agent") == f"Newswire/{__version__} (+https://portal.example/about.html)"
        assert asked.header("Accept-Encoding") == "gzip"
        assert {name.lower() for name, _ in asked.headers} == {
            "host",
            "user-agent",
            "accept-encoding",
            "accept",
        }


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('W/"é  \\"x\\""', None),
        (None, "Mon, 2 Jun 2025 8:00:00 +0700"),
        ("unquoted", "yesterday"),
        ('""', "Mon, 02 Jun 2025 08:00:00 GMT"),
    ],
)
def test_validators_come_back_byte_for_byte(etag: str | None, modified: str | None, fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(FEED, etag=etag, last_modified=modified)
    fetch.poll()
    totals = fetch.poll(after=2 * HOUR)
    asked = fetch.web.asked[1]
    assert (asked.header("If-None-Match"), asked.header("If-Modified-Since")) == (etag, modified)
    assert totals.not_modified == 1


def test_a_304_may_bring_new_validators(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(FEED, etag='"v1"', last_modified="Mon, 02 Jun 2025 08:00:00 GMT")
    fetch.poll()
    fetch.web.replies["/rss"] = Reply(status=304, etag='"v2"')
    fetch.poll(after=HOUR)
    state = fetch.state()
    assert (state["etag"], state["last_modified"]) == ('"v2"', "Mon, 02 Jun 2025 08:00:00 GMT")


def test_a_200_without_validators_ends_the_old_ones(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(FEED, etag='"v1"')
    fetch.poll()
    fetch.web.replies["/rss"] = Reply(rss([Item(2)]))
    fetch.poll(after=HOUR)
    fetch.poll(after=3 * HOUR)
    assert [asked.header("If-None-Match") for asked in fetch.web.asked] == [None, '"v1"', None]


def test_the_next_poll_waits_for_the_longest_that_anyone_asked_for(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(
        rss([Item(1)], head="<ttl>90</ttl>"),
        etag='"v1"',
        headers={"Cache-Control": "max-age=3600", "Expires": rfc822(NOW + 9 * HOUR)},
    )
    fetch.poll()
    assert is_jittered(fetch.pause(), timedelta(minutes=90))
    fetch.web.replies["/rss"] = Reply(rss([Item(2)]), etag='"v2"', headers={"Cache-Control": "max-age=7200"})
    fetch.poll(after=2 * HOUR)
    assert is_jittered(fetch.pause(), 2 * HOUR)


def test_a_304_is_as_good_a_reason_to_wait_as_a_200(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(FEED, etag='"v1"', headers={"Cache-Control": "max-age=7200"})
    fetch.poll()
    assert fetch.poll(after=3 * HOUR).not_modified == 1
    assert is_jittered(fetch.pause(), 2 * HOUR)


def test_a_feed_without_validators_is_asked_hourly(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(FEED)
    fetch.poll()
    assert is_jittered(fetch.pause(), HOUR)
    assert fetch.poll(after=timedelta(minutes=59)).feeds_polled == 0
    assert fetch.poll(after=HOUR * 1.1).feeds_polled == 1


def test_all_feeds_of_one_host_are_asked_on_one_connection_and_hosts_have_their_own(fetch: FetchRuns) -> None:
    for host in HOSTS[:2]:
        for number in range(3):
            fetch.web.replies[f"{host}/{number}"] = Reply(FEED)
    sources = [fetch.source("/0", "/1", "/2", host=host, id=host.split(".")[0]) for host in HOSTS[:2]]
    assert fetch.poll(*sources).feeds_polled == 6
    ports = {
        host: {asked.client_port for asked in fetch.web.asked if asked.host == host} for host in HOSTS[:2]
    }
    assert [len(used) for used in ports.values()] == [1, 1]
    assert ports[HOSTS[0]] != ports[HOSTS[1]]


def test_a_redirected_feed_keeps_its_name_and_resolves_links_where_it_was_found(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(status=302, headers={"Location": "/baru/rss"})
    fetch.web.replies["/baru/rss"] = Reply(rss([Item(1, link="berita.html")]), etag='"v1"')
    fetch.poll()
    (message,) = fetch.messages()
    assert message.body["url"] == fetch.web.url("/baru/berita.html")
    assert message.body["feed"] == f"kabar {fetch.web.url('/rss')}"
    fetch.poll(after=2 * HOUR)
    assert fetch.web.paths() == ["/rss", "/baru/rss"] * 2
    assert fetch.web.asked[3].header("If-None-Match") == '"v1"'


@pytest.mark.parametrize(
    "reply", [Reply(FEED, gzipped=True), Reply(pieces=[FEED[:50], FEED[50:]])], ids=["gzip", "chunked"]
)
def test_a_feed_may_be_sent_compressed_or_in_pieces(reply: Reply, fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = reply
    assert fetch.poll().sent == 1


def test_dates_without_a_zone_are_read_in_the_sources_zone_else_the_portals(fetch: FetchRuns) -> None:
    undated = Item(1, age=None, more="<pubDate>Mon, 02 Jun 2025 14:30:00</pubDate>")
    fetch.web.replies["/rss"] = fetch.web.replies["/lain"] = Reply(rss([undated]))
    fetch.poll(fetch.source("/rss"), fetch.source("/lain", id="papua", timezone="Asia/Jayapura"))
    published = {message.body["source"]: message.body["hint"]["published"] for message in fetch.messages()}
    assert published == {"kabar": "2025-06-02T14:30:00+07:00", "papua": "2025-06-02T14:30:00+09:00"}


def test_a_host_that_asks_to_be_left_alone_is_not_asked_for_its_next_feed(fetch: FetchRuns) -> None:
    fetch.web.replies["/satu"] = Reply(status=429, headers={"Retry-After": "600"})
    fetch.web.replies["/dua"] = Reply(rss([Item(1)]))
    totals = fetch.poll(fetch.source("/satu", "/dua"))
    assert fetch.web.paths() == ["/satu"]
    assert (totals.feeds_polled, totals.waiting, totals.failures) == (1, 1, {"HTTP 429": 1})
    waiting = fetch.poll(fetch.source("/satu", "/dua"), after=timedelta(minutes=9))
    assert (waiting.feeds_polled, waiting.waiting, fetch.web.paths()) == (0, 1, ["/satu"])
    assert fetch.poll(fetch.source("/satu", "/dua"), after=timedelta(minutes=11)).sent == 1


def test_the_feed_that_has_waited_longest_is_asked_first(fetch: FetchRuns) -> None:
    for number, path in enumerate(("/satu", "/dua", "/tiga"), 1):
        fetch.web.replies[path] = Reply(rss([Item(number)]))
    fetch.poll(fetch.source("/tiga"))
    fetch.poll(fetch.source("/dua"), after=timedelta(minutes=10))
    before = len(fetch.web.paths())
    fetch.poll(fetch.source("/satu", "/dua", "/tiga"), after=timedelta(hours=3))
    assert fetch.web.paths()[before:] == ["/satu", "/tiga", "/dua"]


def test_a_host_is_asked_one_request_at_a_time_whatever_leads_to_it(fetch: FetchRuns) -> None:
    """Five feeds of two sources on one host, and three of other hosts that redirect there."""
    slow = Reply(pieces=[FEED[:40], FEED[40:]], pause=0.03, etag='"1"')
    goal, others = HOSTS[0], HOSTS[1:4]
    for number in range(5):
        fetch.web.replies[f"{goal}/{number}"] = slow
    for host in others:
        fetch.web.replies[f"{host}/rss"] = Reply(status=302, headers={"Location": fetch.web.url("/0", goal)})
    sources = [
        fetch.source("/0", "/1", "/2", host=goal, id="satu"),
        fetch.source("/3", "/4", host=goal, id="dua"),
        *(fetch.source("/rss", host=host, id=host.split(".")[0] + "-lain") for host in others),
    ]
    assert fetch.poll(*sources).feeds_polled == 8
    assert fetch.web.most_at_once[goal] == 1
    assert [asked.host for asked in fetch.web.asked].count(goal) == 8


def test_a_second_run_at_the_same_time_asks_nobody(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(FEED, etag='"1"')
    runs = []
    fetch.poll(before_save=lambda _: runs.append(fetch.poll()))
    (second,) = runs
    assert (second.feeds_polled, second.busy_shards) == (0, 1)
    assert fetch.web.paths() == ["/rss"]
    assert fetch.poll(after=HOUR).not_modified == 1


def test_what_extract_was_told_holds_for_the_feeds_of_the_domain(fetch: FetchRuns) -> None:
    told = Backoff("satu.localhost", NOW + HOUR, 1, "HTTP 429")
    Table(fetch.stack.dynamodb, FEED_TABLE).put_unconditionally(told.to_item())
    fetch.web.replies["/rss"] = Reply(FEED)
    feed = fetch.source(host=HOSTS[0])
    waiting = fetch.poll(feed, after=timedelta(minutes=59))
    assert (waiting.feeds_polled, waiting.waiting, fetch.web.asked) == (0, 1, [])
    assert fetch.poll(feed, after=HOUR).feeds_polled == 1


def test_a_back_off_that_cannot_be_stored_holds_for_its_feed_and_is_told(
    fetch: FetchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_where = Table.put_where

    def throttled(table: Table, item: Mapping[str, Any], *rest: Any) -> None:
        if str(item["pk"]).startswith("domain#"):
            raise OSError("throttled")
        put_where(table, item, *rest)

    monkeypatch.setattr(Table, "put_where", throttled)
    fetch.web.replies["/rss"] = Reply(status=429, headers={"Retry-After": "7200"})
    assert fetch.poll().failures == {"HTTP 429": 1, "internal error": 1}
    assert fetch.pause() == 2 * HOUR
    (record,) = fetch.log("a back-off could not be kept")
    assert "throttled" in record["exception"]
