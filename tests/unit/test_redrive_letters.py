"""What a redrive does with each kind of dead letter, decided without any queue."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.redrive.letters import (
    FAILED,
    GIVEN_UP,
    PLANNED_ANEW,
    QUEUES,
    REASON_LIMIT,
    UNKNOWN,
    Decision,
    Letter,
    QueueName,
    Step,
    Wishes,
    decide,
)
from local.redrive.notices import SCHEDULED, scheduled_task, stream_batch
from local.redrive.sending import send
from local.redrive.tally import Tally
from newswire.messages import Message
from newswire.shards import Shard, ShardFeed
from tests.support.fake_sqs import FakeSqs

NOW = "2026-01-05T01:00:00.000Z"
MESSAGE = Message(
    "entry",
    "kabar",
    "kabar https://kabar.example/rss",
    NOW,
    "abcdefghijklmnop",
    "https://kabar.example/berita/1",
    "0" * 32,
).to_json()
SHARD = Shard(0, 1, NOW, (ShardFeed("kabar", "https://kabar.example/rss"),)).to_json()
NOTICE = json.dumps(
    {
        "requestContext": {"condition": "RetryAttemptsExhausted"},
        "DDBStreamBatchInfo": {
            "shardId": "shardId-1",
            "startSequenceNumber": "100",
            "endSequenceNumber": "200",
            "batchSize": 2,
            "streamArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/articles/stream/2026",
        },
    }
)


def letter(queue: QueueName, body: str, **attributes: str) -> Letter:
    said = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    return Letter(queue, "id-1", body, "kabar.example", said)


def test_a_message_that_failed_is_sent_again() -> None:
    assert decide(letter("article", MESSAGE), Wishes()) == Decision(Step.SEND, FAILED)


@pytest.mark.parametrize(
    "unread", [letter("article", "bukan JSON", reason="message is not JSON"), letter("article", "bukan JSON")]
)
@pytest.mark.parametrize(
    ("wishes", "step"),
    [(Wishes(), Step.LEAVE), (Wishes(force=True), Step.SEND), (Wishes(delete=True), Step.DELETE)],
)
def test_what_nobody_can_read_is_left_unless_it_is_asked_for(
    unread: Letter, wishes: Wishes, step: Step
) -> None:
    assert decide(unread, wishes) == Decision(step, "message is not JSON")


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(force=True)])
def test_a_shard_is_never_sent(wishes: Wishes) -> None:
    assert decide(letter("fetch", SHARD), wishes) == Decision(Step.LEAVE, PLANNED_ANEW)


def test_a_shard_is_deleted_on_request() -> None:
    assert decide(letter("fetch", SHARD), Wishes(delete=True)).step is Step.DELETE
    assert decide(letter("fetch", "x"), Wishes(delete=True)) == Decision(Step.DELETE, "shard is not JSON")


def test_a_batch_that_publish_gave_up_is_published_again() -> None:
    assert decide(letter("publish", NOTICE), Wishes()) == Decision(Step.REPEAT, GIVEN_UP)
    batch = stream_batch(NOTICE)
    assert batch is not None
    assert (batch.shard, batch.first, batch.last) == ("shardId-1", "100", "200")


@pytest.mark.parametrize("task", sorted(SCHEDULED))
@pytest.mark.parametrize("teller", ["scheduler", "lambda"])
def test_a_scheduled_run_is_made_again_whoever_told_of_it(task: str, teller: str) -> None:
    payload = SCHEDULED[task]
    body = json.dumps(payload if teller == "scheduler" else {"requestPayload": payload})
    assert scheduled_task(body) == task
    assert decide(letter("schedule", body), Wishes()).step is Step.REPEAT


@pytest.mark.parametrize(
    "payload",
    [
        {"trigger": "schedule", "task": "rebuilt"},
        {"trigger": "schedule", "task": "poll", "function": "arn:aws:lambda:eu-west-1:1:function:other"},
        {"Records": []},
        [],
        None,
    ],
)
def test_nothing_is_invoked_that_the_template_does_not_schedule(payload: Any) -> None:
    found = decide(letter("schedule", json.dumps(payload)), Wishes(force=True))
    assert found == Decision(Step.LEAVE, UNKNOWN)


def test_a_filter_leaves_letters_of_other_reasons() -> None:
    assert decide(letter("article", MESSAGE), Wishes("AGAIN and")).step is Step.SEND
    assert decide(letter("article", MESSAGE), Wishes("not JSON")).step is Step.LEAVE
    forced = Wishes("not json", force=True)
    assert decide(letter("article", "{", reason="message is not JSON"), forced).step is Step.SEND


def test_what_is_sent_has_the_same_body_and_group_and_says_when_it_was_redriven() -> None:
    body = MESSAGE.replace('"reason":null', '"reason": null')  # not as we would write it
    again = letter("article", body, reason="message is not JSON", other="kept").again(NOW)
    assert again["MessageBody"] == body
    assert again["MessageGroupId"] == "kabar.example"
    values = {name: one["StringValue"] for name, one in again["MessageAttributes"].items()}
    assert values == {"redriven": NOW, "other": "kept"}


@given(
    st.sampled_from(QUEUES),
    st.text(max_size=200) | st.recursive(st.none() | st.text(max_size=9), st.lists).map(json.dumps),
    st.booleans(),
)
def test_whatever_is_in_a_letter_it_is_decided_with_a_short_reason(
    queue: QueueName, body: str, force: bool
) -> None:
    found = decide(letter(queue, body), Wishes(force=force))
    assert 0 < len(found.reason) <= REASON_LIMIT
    assert "\n" not in found.reason


def letters(number: int, body: str = MESSAGE) -> list[Letter]:
    return [Letter("article", f"id-{one}", f"{body} {one}", "kabar.example") for one in range(number)]


def test_ten_messages_go_with_a_call_and_no_two_share_a_deduplication_id() -> None:
    sqs = FakeSqs()
    assert send(sqs, "https://sqs.example/articles.fifo", letters(23), NOW) == {}
    assert [len(batch) for batch in sqs.batches] == [10, 10, 3]
    assert len(set(sqs.accepted_ids())) == 23


def test_a_megabyte_goes_with_a_call() -> None:
    sqs = FakeSqs()
    assert send(sqs, "https://sqs.example/articles.fifo", letters(5, "é" * 200_000), NOW) == {}
    assert [len(batch) for batch in sqs.batches] == [2, 2, 1]


def test_the_same_message_gets_another_deduplication_id_at_every_redrive() -> None:
    sqs = FakeSqs()
    for _ in range(2):
        send(sqs, "https://sqs.example/articles.fifo", letters(1), NOW)
    assert len(set(sqs.accepted_ids())) == 2


def test_an_entry_that_failed_is_sent_again_under_the_same_id_and_the_others_are_not() -> None:
    sqs = FakeSqs(busy_at_first=True)
    assert send(sqs, "https://sqs.example/articles.fifo", letters(3), NOW) == {}
    assert [len(batch) for batch in sqs.batches] == [3, 1]
    assert sqs.batches[1][0]["MessageDeduplicationId"] == sqs.batches[0][2]["MessageDeduplicationId"]


def test_what_the_queue_refuses_or_never_takes_is_told_by_its_letter() -> None:
    refusing = FakeSqs(faulty={f"{MESSAGE} 1": "InvalidMessageContents"})
    refused = send(refusing, "https://sqs.example/articles.fifo", letters(3), NOW)
    assert refused == {"id-1": "not accepted by the queue: InvalidMessageContents"}
    busy = send(FakeSqs(always_busy=True), "https://sqs.example/articles.fifo", letters(2), NOW)
    assert busy == dict.fromkeys(("id-0", "id-1"), "not accepted by the queue")


def test_a_letter_that_stays_is_one_line_with_its_beginning_that_steers_no_terminal() -> None:
    said: list[str] = []
    tally = Tally(said.append)
    hostile = letter(
        "article", "{\x1b]0;owned\x07\nleft: forged line " + "x" * 500, reason="message\u202e is not\nJSON"
    )
    tally.left(hostile, decide(hostile, Wishes()))
    (line,) = said
    assert line.isprintable()
    assert line.startswith(
        "article: left: message\\u202e is not JSON: {\\u001b]0;owned\\u0007 left: forged line"
    )
    assert len(line) < 200
