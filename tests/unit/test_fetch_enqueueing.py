"""Entries into messages, and messages into the queue: every refusal is answered or remembered."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest

from functions.fetch.enqueueing import Carrier, Enqueuer
from functions.fetch.feed_entry import FeedEntry
from functions.fetch.polling import Send
from functions.fetch.seen_entries import Fingerprint
from newswire.bucket import Bucket
from newswire.messages import Enclosure, Hint, Message
from newswire.queue import Queue, QueueUnavailable
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_BUCKET, Stack
from tests.support.fake_sqs import FakeSqs

POLLED = datetime(2025, 6, 2, 15, tzinfo=timezone(timedelta(hours=7)))
CARRIER = Carrier("kabar", "kabar https://kabar.example/rss", POLLED)


def entry(number: int = 1, **said: Any) -> FeedEntry:
    url = f"https://www.kabar.example/berita/{number}"
    return FeedEntry(**{"guid": None, "url": url, "title": f"Berita {number}", **said})


def send_of(one: FeedEntry) -> Send:
    url = one.url or ""
    return Send(article_id(url), url, one, Fingerprint.of(b"x" * 8, article_id(url), b"y" * 8))


def send(enqueuer: Enqueuer, *entries: FeedEntry) -> list[tuple[str, str]]:
    return enqueuer.send([send_of(one) for one in entries], entries, CARRIER)


@pytest.fixture
def enqueuer(stack: Stack) -> Enqueuer:
    return Enqueuer(Queue(stack.sqs, stack.queue_url), Bucket(stack.s3, ARTICLE_BUCKET))


def failing(stack: Stack, sqs: FakeSqs) -> Enqueuer:
    return Enqueuer(Queue(cast("Any", sqs), "url"), Bucket(stack.s3, ARTICLE_BUCKET))


def test_an_entry_becomes_a_message_with_everything_that_the_feed_says(
    stack: Stack, enqueuer: Enqueuer
) -> None:
    said = entry(
        published="2025-06-02T14:30:00+07:00",
        updated="2025-06-02T15:00:00+07:00",
        authors=("Siti",),
        categories=("ekonomi",),
        summary="Ringkasan",
        content="<p>Isi</p>",
        image="https://kabar.example/a.jpg",
        language="id",
        rights="© Kabar",
        via_title="Pasar Kita",
        via_url="https://pasar.example/rss",
        enclosures=(Enclosure("https://kabar.example/a.mp3", "audio/mpeg", 7),),
    )
    assert send(enqueuer, said) == []
    (message,) = stack.drain()
    hint = {
        "title": "Berita 1",
        "published": "2025-06-02T14:30:00+07:00",
        "updated": "2025-06-02T15:00:00+07:00",
        "authors": ["Siti"],
        "categories": ["ekonomi"],
        "summary": "Ringkasan",
        "content": "<p>Isi</p>",
        "image": "https://kabar.example/a.jpg",
        "language": "id",
        "rights": "© Kabar",
        "via_title": "Pasar Kita",
        "via_url": "https://pasar.example/rss",
        "enclosures": [{"url": "https://kabar.example/a.mp3", "type": "audio/mpeg", "length": 7}],
    }
    assert message.body == {
        "schema": "newswire/message/1",
        "kind": "entry",
        "source": "kabar",
        "feed": "kabar https://kabar.example/rss",
        "polled": "2025-06-02T08:00:00.000Z",
        "article_id": article_id("https://www.kabar.example/berita/1"),
        "url": "https://www.kabar.example/berita/1",
        "hint_hash": Hint.from_document(hint).hash(),
        "hint": hint,
        "hint_key": None,
        "reason": None,
    }
    assert message.group == "kabar.example"
    assert message.deduplication_id == Message.from_json(message.raw).deduplication_id()


@pytest.mark.parametrize(
    ("url", "group"),
    [
        ("https://m.berita.kabar.co.id/1", "kabar.co.id"),
        ("https://93.184.215.14/1", "93.184.215.14"),
        ("https://xn--bcher-kva.example/1", "xn--bcher-kva.example"),
    ],
)
def test_the_group_is_the_publisher(url: str, group: str, stack: Stack, enqueuer: Enqueuer) -> None:
    send(enqueuer, entry(url=url))
    assert [message.group for message in stack.drain()] == [group]


def test_a_hint_that_fits_stays_in_the_message(stack: Stack, enqueuer: Enqueuer) -> None:
    send(enqueuer, entry(content="x" * 190_000))
    (message,) = stack.drain()
    assert message.body["hint_key"] is None
    assert stack.objects() == {}


def test_a_big_hint_goes_by_reference(stack: Stack, enqueuer: Enqueuer) -> None:
    said = entry(title="Café", content="é" * 120_000)
    send(enqueuer, said, entry(2))
    first, second = stack.drain()
    assert first.body["hint"] is None
    key = first.body["hint_key"]
    assert key == f"hints/{first.body['hint_hash']}.json"
    stored = Hint.from_document(json.loads(stack.objects()[key]))
    assert (stored.title, stored.content) == ("Café", "é" * 120_000)
    assert stored.hash() == first.body["hint_hash"]
    assert len(first.raw) < 2000
    assert second.body["hint"]["title"] == "Berita 2"


def test_the_same_big_hint_twice_is_one_object(stack: Stack, enqueuer: Enqueuer) -> None:
    send(enqueuer, entry(content="x" * 250_000))
    send(enqueuer, entry(content="x" * 250_000))
    assert len(stack.objects()) == 1


def test_many_large_messages_all_arrive(stack: Stack, enqueuer: Enqueuer) -> None:
    assert send(enqueuer, *(entry(number, content="x" * 190_000) for number in range(12))) == []
    assert len(stack.drain()) == 12


def test_control_characters_survive_the_journey(stack: Stack, enqueuer: Enqueuer) -> None:
    send(enqueuer, entry(title="a\x00\x0b\x1f\ud800\uffff😀b"))
    (message,) = stack.drain()
    assert message.raw.isascii()
    assert message.body["hint"]["title"] == "a\x00\x0b\x1f\ud800\uffff😀b"


def test_an_entry_at_fault_is_sent_again_bare_with_the_reason(stack: Stack) -> None:
    sqs = FakeSqs(faulty={"poison": "InvalidMessageContents"})
    assert send(failing(stack, sqs), entry(1), entry(2, title="poison"), entry(3)) == []
    bodies = [Message.from_json(one["MessageBody"]) for one in sqs.accepted]
    assert [body.url.rpartition("/")[2] for body in bodies] == ["1", "3", "2"]
    bare = bodies[2]
    assert (bare.hint, bare.hint_key) == (None, None)
    assert bare.reason == "hint rejected by the queue: InvalidMessageContents: said so"
    assert bare.hint_hash == Hint(title="poison").hash()


def test_what_is_refused_even_bare_is_told_with_the_reason(stack: Stack) -> None:
    sqs = FakeSqs(faulty={"/berita/2": "InvalidMessageContents"})
    assert send(failing(stack, sqs), entry(1), entry(2)) == [
        (article_id(entry(2).url or ""), "InvalidMessageContents: said so")
    ]
    assert [len(batch) for batch in sqs.batches] == [2, 1]


def test_a_queue_that_stays_busy_is_an_error(stack: Stack) -> None:
    message = Message.from_json(accepted_body(stack, entry(1)))
    sqs = FakeSqs(busy={message.deduplication_id(): 99})
    with pytest.raises(QueueUnavailable):
        send(failing(stack, sqs), entry(1))


def accepted_body(stack: Stack, one: FeedEntry) -> str:
    sqs = FakeSqs()
    send(failing(stack, sqs), one)
    return str(sqs.accepted[0]["MessageBody"])


def test_a_recheck_names_the_article_and_no_feed(stack: Stack, enqueuer: Enqueuer) -> None:
    now = datetime(2025, 6, 2, 8, tzinfo=UTC)
    assert enqueuer.recheck([("qponpqpxiz3ljxwx", "https://www.kabar.example/berita/1")], now) == [
        "qponpqpxiz3ljxwx"
    ]
    (message,) = stack.drain()
    assert message.group == "kabar.example"
    assert Message.from_json(message.raw) == Message(
        "recheck",
        "",
        "",
        "2025-06-02T08:00:00.000Z",
        "qponpqpxiz3ljxwx",
        "https://www.kabar.example/berita/1",
        Hint().hash(),
    )
