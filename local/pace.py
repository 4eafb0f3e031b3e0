"""How a run moves through time: a demo to its end, real feeds until quiet, or on and on."""

from __future__ import annotations

import time
from datetime import datetime

from local.driver import Wait
from local.local_run import LocalRun
from local.progress import Progress, clock_time
from local.timetable import Timetable

_DEMO_PAUSE = 4.0  # seconds between two rounds of a demo that somebody watches


def play_to_the_end(run: LocalRun, progress: Progress) -> None:
    """Run until every queue is empty and a poll of every feed finds nothing new; a demo, to its end."""
    end = run.edition.demo_end
    wait: Wait = run.clock.advance_to if end else _sleeping(run, progress)
    if end:
        timetable = Timetable(run.schedules, run.clock.now())
        while run.clock.now() < end:
            run.round(timetable.take_due(run.clock.now()), wait)
            run.clock.advance_to(min(timetable.next_time() or end, end))
    run.ask_every_feed()
    run.round(run.schedules, wait)


def keep_going(run: LocalRun, progress: Progress) -> None:
    """Run by the template's schedules until interrupted; a demo's clock runs fast up to its end."""
    timetable = Timetable(run.schedules, run.clock.now())
    end = run.edition.demo_end
    while end is not None and run.clock.now() < end:
        run.round(timetable.take_due(run.clock.now()), None)
        time.sleep(_DEMO_PAUSE)
        run.clock.advance_to(min(timetable.next_time() or end, end))
    if end is not None:
        progress.note("The demo has told everything; its clock runs as yours now. make clean starts it anew.")
    while True:
        run.round(timetable.take_due(run.clock.now()), None)
        _sleep_until(run, [timetable.next_time(), run.next_release()])


def _sleeping(run: LocalRun, progress: Progress) -> Wait:
    def wait(moment: datetime) -> None:
        progress.note(f"  some pages are asked again at {clock_time(moment)}; waiting")
        _sleep_until(run, [moment])

    return wait


def _sleep_until(run: LocalRun, moments: list[datetime | None]) -> None:
    first = min((moment for moment in moments if moment is not None), default=None)
    if first is None:  # nothing will ever happen by itself; Ctrl-C ends
        while True:
            time.sleep(3600)
    time.sleep(max(0.0, (first - run.clock.now()).total_seconds()))
