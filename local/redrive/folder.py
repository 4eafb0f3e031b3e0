"""What ``make run`` gave up: its dead letters are in its state, and the next run tries them again.

A redrive here changes what that run finds: a letter that nobody could read is tried again with ``force``, a
shard is deleted with ``delete``, and what publish gave up is published at once, by a rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from local.dead_letters import DeadLetter
from local.progress import Progress
from local.rebuild.folder import rebuild_folder
from local.redrive.letters import REASON, Decision, Letter, QueueName, Step, Wishes, decide
from local.redrive.tally import Tally
from local.workspace import Workspace

NAMES: dict[str, QueueName] = {
    "ArticleDeadLetterQueue": "article",
    "FetchDeadLetterQueue": "fetch",
    "PublishFailureQueue": "publish",
    "ScheduleFailureQueue": "schedule",
}


@dataclass(slots=True)
class FolderRedrive:
    """The redrive of one run's folder; ``room`` is how many letters it may deal with, ``None``: all."""

    out: Path
    project: Path
    progress: Progress
    wanted: Collection[QueueName]
    wishes: Wishes
    tally: Tally
    room: int | None = None
    rebuild: Callable[[Path, Path, Progress], object] = rebuild_folder

    def run(self) -> None:
        """Have the next run try the letters again.

        Raise ``NoRun`` where there was none, ``StateError`` where one is at work.
        """
        workspace = Workspace(self.out, self.progress)
        published = frozenset(self._of_publish(workspace.left().dead_letters))
        if published:
            self.rebuild(self.out, self.project, self.progress)
        with workspace.claimed_run() as saved:
            kept = tuple(self._kept(saved.dead_letters, published))
            if kept != saved.dead_letters:
                workspace.save(replace(saved, dead_letters=kept))

    def _of_publish(self, letters: Iterable[DeadLetter]) -> list[DeadLetter]:
        """Return what a rebuild is to make good."""
        known = [(one, self._read(one)) for one in letters]
        repeated = [
            one for one, letter in known if letter and decide(letter, self.wishes).step is Step.REPEAT
        ]
        return [] if self.tally.dry else repeated[: self.room]

    def _kept(self, letters: Iterable[DeadLetter], published: Collection[DeadLetter]) -> Iterator[DeadLetter]:
        room = len(tuple(letters)) if self.room is None else self.room
        for one in letters:
            letter = self._read(one)
            if letter is None:
                yield one
                continue
            decision = decide(letter, self.wishes)
            self.tally.received(letter, decision)
            is_open = decision.step is not Step.REPEAT or one in published
            if self.tally.dry or decision.step is Step.LEAVE or room <= 0 or not is_open:
                self.tally.left(letter, decision)
                yield one
                continue
            room -= 1
            yield from self._dealt_with(one, letter, decision)

    def _dealt_with(self, one: DeadLetter, letter: Letter, decision: Decision) -> Iterator[DeadLetter]:
        if decision.step is not Step.DELETE:
            self.tally.done(letter, decision)
        if decision.step is Step.SEND:
            yield replace(one, stated=False)  # which the next run sends to its queue, and then forgets
        else:
            self.tally.deleted(letter, decision)

    def _read(self, one: DeadLetter) -> Letter | None:
        name = NAMES.get(one.queue)
        if name is None or name not in self.wanted:
            return None
        stated = {REASON: {"DataType": "String", "StringValue": one.reason}} if one.stated else {}
        return Letter(name, one.queue, one.body, one.group, stated)
