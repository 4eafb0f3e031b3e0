"""One feed's failure is recorded with its reason and leaves the others unaffected."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest

from functions.fetch import wiring
from functions.fetch.large_documents import LARGE, LargeDocuments
from newswire.article_table import ArticleTable
from newswire.sources import Source
from newswire.tables import Table
from newswire.worker import Worker, WorkerLimits
from tests.support.fetch_feeds import NOW, QUARTER, Item, rfc822, rss
from tests.support.fetch_run import HOSTS, FetchRuns, at
from tests.support.web_server import Reply

GOOD = rss([Item(1), Item(2)])


def neighbours(fetch: FetchRuns) -> tuple[Source, Source]:
    """Return the source under test and one of another host whose feed is in order."""
    fetch.web.replies[f"{HOSTS[0]}/rss"] = Reply(GOOD)
    return fetch.source(), fetch.source(id="tetangga", host=HOSTS[0])


def test_large_feeds_of_many_hosts_at_once_are_all_taken(fetch: FetchRuns) -> None:
    large = rss([Item(number, description="Kabar " * 20_000) for number in range(12)])
    assert len(large) > LARGE
    for host in HOSTS:
        fetch.web.replies[f"{host}/rss"] = Reply(large)
    totals = fetch.poll(*(fetch.source(id=host.split(".")[0], host=host) for host in HOSTS))
    assert (totals.feeds_polled, totals.sent, totals.waiting) == (len(HOSTS), 12 * len(HOSTS), 0)
    assert totals.failures == {}


def test_a_large_feed_that_found_no_room_stays_due_and_has_not_failed(
    fetch: FetchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = rss([Item(number, description="Kabar " * 20_000) for number in range(12)])
    fetch.web.replies["/rss"] = Reply(large)
    sources = (fetch.source(), neighbours(fetch)[1])
    with monkeypatch.context() as patch:
        patch.setattr(wiring, "LargeDocuments", lambda _: LargeDocuments(lambda: timedelta(0), places=0))
        totals = fetch.poll(*sources)
    assert (totals.feeds_polled, totals.sent, totals.waiting, totals.failures) == (1, 2, 1, {})
    assert fetch.poll(*sources, after=QUARTER).sent == 12


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port on which nobody listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


# What a feed answers, the reason that is kept in its state and counted, and what the log adds to it
# ("…": whatever the library says, or the address).
FAILURES = {
    "html": (
        Reply(b"<!doctype html><title>Beranda</title>", content_type="text/html"),
        "not a feed",
        "looks like an HTML page",
    ),
    "xhtml": (
        Reply(b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        "not a feed",
        "looks like an HTML page",
    ),
    "empty": (Reply(b""), "not a feed", "empty document"),
    "text": (Reply(b"Not found"), "not a feed", "no feed format; there is no root element"),
    "other-xml": (
        Reply(b"<opml version='2.0'/>"),
        "not a feed",
        "no feed format; the root element is 'opml'",
    ),
    "other-json": (Reply(b'{"error": 404}'), "not a feed", "JSON without a list of items"),
    "sitemap-index": (
        Reply(b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>"),
        "not a feed",
        "a sitemap index without sitemaps",
    ),
    "own-entities": (
        Reply(b"<!DOCTYPE rss [<!ENTITY a 'boom'>]><rss><channel/></rss>"),
        "not a feed",
        "declares its own entities (DTD internal subset)",
    ),
    "binary": (Reply(bytes(range(256)) * 50), "not a feed", "no feed format; there is no root element"),
    "missing": (Reply(b"gone", status=404), "HTTP 404", "http://localhost:…"),
    "gone": (Reply(b"gone", status=410), "HTTP 410", "http://localhost:…"),
    "forbidden": (Reply(b"no", status=403), "HTTP 403", "http://localhost:…"),
    "broken": (Reply(b"oops", status=500), "HTTP 500", "http://localhost:…"),
    "no-content": (Reply(status=204), "HTTP 204", "http://localhost:…"),
    "loop": (
        Reply(status=302, headers={"Location": "/loop"}),
        "too many redirects",
        "too many redirects: more than 5",
    ),
    "private": (
        Reply(status=302, headers={"Location": "http://169.254.169.254/latest/"}),
        "address refused",
        "address refused: 169.254.169.254 is not a public address",
    ),
    "bad-redirect": (
        Reply(status=302, headers={"Location": "http://[::1"}),
        "address refused",
        "address refused: redirect to 'http://[::1': Invalid IPv6 URL",
    ),
    "too-large": (
        Reply(b" " * (10 * 1024 * 1024 + 1), gzipped=True),
        "too large",
        "too large: more than 10485760 bytes",
    ),
    "cut-short": (
        Reply(raw=[b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss>"]),
        "connection failed",
        "connection failed: ProtocolError: …5 bytes read, 9994 more expected…",
    ),
    "no-http": (Reply(raw=[b"hello\r\n"]), "connection failed", "connection failed: BadStatusLine: …"),
    "segfault": (Reply(b"<rss>SEGFAULT</rss>"), "parser died", "parser died: signal SIGSEGV"),
    "memory": (
        Reply(b"<rss>MEMORY</rss>"),
        "parser failed: MemoryError",
        "parser failed: MemoryError",
    ),
}


def test_every_failure_is_kept_counted_and_told_and_costs_the_feed_beside_it_nothing(
    fetch: FetchRuns,
) -> None:
    """One run over all feeds of the table and, in their midst, one feed that is in order."""
    for case, (reply, _, _) in FAILURES.items():
        fetch.web.replies[f"/{case}"] = reply
    fetch.web.replies["/in-order"] = Reply(GOOD)
    paths = [f"/{case}" for case in FAILURES]
    middle = len(paths) // 2
    totals = fetch.poll(fetch.source(*paths[:middle], "/in-order", *paths[middle:]))

    assert totals.failures == Counter(reason for _, reason, _ in FAILURES.values())
    records = {record["feed"].rpartition("/")[2]: record for record in fetch.log("feed failed")}
    assert records.keys() == FAILURES.keys()
    for case, (_, reason, detail) in FAILURES.items():
        state, record = fetch.state(f"/{case}"), records[case]
        assert (state["reason"], state["failures"], state["polled"]) == (reason, 1, at(NOW)), case
        assert not {"last_success", "seen", "body_hash", "etag"} & state.keys(), case
        assert (record["level"], record["reason"], record["failures"]) == ("WARNING", reason, 1), case
        due = "9999-12-31T00:00:00.000Z" if case == "gone" else at(NOW + QUARTER)
        assert (state["next_due"], record["next_due"]) == (due, due), case
        assert re.fullmatch(re.escape(detail).replace("…", ".+"), record["detail"]), case

    assert totals.feeds_polled == len(FAILURES) + 1
    assert sorted(fetch.urls()) == ["1", "2"]
    assert "failures" not in fetch.state("/in-order")


def test_a_feed_that_nobody_serves_is_a_failed_connection(fetch: FetchRuns, closed_port: int) -> None:
    fetch.loopback = fetch.web.loopback(*HOSTS) | {f"localhost:{closed_port}"}
    _, neighbour = neighbours(fetch)
    url = f"http://localhost:{closed_port}/rss"
    totals = fetch.poll(fetch.source(feeds=(url,)), neighbour)
    assert totals.failures == {"connection failed": 1}
    assert fetch.stack.items()[f"feed#kabar {url}"]["reason"] == "connection failed"
    assert "no address of localhost answered" in fetch.log("feed failed")[0]["detail"]
    assert len(fetch.messages()) == 2


def test_a_feed_that_hangs_the_parser_is_left_at_the_deadline(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(b"<rss>HANG</rss>")
    with Worker("tests.support.worker_tasks:feeds", WorkerLimits(wall_seconds=2.5)) as worker:
        fetch.worker = worker
        totals = fetch.poll(*neighbours(fetch))
    assert totals.failures == {"parser timed out": 1}
    assert fetch.state()["reason"] == "parser timed out"
    assert len(fetch.messages()) == 2


@pytest.mark.parametrize(
    "body",
    [
        rss([Item(1)])[:-30],
        rss([Item(1)]).replace(b"</description>", b"&nbsp;&undefined;</description>"),
        rss([Item(1)]).replace(b"<channel>", b"<channel>\x00\x08"),
        rss([Item(1)]).replace(b"<title>Berita", b"<title><br>Berita"),
        rss([Item(1, more="<deep>" + "<a>" * 400)]),
        b"\n\n" + rss([Item(1)]),
    ],
    ids=["truncated", "undefined-entities", "control-characters", "unclosed", "deep", "blank-lines-first"],
)
def test_malformed_xml_gives_the_entries_that_it_has(body: bytes, fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(body)
    totals = fetch.poll()
    assert (totals.failures, fetch.urls()) == ({}, ["1"])


def test_entries_that_cannot_be_used_are_counted_and_cost_no_other(fetch: FetchRuns) -> None:
    items = [
        Item(1),
        Item(2, link=""),
        Item(3, link="javascript:alert(1)"),
        Item(4, link="https://kabar.example/berita/1#x"),
        Item(5, age=99),
    ]
    fetch.web.replies["/rss"] = Reply(rss(items))
    totals = fetch.poll()
    assert totals.skipped == {
        "no usable link": 2,
        "same link twice in one document": 1,
        "older than backfill": 1,
    }
    assert (totals.entries, fetch.urls()) == (5, ["1"])


def test_a_failure_keeps_what_is_known_of_the_feed(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(GOOD, etag='"v1"')
    fetch.poll()
    before = fetch.state()
    fetch.web.replies["/rss"] = Reply(status=500)
    fetch.poll(after=QUARTER)
    after = fetch.state()
    kept = ("etag", "body_hash", "seen", "last_success", "last_new")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    fetch.messages()
    fetch.web.replies["/rss"] = Reply(GOOD, etag='"v1"')
    assert fetch.poll(after=timedelta(hours=1)).not_modified == 1
    recovered = fetch.state()
    assert "failures" not in recovered
    assert "reason" not in recovered
    assert fetch.messages() == []


def test_a_feed_that_becomes_html_for_a_while_imports_nothing_twice(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(GOOD)
    fetch.poll()
    fetch.messages()
    fetch.web.replies["/rss"] = Reply(b"<!doctype html>maintenance")
    fetch.poll(after=timedelta(hours=2))
    fetch.web.replies["/rss"] = Reply(rss([]))
    fetch.poll(after=timedelta(hours=4))
    fetch.web.replies["/rss"] = Reply(GOOD)
    fetch.poll(after=timedelta(hours=8))
    assert fetch.messages() == []


def test_failures_in_a_row_lengthen_the_pause_and_are_never_a_permanent_stop(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(status=404)
    moment, pauses = timedelta(0), []
    for _ in range(4):
        fetch.poll(after=moment)
        due = fetch.state()["next_due"]
        pauses.append((parsed(due) - moment).total_seconds() / 60)
        moment = parsed(due)
    assert pauses == [15, 20, 40, 80]
    assert fetch.state()["failures"] == 4
    fetch.web.replies["/rss"] = Reply(GOOD)
    assert fetch.poll(after=moment).sent == 2


def parsed(stamp: str) -> timedelta:
    return datetime.fromisoformat(stamp) - NOW


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("stated", "pause"),
    [("7200", timedelta(hours=2)), (rfc822(NOW + timedelta(hours=3)), timedelta(hours=3)), ("1", QUARTER)],
    ids=["seconds", "date", "short"],
)
def test_retry_after_is_obeyed(status: int, stated: str, pause: timedelta, fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(status=status, headers={"Retry-After": stated})
    fetch.poll()
    state = fetch.state()
    assert (state["reason"], state["next_due"]) == (f"HTTP {status}", at(NOW + pause))


def test_a_server_that_answers_nonsense_in_its_headers_is_taken_as_silent(fetch: FetchRuns) -> None:
    headers = {"Retry-After": "²", "Cache-Control": "max-age=x", "Expires": "never"}
    fetch.web.replies["/rss"] = Reply(status=503, headers=headers)
    fetch.poll(*neighbours(fetch))
    assert fetch.state()["next_due"] == at(NOW + QUARTER)
    assert len(fetch.messages()) == 2


def test_the_feeds_of_one_source_fail_each_on_its_own(fetch: FetchRuns) -> None:
    fetch.web.replies["/a"] = Reply(status=500)
    fetch.web.replies["/b"] = Reply(GOOD)
    totals = fetch.poll(fetch.source("/a", "/b", "/c"))
    assert totals.failures == {"HTTP 500": 1, "HTTP 404": 1}
    assert totals.sent == 2


def test_a_hostile_entry_costs_its_content_and_not_the_feed(fetch: FetchRuns) -> None:
    """Deep nesting is quadratic in the sanitiser: nothing of it remains, and the article still goes out."""
    fetch.web.replies["/rss"] = Reply(rss([Item(1, description="<div>" * 20_000 + "x"), Item(2)]))
    totals = fetch.poll()
    assert totals.failures == {}
    assert sorted(fetch.urls()) == ["1", "2"]


def test_an_entry_that_takes_the_place_of_an_excluded_one_is_sent_with_its_summary(fetch: FetchRuns) -> None:
    """Of two entries with one link the second crosses the pipe in outline; here it is the one that counts."""
    items = [Item(1, title="Iklan"), Item(1, title="Berita", description="Isi <b>berita</b>")]
    fetch.web.replies["/rss"] = Reply(rss(items))
    assert fetch.poll(fetch.source(exclude=("iklan",))).failures == {}
    (message,) = fetch.messages()
    hint = message.body["hint"]
    assert (hint["title"], hint["summary"]) == ("Berita", "Isi berita")


def test_a_new_entry_on_a_known_page_has_all_read_once_more_and_sanitised_with_it(
    fetch: FetchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch.web.replies["/rss"] = Reply(GOOD)
    fetch.poll()
    fetch.messages()
    tasks: list[str] = []
    call = Worker.call

    def counted(worker: Worker, body: bytes, params: Mapping[str, Any]) -> dict[str, Any]:
        tasks.append(params["task"])
        return call(worker, body, params)

    monkeypatch.setattr(Worker, "call", counted)
    page = "https://kabar.example/berita/1"
    fetch.web.replies["/rss"] = Reply(rss([Item(4), Item(3, guid="g3", link=page), Item(1), Item(2)]))
    assert fetch.poll(after=timedelta(hours=2)).failures == {}
    assert tasks == ["parse", "parse"]
    assert "4" in fetch.urls()


def test_a_damaged_memory_of_one_feed_stops_neither_it_nor_the_others(fetch: FetchRuns) -> None:
    feeds = neighbours(fetch)
    fetch.web.replies["/rss"] = Reply(GOOD)
    fetch.poll(*feeds)
    fetch.messages()
    fetch.stack.dynamodb.update_item(
        TableName="newswire-feeds",
        Key={"pk": {"S": fetch.state()["pk"]}},
        UpdateExpression="REMOVE body_hash SET seen = :seen",
        ExpressionAttributeValues={":seen": {"B": b"damaged"}},
    )
    fetch.web.replies[f"{HOSTS[0]}/rss"] = Reply(rss([Item(1), Item(2), Item(3)]))
    totals = fetch.poll(*feeds, after=timedelta(hours=2))
    assert totals.failures == {}
    assert sorted(fetch.urls()) == ["1", "2", "3"]


def test_a_304_that_nobody_asked_for_is_no_success(fetch: FetchRuns) -> None:
    """Its validators, kept, would make the feed one that never changes."""
    fetch.web.replies["/rss"] = Reply(status=304, etag='"v1"')
    assert fetch.poll().failures == {"HTTP 304": 1}
    fetch.web.replies["/rss"] = Reply(GOOD, etag='"v1"')
    assert fetch.poll(after=QUARTER).sent == 2


def test_validators_too_long_for_a_header_or_an_item_are_not_kept(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(GOOD, etag=f'"{"é" * 30_000}"', last_modified="x" * 60_000)
    assert fetch.poll().failures == {}
    assert not {"etag", "last_modified"} & fetch.state().keys()


def test_rechecks_that_cannot_be_looked_up_keep_no_feed_from_its_poll(
    fetch: FetchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(*_: object) -> NoReturn:
        raise OSError("throttled")

    monkeypatch.setattr(ArticleTable, "due_rechecks", throttled)
    fetch.web.replies["/rss"] = Reply(GOOD)
    totals = fetch.poll()
    assert (totals.sent, totals.failures) == (2, {"internal error": 1})


def test_a_lease_that_cannot_be_given_back_ends_by_itself(
    fetch: FetchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_where = Table.put_where

    def throttled(table: Table, item: dict[str, Any], condition: str, values: dict[str, Any]) -> Any:
        if condition == "holder = :holder":
            raise OSError("throttled")
        return put_where(table, item, condition, values)

    monkeypatch.setattr(Table, "put_where", throttled)
    fetch.web.replies["/rss"] = Reply(GOOD)
    assert fetch.poll().sent == 2
    assert fetch.poll(fetch.source("/lain", id="lain"), after=timedelta(minutes=4)).busy_shards == 1
    assert fetch.poll(after=timedelta(hours=2)).not_modified == 1
