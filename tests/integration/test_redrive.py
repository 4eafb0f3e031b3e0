"""What a redrive does with each letter: it goes back as it was, or stays and is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import pytest

from functions.extract.deliveries import Deliveries
from functions.extract.queue_records import QueueRecord
from local.lambda_events import sqs_event
from local.received import take_all
from local.redrive.letters import Wishes
from newswire.observability import make_logger
from newswire.queue import Queue
from tests.support.aws_stack import Stack
from tests.support.extract_world import World, entry
from tests.support.redriving import (
    POISON,
    STARTED,
    UNREAD,
    Tampered,
    bury,
    counted,
    letters_of,
    message,
    redrive,
)


def test_every_letter_goes_back_with_its_body_and_group_and_is_there_no_more(
    stack: Stack, dead: list[str]
) -> None:
    tally, said = redrive(stack)

    assert counted(tally) == {"received": 25, "sent": 25, "deleted": 25}
    assert tally.is_clear
    assert said == []
    assert letters_of(stack) == []
    sent = stack.drain()
    assert sorted(one.raw for one in sent) == sorted(dead)
    assert Counter(one.group for one in sent) == {
        "kabar.example": 9,
        "warta.example": 8,
        "lentera.example": 8,
    }
    assert {tuple(one.attributes.items()) for one in sent} == {(("redriven", STARTED),)}


def test_the_same_letter_can_be_redriven_again_within_five_minutes(stack: Stack) -> None:
    body = message(1).to_json()
    for _ in range(2):
        bury(stack, body + " " * len(stack.drain(stack.queue_url)))
        redrive(stack)
    assert len(stack.drain()) == 1


def test_entries_that_the_queue_does_not_take_stay_and_are_told(stack: Stack) -> None:
    for number in range(3):
        bury(stack, message(number, f"penerbit-{number}").to_json(), f"penerbit-{number}.example")

    def partial_failure(real: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        kept = [one for one in arguments["Entries"] if "berita/1" not in one["MessageBody"]]
        bad = [one["Id"] for one in arguments["Entries"] if one not in kept]
        answer: dict[str, Any] = real(QueueUrl=arguments["QueueUrl"], Entries=kept) if kept else {}
        failed = [{"Id": one, "SenderFault": False, "Code": "InternalError"} for one in bad]
        return {**answer, "Failed": failed}

    tally, said = redrive(stack, sqs=Tampered(stack.sqs, {"send_message_batch": partial_failure}))

    assert counted(tally) == {"received": 3, "sent": 2, "deleted": 2, "left": 1}
    assert not tally.is_clear
    assert "not accepted by the queue" in said[0]
    assert len(stack.drain()) == 2
    (staying,) = letters_of(stack)  # visible at once
    assert staying.body["url"].endswith("/berita/1")


def test_a_letter_that_could_not_be_deleted_is_told_and_comes_again(stack: Stack) -> None:
    bury(stack, message(1).to_json())

    def refused(_call: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"Failed": [{"Id": one["Id"], "SenderFault": False} for one in arguments["Entries"]]}

    tally, said = redrive(stack, sqs=Tampered(stack.sqs, {"delete_message_batch": refused}))

    assert counted(tally) == {"received": 1, "sent": 1, "left": 1}
    assert "could not be deleted" in said[0]
    assert len(letters_of(stack)) == 1


@pytest.mark.parametrize("order", list(permutations(("sound", "poison", "sound too"))))
def test_what_nobody_can_read_stays_and_blocks_nothing(stack: Stack, order: Sequence[str]) -> None:
    bodies = {"sound": message(1).to_json(), "poison": POISON, "sound too": message(2).to_json()}
    for name in order:
        if name == "poison":
            bury(stack, POISON, "unreadable", UNREAD)
        else:
            bury(stack, bodies[name])

    tally, said = redrive(stack)

    assert counted(tally) == {"received": 3, "sent": 2, "deleted": 2, "left": 1}
    assert said == [f"article: left: {UNREAD}: {POISON}"]
    (staying,) = letters_of(stack)
    assert (staying.raw, staying.attributes) == (POISON, {"reason": UNREAD})
    assert len(stack.drain()) == 2


def test_a_dry_redrive_changes_nothing(stack: Stack, dead: list[str]) -> None:
    tally, said = redrive(stack, dry=True)
    assert counted(tally).keys() == {"received", "left"}
    assert all("would be sent to its queue" in line for line in said)
    assert stack.drain() == []
    assert sorted(one.raw for one in letters_of(stack)) == sorted(dead)
    assert {tuple(one.attributes) for one in letters_of(stack)} == set()


def test_no_more_are_dealt_with_than_asked_for(stack: Stack, dead: list[str]) -> None:
    tally, _ = redrive(stack, room=12)
    assert counted(tally)["sent"] == 12
    assert len(stack.drain()) == 12
    assert len(letters_of(stack)) == len(dead) - 12


def test_only_letters_of_the_reason_asked_for_are_dealt_with(stack: Stack) -> None:
    bury(stack, message(1).to_json())
    bury(stack, POISON, "unreadable", UNREAD)
    tally, _ = redrive(stack, Wishes("not json", force=True))
    assert counted(tally) == {"received": 2, "sent": 1, "deleted": 1, "left": 1}
    assert [one.raw for one in stack.drain()] == [POISON]


def test_a_replay_of_every_letter_of_stored_articles_changes_no_byte(world: World) -> None:
    stack = world.stack
    messages = [entry(world.serve(f"/berita/{number}", title=f"Berita {number}")) for number in range(12)]
    for one in messages:
        assert world.handle(one).what == "stored"
        bury(stack, one.to_json(), "kabar.localhost")
    before = world.everything()

    tally, _ = redrive(stack)
    assert counted(tally) == {"received": 12, "sent": 12, "deleted": 12}
    queue: Any = Queue(stack.sqs, stack.queue_url)
    deliveries = Deliveries(
        processing=world.invocation(),
        gate=world.gate(),
        images=world.images(),
        queue=queue,
        dead_letters=Queue(stack.sqs, stack.dead_letter_queue_url),
        logger=make_logger("extract"),
        now=lambda: world.now,
    )
    records = sqs_event(take_all(stack.sqs, stack.queue_url), "arn")["Records"]
    assert {one["messageAttributes"]["redriven"]["stringValue"] for one in records} == {STARTED}
    for one in records:
        deliveries.handle(QueueRecord.of(one))
    deliveries.finish()

    assert world.everything() == before
    assert letters_of(stack) == []
