"""One pass over a dead-letter queue: receive, have each letter sent or done, and only then delete.

Killed anywhere, it leaves a letter where it was, or sends it once more: what works messages off is made for
that. Two at once take different letters, or the same one twice. What stays is hidden until the pass is over,
so that it does not come first again, and visible to everybody after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from local.received import receive
from local.redrive.letters import Decision, Letter, QueueName, Step, Wishes, decide
from local.redrive.tally import Tally

BATCH = 10
CAME_ROUND = "came round again"
NOT_DELETED = "could not be deleted"

Repeat = Callable[[Sequence[Letter]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """A queue, and what does again what is in it; that returns why a letter's was not done, by id.

    ``hidden`` is for how many seconds letters are hidden from others meanwhile, ``wait`` for how many a
    receive waits for one.
    """

    name: QueueName
    url: str
    repeat: Repeat
    hidden: int = 120
    wait: int = 0


@dataclass(slots=True)
class Pass:
    """One pass; ``started`` is the moment at which the redrive began, RFC 3339 in UTC.

    ``room`` is how many letters may still be dealt with, ``None``: all. A ``dry`` one only tells.
    """

    sqs: Any
    queue: DeadLetterQueue
    wishes: Wishes
    tally: Tally
    started: str
    room: int | None = None
    dry: bool = False
    _held: dict[str, str] = field(default_factory=dict)
    _forced: set[bytes] = field(default_factory=set)

    def run(self) -> int:
        """Deal with every letter once; return how many were sent, done again or deleted."""
        dealt = 0
        try:
            while self.room is None or dealt < self.room:
                letters, known = self._received(BATCH if self.room is None else self.room - dealt)
                fresh = [one for one in letters if not self._has_come_round(one, known)]
                self._tell_round([one for one in letters if one not in fresh and one.id not in known])
                if not fresh:
                    break
                dealt += self._deal(fresh)
            return dealt
        finally:
            self._release()

    def _received(self, count: int) -> tuple[list[Letter], set[str]]:
        messages = receive(self.sqs, self.queue.url, count, hidden=self.queue.hidden, wait=self.queue.wait)
        known = self._held.keys() & {message["MessageId"] for message in messages}
        self._held |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
        letters = [Letter.received(self.queue.name, message) for message in messages]
        return letters, set(known)

    def _has_come_round(self, letter: Letter, known: set[str]) -> bool:
        # What a function cannot read comes back as another message, with the same body.
        is_buried_anew = letter.stated is not None and letter.digest in self._forced
        sent_since = letter.redriven is not None and letter.redriven >= self.started
        return letter.id in known or sent_since or is_buried_anew

    def _deal(self, letters: Sequence[Letter]) -> int:
        """Deal with a batch; return how many of it were dealt with."""
        decided = {one.id: decide(one, self.wishes) for one in letters}
        for one in letters:
            self.tally.received(one, decided[one.id])
            if self.dry or decided[one.id].step is Step.LEAVE:
                self.tally.left(one, decided[one.id])
        wanted = [one for one in letters if decided[one.id].step is not Step.LEAVE]
        if self.dry:
            return len(wanted)
        undone = self._repeat([one for one in wanted if decided[one.id].step is not Step.DELETE], decided)
        undone |= self._delete([one for one in wanted if one.id not in undone], decided)
        for one in wanted:
            if one.id in undone:
                self.tally.left(one, decided[one.id], undone[one.id])
        return len(wanted)

    def _repeat(self, letters: Sequence[Letter], decided: Mapping[str, Decision]) -> dict[str, str]:
        """Have letters sent, or done again; return why one was not, by id."""
        if not letters:
            return {}
        self._forced |= {one.digest for one in letters if one.stated is not None}
        undone = dict(self.queue.repeat(letters))
        for one in letters:
            if one.id not in undone:
                self.tally.done(one, decided[one.id])
        return undone

    def _delete(self, letters: Sequence[Letter], decided: Mapping[str, Decision]) -> dict[str, str]:
        """Delete letters; return why one was not, by id: it will come again, and be sent again."""
        if not letters:
            return {}
        entries = [
            {"Id": str(number), "ReceiptHandle": self._held[one.id]} for number, one in enumerate(letters)
        ]
        answer = self.sqs.delete_message_batch(QueueUrl=self.queue.url, Entries=entries)
        failed = {letters[int(one["Id"])].id for one in answer.get("Failed", [])}
        for one in letters:
            if one.id not in failed:
                del self._held[one.id]
                self.tally.deleted(one, decided[one.id])
        return dict.fromkeys(failed, NOT_DELETED)

    def _tell_round(self, letters: Sequence[Letter]) -> None:
        for one in letters:
            decision = decide(one, self.wishes)
            self.tally.received(one, decision)
            self.tally.left(one, decision, CAME_ROUND)

    def _release(self) -> None:
        """Let others see at once what stays; a letter that somebody else has by now is theirs."""
        for receipt in self._held.values():
            try:
                self.sqs.change_message_visibility(
                    QueueUrl=self.queue.url, ReceiptHandle=receipt, VisibilityTimeout=0
                )
            except ClientError:
                continue
        self._held.clear()
