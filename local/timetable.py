"""When the template's schedules fire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.template import TemplateError

_RATE = re.compile(r"rate\((?P<count>[1-9]\d*) (?P<unit>minute|hour|day)s?\)")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule: the function that it calls, how often, and the event that it passes."""

    name: str
    function: str
    every: timedelta
    event: Mapping[str, Any]


def interval(expression: str) -> timedelta:
    """Return the interval of a ``rate(…)`` expression of EventBridge Scheduler.

    Raise :class:`~local.template.TemplateError` for ``cron(…)`` and ``at(…)``: they name times of day,
    which a demo clock rushes past.
    """
    if not (match := _RATE.fullmatch(expression.strip())):
        raise TemplateError(
            f"schedule expression {expression!r}: the local run takes rate(N minutes|hours|days)"
        )
    return timedelta(**{f"{match['unit']}s": int(match["count"])})


class Timetable:
    """Which schedules are due. All of them are at ``start``, as when the stack has just been deployed."""

    def __init__(self, schedules: Iterable[Schedule], start: datetime) -> None:
        self._next = {schedule.name: (start, schedule) for schedule in schedules}

    def take_due(self, now: datetime) -> list[Schedule]:
        """Return what is due at ``now`` and set its next time; what was missed is not made up for."""
        due = [schedule for moment, schedule in self._next.values() if moment <= now]
        for schedule in due:
            moment, _ = self._next[schedule.name]
            passed = (now - moment) // schedule.every + 1
            self._next[schedule.name] = (moment + passed * schedule.every, schedule)
        return due

    def next_time(self) -> datetime | None:
        """Return when something is due next, or ``None`` where every schedule is disabled."""
        return min((moment for moment, _ in self._next.values()), default=None)
