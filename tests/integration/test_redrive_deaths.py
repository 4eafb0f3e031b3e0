"""A redrive that is killed, or that meets another or its own letters again: nothing is lost, and it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from local.redrive.letters import Wishes
from local.redrive.passing import CAME_ROUND
from local.redrive.tally import Tally
from tests.support.aws_stack import Stack
from tests.support.redriving import (
    POISON,
    UNREAD,
    Killed,
    Tampered,
    bury,
    counted,
    killed,
    killed_after,
    let_time_out,
    letters_of,
    message,
    quiet,
    redrive,
)


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize(
    ("call", "how"),
    [
        ("send_message_batch", killed),
        ("send_message_batch", killed_after),
        ("delete_message_batch", killed),
        ("delete_message_batch", killed_after),
    ],
)
def test_killed_anywhere_it_repeats_and_never_loses(
    stack: Stack, dead: list[str], call: str, how: Any, after: int
) -> None:
    left = [after]

    def later(real: Any, arguments: Mapping[str, Any]) -> None:
        if left[0] == 0:
            how(real, arguments)
        left[0] -= 1

    def never(_call: Any, _arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {}  # a killed process lets nothing go

    tampered = Tampered(stack.sqs, {call: later, "change_message_visibility": never})
    with pytest.raises(Killed):
        redrive(stack, sqs=tampered)
    let_time_out(stack, tampered)
    redrive(stack, started="2026-01-05T02:00:00.000Z")

    assert letters_of(stack) == []
    sent = Counter(one.raw for one in stack.drain())
    assert set(sent) == set(dead)
    assert max(sent.values()) <= 2


def test_two_at_once_share_the_letters_and_lose_none(stack: Stack, dead: list[str]) -> None:
    other: list[Tally] = []

    def meanwhile(_call: Any, _arguments: Mapping[str, Any]) -> None:
        if not other:
            other.append(Tally(quiet))
            other[0], _ = redrive(stack)

    tally, _ = redrive(stack, sqs=Tampered(stack.sqs, {"send_message_batch": meanwhile}))

    together = Counter(counted(tally)) + Counter(counted(other[0]))
    assert together["left"] == 0
    assert together["sent"] == 25
    assert sorted(one.raw for one in stack.drain()) == sorted(dead)
    assert letters_of(stack) == []


def test_a_letter_that_two_have_at_once_is_sent_twice_at_most(stack: Stack, dead: list[str]) -> None:
    done: list[bool] = []

    def overtaken(_call: Any, _arguments: Mapping[str, Any]) -> None:
        if not done:
            done.append(True)
            let_time_out(stack, first)
            redrive(stack)

    first = Tampered(stack.sqs, {"send_message_batch": overtaken})
    redrive(stack, sqs=first)

    sent = Counter(one.raw for one in stack.drain())
    assert set(sent) == set(dead)
    assert max(sent.values()) <= 2
    assert letters_of(stack) == []


def test_forced_poison_is_sent_once_and_its_return_ends_the_redrive(stack: Stack) -> None:
    for number in range(3):
        bury(stack, f"{POISON} {number}", "unreadable", UNREAD)

    def buried_again(real: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = real(**arguments)
        for one in arguments["Entries"]:  # extract reads it at once
            bury(stack, one["MessageBody"], "unreadable", UNREAD)
        return answer

    tally, said = redrive(
        stack, Wishes(force=True), sqs=Tampered(stack.sqs, {"send_message_batch": buried_again})
    )

    assert counted(tally)["sent"] == 3
    assert all(CAME_ROUND in line for line in said)
    assert Counter(one.raw for one in stack.drain()) == {f"{POISON} {number}": 1 for number in range(3)}


def test_a_message_that_fails_at_once_again_is_not_sent_for_ever(stack: Stack) -> None:
    bury(stack, message(1).to_json())

    def failed_again(_call: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        for one in arguments["Entries"]:  # as SQS moves it: with its attributes
            stack.sqs.send_message(
                QueueUrl=stack.dead_letter_queue_url,
                **{name: value for name, value in one.items() if name != "Id"},
            )
        return {"Successful": []}

    tally, said = redrive(stack, sqs=Tampered(stack.sqs, {"send_message_batch": failed_again}))

    assert counted(tally) == {"received": 2, "sent": 1, "deleted": 1, "left": 1}
    assert CAME_ROUND in said[0]
