"""Drives the stages: schedules fire, queues drain, streams drain, until nothing is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from local import dead_letters
from local.dead_letters import DeadLetter
from local.lambda_runtime import FunctionError, Runtime
from local.progress import Progress, plural
from local.queue_poller import QueuePoller
from local.run_clock import RunClock
from local.scheduled_runs import ScheduledRuns
from local.stack import Stack
from local.stream_poller import StreamPoller
from local.tally import Tally
from local.terminal import shown_line
from local.timetable import Schedule
from local.wiring import Wiring

Wait = Callable[[datetime], None]


class Driver:
    """Everything that calls a function."""

    def __init__(
        self,
        wiring: Wiring,
        stack: Stack,
        runtime: Runtime,
        clock: RunClock,
        tally: Tally,
        progress: Progress,
    ) -> None:
        self._scheduled = ScheduledRuns(wiring.functions, stack.clients.sqs, runtime, self._failed)
        self._stack = stack
        self._tally = tally
        self._progress = progress
        self._queues = [
            QueuePoller(mapping, stack, runtime, clock, self._failed) for mapping in wiring.queues
        ]
        self._streams = [
            StreamPoller(mapping, stack.clients, runtime, tally.changed, self._failed)
            for mapping in wiring.streams
        ]
        self._sources = {
            mapping.dead_letter_queue: mapping.url for mapping in wiring.queues if mapping.dead_letter_queue
        }
        fed = {mapping.queue for mapping in wiring.queues}
        self._unfed = {name: url for name, url in stack.queues.items() if name not in fed}

    def fire(self, schedule: Schedule) -> None:
        """Call a schedule's function."""
        self._scheduled.run(schedule)

    def skip_written(self) -> None:
        """Take all that the tables hold by now for published: no stream will bring it."""
        for poller in self._streams:
            poller.skip()

    def drain(self) -> datetime | None:
        """Work until only postponed messages are left; return when the first of them comes back."""
        while self._drain_queues() + self._drain_streams(window_over=True):
            pass
        return self.next_release()

    def next_release(self) -> datetime | None:
        """Return when the first postponed message comes back, ``None`` where none is waiting."""
        return min((moment for poller in self._queues if (moment := poller.next_release())), default=None)

    def is_quiet(self) -> bool:
        """Tell whether every queue that feeds a function is empty."""
        return not any(poller.size() for poller in self._queues)

    def dead_letters(self) -> list[DeadLetter]:
        """Take and count what the pipeline gave up."""
        letters = dead_letters.collect(self._stack.clients.sqs, self._unfed)
        counts = Counter(dead_letters.reasons(letters))
        self._tally.failures.update(counts)
        for reason, number in counts.items():
            self._progress.note(f"! {plural(number, 'dead letter')} in {shown_line(reason)}")
        return letters

    def redrive(self, letters: Iterable[DeadLetter]) -> tuple[DeadLetter, ...]:
        """Try again what an earlier run gave up without a stated reason; return the other letters."""
        return tuple(dead_letters.redrive(self._stack.clients.sqs, letters, self._sources))

    def _drain_queues(self) -> int:
        done = 0
        for poller in self._queues:
            while taken := poller.poll():
                done += taken + self._drain_streams(window_over=False)
                self._progress.step(poller.progress)
        return done

    def _drain_streams(self, *, window_over: bool) -> int:
        return sum(poller.poll(window_over=window_over) for poller in self._streams)

    def _failed(self, error: FunctionError) -> None:
        self._tally.failures[f"{error.function}: {error.kind}"] += 1
        self._progress.note(f"! {error.function} failed: {shown_line(str(error))}")
