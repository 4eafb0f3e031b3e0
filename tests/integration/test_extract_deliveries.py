"""SQS records: hidden for as long as a server asks, or buried with their reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.extract.deliveries import UNREADABLE_GROUP, Deliveries
from functions.extract.failures import TransientFailure
from functions.extract.outcome import Outcome
from functions.extract.processing import Processing
from functions.extract.queue_records import QueueRecord
from newswire.clock import instant
from newswire.messages import Hint, Message, MessageError
from newswire.observability import make_logger
from newswire.queue import Queue
from newswire.urls import article_id
from tests.support.extract_world import NOW, World, entry, sqs_record
from tests.support.fake_sqs import FakeSqs


def deliveries(world: World, sqs: FakeSqs, dead_letters: FakeSqs) -> Deliveries:
    """Return the SQS side of one invocation, with queues that can refuse."""
    client: Any = sqs
    letters: Any = dead_letters
    return Deliveries(
        processing=world.invocation(),
        gate=world.gate(),
        images=world.images(),
        queue=Queue(client, "https://sqs.example/articles.fifo"),
        dead_letters=Queue(letters, "https://sqs.example/dead.fifo"),
        logger=make_logger("extract"),
        now=lambda: world.now,
    )


def record(body: str, receive_count: int = 1) -> QueueRecord:
    return QueueRecord.of(sqs_record(body, receive_count=receive_count))


@pytest.mark.parametrize(
    ("status", "headers", "receive_count", "seconds"),
    [
        (503, {}, 1, 60),
        (503, {}, 2, 120),
        (429, {"Retry-After": "90"}, 1, 90),
        (429, {"Retry-After": "90"}, 2, 90),
        (503, {"Retry-After": "Mon, 05 Jan 2026 01:05:00 GMT"}, 1, 300),
        (503, {"Retry-After": "Sun, 04 Jan 2026 01:05:00 GMT"}, 1, 60),
        (503, {"Retry-After": "0"}, 2, 120),
        (429, {"Retry-After": "1"}, 2, 60),
        (429, {"Retry-After": "0"}, 1, 600),
        (503, {"Retry-After": "soon"}, 1, 60),
    ],
)
def test_a_message_is_hidden_for_as_long_as_the_server_asks(
    world: World, status: int, headers: dict[str, str], receive_count: int, seconds: int
) -> None:
    sqs = FakeSqs()
    body = entry(world.fail("/berita/1", status, **headers)).to_json()
    assert world.now == NOW
    with pytest.raises(TransientFailure):
        deliveries(world, sqs, FakeSqs()).handle(record(body, receive_count))
    assert sqs.postponed == [("receipt-1", seconds)]


def test_on_the_third_receive_nothing_is_hidden_any_more(world: World) -> None:
    sqs = FakeSqs()
    body = entry(world.fail("/berita/1", 503, **{"Retry-After": "90"})).to_json()
    deliveries(world, sqs, FakeSqs()).handle(record(body, 3))
    assert sqs.postponed == []
    assert world.only().reason == "HTTP 503"


def test_a_letter_is_the_body_as_it_came_under_the_messages_own_id(world: World) -> None:
    letters = FakeSqs()
    deliveries(world, FakeSqs(), letters).handle(record("bukan JSON"))
    (letter,) = letters.accepted
    assert (letter["MessageBody"], letter["MessageDeduplicationId"]) == ("bukan JSON", "message-1")
    assert letter["MessageGroupId"] == UNREADABLE_GROUP
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "message is not JSON"


def test_poison_that_the_dead_letter_queue_refuses_comes_back(world: World) -> None:
    letters = FakeSqs(faulty={"bukan JSON": "InvalidMessageContents"})
    with pytest.raises(
        MessageError, match="message is not JSON; the dead-letter queue refused it: InvalidMessageContents"
    ):
        deliveries(world, FakeSqs(), letters).handle(record("bukan JSON"))


def test_what_nobody_thought_of_holds_back_its_publisher_for_a_minute_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a pause of its own the message would hide for the queue's half hour, and its group with it."""

    def fail(*_: object) -> None:
        raise LookupError("articles/x/y.json is not in the bucket")

    sqs = FakeSqs()
    monkeypatch.setattr(Processing, "handle", fail)
    with pytest.raises(LookupError):
        deliveries(world, sqs, FakeSqs()).handle(record(entry(world.url("/berita/1")).to_json(), 2))
    assert sqs.postponed == [("receipt-1", 120)]


def test_a_message_whose_hint_is_gone_is_a_dead_letter_and_not_forgotten(world: World) -> None:
    letters = FakeSqs()
    key = f"hints/{'0' * 32}.json"
    body = replace(entry(world.url("/berita/1")), hint=None, hint_key=key).to_json()
    deliveries(world, FakeSqs(), letters).handle(record(body))
    (letter,) = letters.accepted
    assert letter["MessageAttributes"]["reason"]["StringValue"] == (
        f"the hint that the message names, {key}, is not in the bucket"
    )


def test_each_copy_that_goes_with_its_original_has_a_line_and_counts(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    side = deliveries(world, FakeSqs(), FakeSqs())
    retracted = Outcome("retracted", "original12345678", None, "HTTP 410", ("copy123456789012",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Processing, "handle", lambda *_: retracted)
        side.handle(record(entry(world.url("/berita/1")).to_json()))
    lines = [vars(line) for line in caplog.records]
    told = [(line["article_id"], line["reason"], line.get("original")) for line in lines]
    assert told == [
        ("original12345678", "HTTP 410", None),
        ("copy123456789012", "original withdrawn", "original12345678"),
    ]
    assert side.counts["ArticlesRetracted"] == 2


def test_looks_that_find_nothing_new_are_told_in_one_line_and_any_other_in_its_own(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    caplog.clear()
    side = deliveries(world, FakeSqs(), FakeSqs())
    urls = [world.url(f"/berita/{number}") for number in range(3)]
    ids = [article_id(url) for url in urls]
    looks = [
        Message("recheck", "", "", instant(NOW), one, url, Hint().hash())
        for one, url in zip(ids, urls, strict=True)
    ]
    reasons = dict(zip(ids, (None, "login wall", None), strict=True))

    def handled(_: Processing, look: Message, *_others: object) -> Outcome:
        return Outcome("unchanged", look.article_id, "page", reasons[look.article_id], revision=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Processing, "handle", handled)
        for look in looks:
            side.handle(record(look.to_json()))
    side.finish()
    lines = [vars(line) for line in caplog.records]
    assert [line.get("article_id") for line in lines] == [ids[1], None]
    assert lines[1]["message"] == "unchanged"
    assert lines[1]["article_ids"] == sorted([ids[0], ids[2]])


def test_a_batch_is_told_before_it_is_worked_on_by_the_ids_of_its_articles(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    one = deliveries(world, FakeSqs(), FakeSqs())
    logger = make_logger("extract")
    monkeypatch.setattr(logger, "info", lambda message, **fields: told.append((message, fields)))
    monkeypatch.setattr(one, "_logger", logger)
    first, second = entry("https://kabar.example/1"), entry("https://kabar.example/2")
    quoting = entry("https://kabar.example/3", summary='"article_id":"aaaaaaaaaaaaaaaa"')
    bodies = [quoting.to_json(), first.to_json(), "bukan JSON", second.to_json(), first.to_json()]
    one.announce(bodies)
    one.announce(["bukan JSON"])
    ids = [quoting.article_id, first.article_id, second.article_id]
    assert told == [("received", {"article_ids": ids})]
