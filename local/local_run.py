"""One run on this machine: a stack, what it held last time, and rounds of work."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from functions.publish.own_files import media_type
from local import distribution, template, wiring
from local.distribution import Distribution
from local.driver import Driver, Wait
from local.due_feeds import make_due
from local.editions import Edition, SourcesRefused
from local.function_logs import FunctionLogs
from local.lambda_runtime import LambdaRuntime
from local.progress import Progress, clock_time, plural
from local.run_clock import RunClock
from local.saved_state import State
from local.stack import Stack, running
from local.stack_contents import StackContents
from local.tally import Tally
from local.terminal import shown_line
from local.timetable import Schedule
from local.wiring import Wiring
from local.workspace import ARCHIVE, SITE, Workspace
from newswire.catalogue import OWN_FOLDER, SOURCES_KEY

FEEDS = "FeedTable"
ARTICLES = "ArticleTable"


@dataclass(frozen=True, slots=True)
class StartedStack:
    """A created stack with what the template says about it; ``portal_url`` is its PortalUrl."""

    stack: Stack
    wiring: Wiring
    distribution: Distribution
    portal_url: str


@contextmanager
def started(
    project: Path, portal_url: str, *, direct: Callable[[], bool] | None = None
) -> Iterator[StartedStack]:
    """Create the stack of the project's template, without CloudFront, for a portal at that address.

    ``direct`` as for :func:`local.stack.running`.
    """
    translated = template.load(project / "template.yaml", {"EnableCdn": "false", "PortalUrl": portal_url})
    with running(translated, direct=direct) as stack:
        yield StartedStack(stack, wiring.read(translated, stack), distribution.read(translated), portal_url)


def put_sources(contents: StackContents, body: bytes, files: Mapping[str, bytes]) -> None:
    """Put a ``sources.yaml`` where the functions read it, after the files that it names."""
    for name, own in files.items():
        contents.put_object(ARCHIVE, f"{OWN_FOLDER}{name}", own, media_type(name))
    contents.put_object(ARCHIVE, SOURCES_KEY, body, "application/yaml")


class LocalRun:
    """A run of ``edition`` that continues from ``saved``."""

    def __init__(
        self,
        started_stack: StartedStack,
        edition: Edition,
        saved: State,
        workspace: Workspace,
        logs: FunctionLogs,
        progress: Progress,
    ) -> None:
        self.schedules = started_stack.wiring.schedules
        self.edition = edition
        self.clock = RunClock(None if edition.demo_start is None else saved.clock)
        self._stack = started_stack.stack
        self._workspace = workspace
        self._progress = progress
        self._began = time.monotonic()
        self._tally = Tally()
        runtime = LambdaRuntime(
            started_stack.wiring.functions, self.clock, edition.loopback_allowed, logs, self._tally.ran
        )
        self._driver = Driver(started_stack.wiring, self._stack, runtime, self.clock, self._tally, progress)
        self._contents = StackContents(self._stack)
        self._state = replace(saved, portal_url=started_stack.portal_url)
        self._restore(saved)

    def round(self, schedules: Sequence[Schedule], wait: Wait | None) -> None:
        """Fire the schedules and work until nothing is left, polling again while a poll finds more.

        Without ``wait``, postponed messages stay in the queue for a later round.
        """
        began, before = time.monotonic(), self._tally.copy()
        self.edition.at(self.clock.now())
        self._put_sources()
        due = list(schedules)
        while due:
            sent = self._tally.sent.copy()
            for schedule in due:
                self._driver.fire(schedule)
            self._work(wait)
            due = [one for one in due if self._tally.sent[one.function] > sent[one.function]]
        self._work(wait)
        self._save()
        self._report(before, time.monotonic() - began)

    def ask_every_feed(self) -> None:
        """Make every feed due: somebody who starts a run by hand wants to know what is new."""
        make_due(self._stack.clients.dynamodb, self._stack.tables[FEEDS], self.clock.now())

    def summary(self) -> dict[str, Any]:
        """Return what the run did, for its last line."""
        return self._tally.summary(self._state.tables.get(ARTICLES, []), time.monotonic() - self._began)

    def _work(self, wait: Wait | None) -> None:
        while (moment := self._driver.drain()) is not None and wait is not None:
            wait(moment)
            self.edition.at(self.clock.now())

    def next_release(self) -> datetime | None:
        """Return when the first postponed message comes back, ``None`` where none is waiting."""
        return self._driver.next_release()

    def _put_sources(self) -> None:
        try:
            body, files = self.edition.sources_yaml().encode(), self.edition.own_files()
        except SourcesRefused as error:
            self._progress.note(f"! the sources as they were before stay in use, because of:\n{error}")
            return
        put_sources(self._contents, body, files)

    def _restore(self, saved: State) -> None:
        """Put the saved contents back.

        Links are part of what was rendered: when the portal's address has changed, the site starts
        empty and the restored articles are left in the stream, so that all of it is rendered anew.
        """
        moved = saved.portal_url != self._state.portal_url
        self._contents.restore_objects(saved, self._workspace.body, but={SITE} if moved else set())
        self._contents.restore_items(saved.tables)
        if not moved:
            self._driver.skip_written()
        self._state = replace(self._state, dead_letters=self._driver.redrive(saved.dead_letters))
        self._workspace.show(replace(saved, objects=self._contents.objects))

    def _save(self) -> None:
        """Save the state and bring the files up to date, if every queue is empty."""
        if not self._driver.is_quiet():
            return
        written = self._contents.take_changes(self._workspace.keep)
        self._tally.outputs_written += len(written[SITE])
        self._state = replace(
            self._state,
            clock=self.clock.now(),
            tables=self._contents.items(),
            objects=self._contents.objects,
            dead_letters=(*self._state.dead_letters, *self._driver.dead_letters()),
        )
        self._workspace.save(self._state)

    def _report(self, before: Tally, seconds: float) -> None:
        tally = self._tally
        now = clock_time(self.clock.now())
        polled = plural(tally.feeds_polled - before.feeds_polled, "feed")
        written = plural(tally.outputs_written - before.outputs_written, "output")
        stored = plural(sum(self.summary()["articles"].values()), "article")
        self._progress.note(f"{now}  {polled} asked, {written} written, {stored} in all ({seconds:.1f} s)")
        for reason, count in (Counter(tally.all_failures()) - Counter(before.all_failures())).items():
            self._progress.note(f"  {count} x {shown_line(reason)}")
