"""What a dead letter is, and what a redrive does with it. No I/O, no clock.

A message that failed is worth another try. One that nobody can read comes back as often as it is sent. A
shard is a copy of a plan that later schedules have made anew: sending it would ask its feeds too often.
Failure notices of a stream or a schedule are no messages of ours: what they speak of is done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from local.redrive.notices import scheduled_task, stream_batch
from newswire.messages import Message, MessageError
from newswire.shards import Shard, ShardError
from newswire.text import shorten

QueueName = Literal["article", "fetch", "publish", "schedule"]
QUEUES: tuple[QueueName, ...] = ("article", "fetch", "publish", "schedule")

REASON = "reason"  # attribute of what a function could not read
REDRIVEN = "redriven"  # attribute of what was sent again: when
REASON_LIMIT = 160
FAILED = "failed again and again"
PLANNED_ANEW = "planned anew since"
GIVEN_UP = "given up by the stream's mapping"
NOT_RUN = "the scheduled run failed"
UNKNOWN = "no failure notice of this stack"


class Step(Enum):
    """What becomes of a letter."""

    SEND = "sent to its queue"
    REPEAT = "done again"
    DELETE = "deleted"
    LEAVE = "left"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an operator asks for.

    ``reason`` limits a redrive to letters with these words in their reason. ``force`` sends what nobody could
    read, too; ``delete`` deletes what no redrive can help, instead of leaving it.
    """

    reason: str = ""
    force: bool = False
    delete: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in a dead-letter queue, or a notice in a failure queue.

    ``attributes`` are the message's own, as SQS gives and takes them.
    """

    queue: QueueName
    id: str
    body: str
    group: str | None = None
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def received(cls, queue: QueueName, message: Mapping[str, Any]) -> Letter:
        """Read a message as ReceiveMessage gives it, all attributes asked for."""
        system = message.get("Attributes", {})
        return cls(
            queue,
            message["MessageId"],
            message["Body"],
            system.get("MessageGroupId"),
            message.get("MessageAttributes", {}),
        )

    @property
    def stated(self) -> str | None:
        """Return the reason that a function gave for not reading it."""
        return self._text(REASON)

    @property
    def redriven(self) -> str | None:
        """Return when it was last sent again, ``None`` where it never was."""
        return self._text(REDRIVEN)

    @property
    def digest(self) -> bytes:
        """Return what equal bodies share."""
        return hashlib.sha256(self.body.encode("utf-8", "surrogatepass")).digest()

    def again(self, now: str) -> dict[str, Any]:
        """Return body, group and attributes of the message that is sent in its place at ``now``."""
        kept = {name: _given(value) for name, value in self.attributes.items() if name != REASON}
        kept[REDRIVEN] = {"DataType": "String", "StringValue": now}
        grouped = {} if self.group is None else {"MessageGroupId": self.group}
        return {"MessageBody": self.body, "MessageAttributes": kept, **grouped}

    def _text(self, name: str) -> str | None:
        value = self.attributes.get(name, {}).get("StringValue")
        return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a letter, and why it was one."""

    step: Step
    reason: str


def decide(letter: Letter, wishes: Wishes) -> Decision:
    """Return what becomes of a letter, whatever is in it."""
    reason, step = _DECIDED[letter.queue](letter, wishes)
    reason = shorten(" ".join(reason.split()), REASON_LIMIT)
    wanted = wishes.reason.casefold() in reason.casefold()
    return Decision(step if wanted else Step.LEAVE, reason)


def _article(letter: Letter, wishes: Wishes) -> tuple[str, Step]:
    unreadable = letter.stated
    if unreadable is None:
        try:
            Message.from_json(letter.body)
        except MessageError as error:
            unreadable = str(error)
    if unreadable is None:
        return FAILED, Step.SEND
    return unreadable, Step.SEND if wishes.force else _hopeless(wishes)


def _fetch(letter: Letter, wishes: Wishes) -> tuple[str, Step]:
    reason = letter.stated
    if reason is None:
        try:
            Shard.from_json(letter.body)
        except ShardError as error:
            reason = str(error)
    return reason or PLANNED_ANEW, _hopeless(wishes)


def _publish(letter: Letter, wishes: Wishes) -> tuple[str, Step]:
    if stream_batch(letter.body) is None:
        return UNKNOWN, _hopeless(wishes)
    return GIVEN_UP, Step.REPEAT


def _schedule(letter: Letter, wishes: Wishes) -> tuple[str, Step]:
    task = scheduled_task(letter.body)
    if task is None:
        return UNKNOWN, _hopeless(wishes)
    return f"{NOT_RUN}: {task}", Step.REPEAT


_DECIDED = {"article": _article, "fetch": _fetch, "publish": _publish, "schedule": _schedule}


def _hopeless(wishes: Wishes) -> Step:
    return Step.DELETE if wishes.delete else Step.LEAVE


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an attribute without what SQS says of it and does not take back."""
    return {name: value[name] for name in ("DataType", "StringValue", "BinaryValue") if name in value}
