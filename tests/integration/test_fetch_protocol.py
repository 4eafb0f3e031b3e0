"""Fetch sends every new and changed entry at least once and remembers last (design section 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.fetch.polling import RUN_CAP
from functions.fetch.seen_entries import INLINE_LIMIT
from functions.fetch.totals import Totals
from newswire.messages import Message
from newswire.tables import Table
from newswire.urls import article_id
from tests.support.articles import article_item
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.fake_sqs import FakeSqs
from tests.support.fetch_feeds import NOW, QUARTER, Item, rss
from tests.support.fetch_run import FetchRuns, at, is_jittered, last_part
from tests.support.web_server import Reply

FIRST = article_id("https://kabar.example/berita/1")


def test_a_new_entry_becomes_the_message_of_the_architecture_page(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1, "Harga beras turun", guid="g1", age=2)]))
    fetch.poll()
    (message,) = fetch.messages()
    hint = message.body["hint"]
    assert message.body == {
        "schema": "newswire/message/1",
        "kind": "entry",
        "source": "kabar",
        "feed": f"kabar {fetch.web.url('/rss')}",
        "polled": at(NOW),
        "article_id": FIRST,
        "url": "https://kabar.example/berita/1",
        "hint_hash": message.body["hint_hash"],
        "hint": {
            "title": "Harga beras turun",
            "published": "2025-06-02T06:00:00Z",
            "updated": None,
            "authors": [],
            "categories": [],
            "summary": "Ringkasan",
            "content": hint["content"],
            "image": None,
            "language": None,
            "rights": None,
            "via_title": None,
            "via_url": None,
            "enclosures": [],
        },
        "hint_key": None,
        "reason": None,
    }
    assert message.group == "kabar.example"
    assert message.deduplication_id == Message.from_json(message.raw).deduplication_id()


def test_the_state_after_a_poll_is_that_of_the_architecture_page(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(
        rss([Item(1)]), etag='"v1"', last_modified="Mon, 02 Jun 2025 07:59:00 GMT"
    )
    totals = fetch.poll()
    state = fetch.state()
    assert len(state.pop("seen")) == 27
    assert len(state.pop("body_hash")) == 32
    assert len(state.pop("read")) == 13 + 8
    assert state == {
        "pk": f"feed#kabar {fetch.web.url('/rss')}",
        "version": 1,
        "due": "feed",
        "polled": at(NOW),
        "next_due": at(NOW + QUARTER),
        "newest": at(NOW - timedelta(hours=1)),
        "etag": '"v1"',
        "last_modified": "Mon, 02 Jun 2025 07:59:00 GMT",
        "last_success": at(NOW),
        "last_new": at(NOW),
    }
    assert totals == Totals(feeds_polled=1, entries=1, sent=1)


@pytest.mark.parametrize("etag", ['"v1"', None], ids=["304", "same-bytes"])
def test_an_unchanged_feed_costs_one_read_and_one_write_and_sends_nothing(
    etag: str | None, fetch: FetchRuns
) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag=etag)
    fetch.poll()
    fetch.messages()
    before = fetch.state()
    calls: list[str] = []
    for client in (fetch.stack.dynamodb, fetch.stack.s3, fetch.stack.sqs):
        client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    totals = fetch.poll(after=timedelta(hours=2))
    # Once a run, not once a feed: who said stop, which articles are due, which feeds, and the lease, taken
    # and returned.
    once = ["BatchGetItem", "BatchGetItem", "PutItem", "PutItem", "Query"]
    assert sorted(calls) == sorted(["BatchGetItem", "PutItem", *once])
    assert (totals.not_modified, totals.sent) == (1, 0)
    after = fetch.state()
    assert {name for name in after if after[name] != before.get(name)} == {
        "version",
        "polled",
        "next_due",
        "last_success",
    }
    assert fetch.messages() == []


@pytest.mark.parametrize("etag", ['"v1"', None], ids=["304", "same-bytes"])
def test_a_feed_that_asks_for_six_hours_gets_them_after_an_unchanged_answer_too(
    etag: str | None, fetch: FetchRuns
) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)], head="<ttl>360</ttl>"), etag=etag)
    fetch.poll()
    assert is_jittered(fetch.pause(), timedelta(hours=6))
    totals = fetch.poll(after=timedelta(hours=7))
    assert totals.not_modified == 1
    assert is_jittered(fetch.pause(), timedelta(hours=6))


def test_changed_content_is_a_revision_under_the_same_article_id(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2)]))
    fetch.poll()
    first = {message.body["article_id"]: message for message in fetch.messages()}
    fetch.web.replies["/rss"] = Reply(rss([Item(1, "Berita 1 (diperbarui)"), Item(2)]))
    totals = fetch.poll(after=timedelta(hours=2))
    (revision,) = fetch.messages()
    assert revision.body["article_id"] == FIRST
    assert revision.body["hint"]["title"] == "Berita 1 (diperbarui)"
    assert revision.body["hint_hash"] != first[FIRST].body["hint_hash"]
    assert revision.deduplication_id != first[FIRST].deduplication_id
    assert totals.sent == 1


def test_a_known_guid_with_a_new_link_carries_the_first_articles_id(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1, guid="g1")]))
    fetch.poll()
    moved = Item(1, guid="g1", link="https://kabar.example/berita/1-judul-baru")
    fetch.web.replies["/rss"] = Reply(rss([moved]))
    fetch.poll(after=timedelta(hours=2))
    _, second = fetch.messages()
    assert (second.body["article_id"], last_part(second)) == (FIRST, "1-judul-baru")


def test_guids_that_churn_resend_nothing(fetch: FetchRuns) -> None:
    for step in range(3):
        fetch.web.replies["/rss"] = Reply(rss([Item(number, guid=f"{step}-{number}") for number in (1, 2)]))
        fetch.poll(after=timedelta(hours=2 * step))
    assert sorted(fetch.urls()) == ["1", "2"]


def test_first_sight_imports_what_is_younger_than_backfill_newest_first(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1, age=60), Item(2, age=100), Item(3, age=5)]))
    totals = fetch.poll()
    assert fetch.urls() == ["3", "1"]
    assert totals.skipped == {"older than backfill": 1}


def test_a_skipped_entry_is_not_imported_by_an_edit(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1, age=100)]))
    fetch.poll()
    fetch.web.replies["/rss"] = Reply(rss([Item(1, "Disunting", age=0)]))
    fetch.poll(after=timedelta(hours=2))
    assert fetch.messages() == []


def test_backfill_all_lifts_the_age_limit(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1, age=10_000)]))
    fetch.poll(fetch.source(backfill=None))
    assert fetch.urls() == ["1"]


def test_above_the_cap_the_rest_comes_next_run_and_validators_wait_for_it(fetch: FetchRuns) -> None:
    items = [Item(number, age=number / 10) for number in range(1, RUN_CAP + 31)]
    fetch.web.replies["/rss"] = Reply(rss(items), etag='"v1"')
    fetch.sqs = FakeSqs()
    first = fetch.poll()
    assert (first.sent, first.held_back) == (RUN_CAP, 30)
    state = fetch.state()
    assert not {"etag", "last_modified", "body_hash"} & state.keys()
    assert state["next_due"] == at(NOW)
    assert len(fetch.sqs.accepted) == RUN_CAP

    second = fetch.poll(after=QUARTER)
    assert (second.sent, second.held_back) == (30, 0)
    sent = [Message.from_json(one["MessageBody"]).url.rpartition("/")[2] for one in fetch.sqs.accepted]
    assert sent == [str(item.number) for item in items]
    assert fetch.state()["etag"] == '"v1"'
    assert [asked.header("If-None-Match") for asked in fetch.web.asked] == [None, None]

    assert fetch.poll(after=2 * QUARTER).not_modified == 1
    assert len(fetch.sqs.accepted) == len(items)


def test_a_feed_of_more_entries_than_an_item_holds_is_remembered_in_an_object(fetch: FetchRuns) -> None:
    many = [Item(number, age=200, description="") for number in range(INLINE_LIMIT + 1)]
    fetch.web.replies["/rss"] = Reply(rss(many))
    assert fetch.poll().skipped == {"older than backfill": INLINE_LIMIT + 1}
    state = fetch.state()
    assert "seen" not in state
    assert len(fetch.stack.objects()[state["seen_key"]]) == 27 * (INLINE_LIMIT + 1)

    fetch.web.replies["/rss"] = Reply(rss([Item(99_999), *many[:9]]))
    assert fetch.poll(after=timedelta(hours=24)).sent == 1
    assert fetch.urls() == ["99999"]
    # What vanished at once stays known, and is forgotten bit by bit.
    assert len(fetch.stack.objects()[fetch.state()["seen_key"]]) == 27 * (INLINE_LIMIT + 2)

    fetch.web.replies["/rss"] = Reply(rss([Item(99_998), Item(99_999), *many[:9]]))
    assert fetch.poll(after=timedelta(hours=48)).sent == 1
    state = fetch.state()
    assert "seen_key" not in state
    assert 27 * 11 < len(state["seen"]) < 27 * INLINE_LIMIT


def test_one_article_in_two_feeds_is_sent_by_each_of_them(fetch: FetchRuns) -> None:
    """Both are needed: each feed is a `via` of the article."""
    fetch.web.replies["/rss"] = fetch.web.replies["/lain"] = Reply(rss([Item(1)]))
    fetch.poll(fetch.source("/rss", "/lain"), fetch.source("/rss", id="lain"))
    messages = fetch.messages()
    assert {message.body["article_id"] for message in messages} == {FIRST}
    assert {message.body["feed"] for message in messages} == {
        f"kabar {fetch.web.url('/rss')}",
        f"kabar {fetch.web.url('/lain')}",
        f"lain {fetch.web.url('/rss')}",
    }


def test_messages_survive_whatever_a_feed_says(fetch: FetchRuns) -> None:
    nasty = Item(1, "Café 😀 \x85 &#x85;", description="<script>alert(1)</script><b>tebal</b> &#x1F600;")
    fetch.web.replies["/rss"] = Reply(rss([nasty]))
    fetch.poll()
    (message,) = fetch.messages()
    assert message.raw.isascii()
    assert "😀" in message.body["hint"]["title"]
    assert message.body["hint"]["summary"] == "tebal 😀"
    assert Message.from_json(message.raw).to_json() == message.raw


def test_a_big_hint_goes_by_reference(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1, description="<p>ééééééé</p>" * 8000), Item(2)]))
    fetch.poll()
    messages = {last_part(message): message for message in fetch.messages()}
    key = messages["1"].body["hint_key"]
    assert messages["1"].body["hint"] is None
    assert key in fetch.stack.objects()
    assert messages["2"].body["hint"] is not None


def test_a_feed_that_is_not_due_is_not_asked(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"v1"')
    fetch.poll()
    assert fetch.poll(after=timedelta(minutes=10)).feeds_polled == 0
    assert fetch.poll(after=QUARTER).feeds_polled == 1
    assert len(fetch.web.asked) == 2


def test_a_source_that_is_switched_off_is_not_asked(fetch: FetchRuns) -> None:
    assert fetch.poll(fetch.source(enabled=False)).feeds_polled == 0
    assert fetch.web.asked == []


def test_a_run_that_has_no_time_left_asks_nobody_and_everything_stays_due(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    assert fetch.poll(may_start=lambda: False).feeds_polled == 0
    assert (fetch.web.asked, list(fetch.stack.items())) == ([], ["shard#0/1"])
    assert fetch.poll(after=timedelta(minutes=1)).sent == 1


def test_articles_that_are_due_for_another_look_are_enqueued(fetch: FetchRuns) -> None:
    due = replace(article_item(), recheck_at=at(NOW - timedelta(minutes=1)))
    later = replace(article_item(), id="later00000000000", recheck_at=at(NOW + timedelta(minutes=1)))
    for item in (due, later):
        Table(fetch.stack.dynamodb, ARTICLE_TABLE).put_unconditionally(item.to_item())
    totals = fetch.poll()
    (message,) = [message for message in fetch.messages() if message.body["kind"] == "recheck"]
    assert totals.rechecks == 1
    assert (message.body["article_id"], message.body["url"], message.body["feed"]) == (due.id, due.url, "")
