"""ArticleQueue: batches within the limits of SQS, every refusal seen."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from newswire.queue import BATCH_ENTRIES, SEND_ATTEMPTS, Outgoing, Queue, QueueUnavailable, batches, group_id
from tests.support.aws_stack import Stack
from tests.support.fake_sqs import FakeSqs

MIB = 1024 * 1024


def outgoing(number: int, body: str = "", group: str = "kabar.example") -> Outgoing:
    return Outgoing(body or f'{{"n":{number}}}', group, f"dedup-{number}")


def queue(sqs: FakeSqs) -> Queue:
    return Queue(cast("Any", sqs), "https://sqs.example/articles.fifo")


def test_messages_arrive_in_order_with_their_group_and_deduplication_id(stack: Stack) -> None:
    sent = [outgoing(number) for number in range(25)]
    assert Queue(stack.sqs, stack.queue_url).send(sent) == []
    received = stack.drain()
    assert [message.body["n"] for message in received] == list(range(25))
    assert {message.group for message in received} == {"kabar.example"}
    assert [message.deduplication_id for message in received] == [
        message.deduplication_id for message in sent
    ]


def test_a_queue_tells_how_many_messages_nobody_has_begun_with(stack: Stack) -> None:
    articles = Queue(stack.sqs, stack.queue_url)
    assert articles.waiting() == 0
    articles.send([outgoing(number, group=f"kabar-{number}.example") for number in range(3)])
    assert articles.waiting() == 3
    stack.sqs.receive_message(QueueUrl=stack.queue_url, MaxNumberOfMessages=1)
    assert articles.waiting() == 2


def test_a_reason_travels_as_a_message_attribute(stack: Stack) -> None:
    letter = Outgoing("{}", "unreadable", "id-1", "message is not JSON")
    Queue(stack.sqs, stack.queue_url).send([letter, outgoing(2)])
    first, second = stack.drain()
    assert first.attributes == {"reason": "message is not JSON"}
    assert second.attributes == {}


def test_a_reason_that_quotes_a_stranger_is_cut_and_has_no_character_that_sqs_refuses(stack: Stack) -> None:
    letter = Outgoing("{}", "unreadable", "id-1", "schema is '\ufffe\x00" + "x" * 5000)
    Queue(stack.sqs, stack.queue_url).send([letter])
    (received,) = stack.drain()
    assert received.attributes["reason"] == ("schema is '" + "x" * 5000)[:1000]


def test_the_same_send_twice_is_one_message(stack: Stack) -> None:
    articles = Queue(stack.sqs, stack.queue_url)
    articles.send([outgoing(1)])
    articles.send([outgoing(1)])
    assert len(stack.drain()) == 1


def test_nothing_to_send_asks_nothing() -> None:
    sqs = FakeSqs()
    assert queue(sqs).send([]) == []
    assert sqs.batches == []


def test_a_batch_has_at_most_ten_messages() -> None:
    assert [len(batch) for batch in batches([outgoing(n) for n in range(21)])] == [10, 10, 1]


def test_a_batch_stays_below_one_mebibyte() -> None:
    messages = [outgoing(number, "x" * (200 * 1024)) for number in range(12)]
    split = list(batches(messages))
    assert [message for batch in split for message in batch] == messages
    assert all(sum(len(message.body) for message in batch) < MIB for batch in split)
    assert [len(batch) for batch in split] == [5, 5, 2]


def test_bytes_count_not_characters() -> None:
    split = list(batches([outgoing(number, "é" * (200 * 1024)) for number in range(4)]))
    assert [len(batch) for batch in split] == [2, 2]


def test_a_message_above_the_limit_goes_alone_and_is_left_to_sqs() -> None:
    assert [len(batch) for batch in batches([outgoing(1), outgoing(2, "x" * 2 * MIB), outgoing(3)])] == [
        1,
        1,
        1,
    ]


def test_an_entry_that_failed_in_an_accepted_batch_is_sent_again() -> None:
    sqs = FakeSqs(busy={"dedup-3": 2})
    assert queue(sqs).send([outgoing(number) for number in range(10)]) == []
    assert [len(batch) for batch in sqs.batches] == [10, 1, 1]
    assert sqs.accepted_ids().count("dedup-3") == 1
    assert len(sqs.accepted) == 10


def test_an_entry_that_keeps_failing_is_an_error_not_a_loss() -> None:
    sqs = FakeSqs(busy={"dedup-0": 99, "dedup-4": 99})
    with pytest.raises(QueueUnavailable, match=r"^2 of 10 messages were not accepted$"):
        queue(sqs).send([outgoing(number) for number in range(11)])
    assert len(sqs.batches) == SEND_ATTEMPTS
    assert "dedup-10" not in sqs.accepted_ids()


def test_an_entry_at_fault_is_reported_and_not_sent_again() -> None:
    sqs = FakeSqs(faulty={"dedup-1": "InvalidMessageContents"})
    refusals = queue(sqs).send([outgoing(number) for number in range(3)])
    assert [(refusal.message, refusal.reason) for refusal in refusals] == [
        (outgoing(1), "InvalidMessageContents: said so")
    ]
    assert [len(batch) for batch in sqs.batches] == [3]
    assert sqs.accepted_ids() == ["dedup-0", "dedup-2"]


def test_a_fault_without_words_is_its_code() -> None:
    sqs = FakeSqs(faulty={"dedup-1": "InvalidParameterValue"}, words="")
    (refusal,) = queue(sqs).send([outgoing(1)])
    assert refusal.reason == "InvalidParameterValue"


def test_a_queue_that_does_not_exist_is_the_clients_own_error(stack: Stack) -> None:
    with pytest.raises(ClientError, match=r"NonExistentQueue|does not exist"):
        Queue(stack.sqs, stack.queue_url.replace("articles", "other")).send([outgoing(1)])


@pytest.mark.parametrize(
    ("domain", "kept"),
    [
        ("kabar.example", True),
        ("192.0.2.7", True),
        ("2001:db8::1", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("", False),
        ("bücher.example", False),
        ("kabar\n.example", False),
    ],
)
def test_a_group_is_the_domain_or_its_hash_where_sqs_would_refuse_it(domain: str, kept: bool) -> None:
    group = group_id(domain)
    assert (group == domain) is kept
    assert 0 < len(group) <= 128
    assert group.isascii()


def test_a_hashed_group_is_taken_by_the_queue(stack: Stack) -> None:
    Queue(stack.sqs, stack.queue_url).send([outgoing(1, group=group_id("bücher" * 50))])
    assert [message.group for message in stack.drain()] == [group_id("bücher" * 50)]


def test_a_postponed_message_is_hidden_for_so_long(stack: Stack) -> None:
    articles = Queue(stack.sqs, stack.queue_url)
    articles.send([outgoing(1)])
    handle = stack.sqs.receive_message(QueueUrl=stack.queue_url)["Messages"][0]["ReceiptHandle"]
    articles.postpone(handle, 0)
    assert len(stack.drain()) == 1


@pytest.mark.parametrize(("asked", "granted"), [(60, 60), (-5, 0), (10**9, 43_140)])
def test_a_pause_stays_within_what_sqs_allows(asked: int, granted: int) -> None:
    sqs = FakeSqs()
    queue(sqs).postpone("handle", asked)
    assert sqs.postponed == [("handle", granted)]


def test_ten_is_what_sqs_takes_at_once() -> None:
    assert BATCH_ENTRIES == 10


THROTTLED = ("ThrottlingException", "RequestThrottled", "KmsThrottled", "KMS.ThrottlingException")


def refused(code: str) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": 400},  # type: ignore[typeddict-item]  # what is read
        },
        "SendMessageBatch",
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (EndpointConnectionError(endpoint_url="https://sqs.example/"), "EndpointConnectionError: Could not"),
        (
            ClientError(
                {
                    "Error": {"Code": "ServiceUnavailable", "Message": "busy"},
                    "ResponseMetadata": {"HTTPStatusCode": 503},  # type: ignore[typeddict-item]  # what is read
                },
                "SendMessageBatch",
            ),
            r"ClientError: An error occurred \(ServiceUnavailable\)",
        ),
        *((refused(code), rf"ClientError: An error occurred \({code}\)") for code in THROTTLED),
    ],
    ids=["unreachable", "failing", *THROTTLED],
)
def test_a_call_that_fails_as_a_whole_is_an_unavailable_queue(error: Exception, text: str) -> None:
    class Failing(FakeSqs):
        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            raise error

    with pytest.raises(QueueUnavailable, match=f"^{text}"):
        queue(Failing()).send([outgoing(1)])


def test_a_call_that_waiting_does_not_help_is_no_unavailable_queue() -> None:
    class Failing(FakeSqs):
        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            raise refused("AccessDenied")

    with pytest.raises(ClientError, match="AccessDenied"):
        queue(Failing()).send([outgoing(1)])
