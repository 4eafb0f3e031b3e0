"""The fetch stage over whole days, by a simulated clock: 5,000 feeds, and smaller worlds with faults.

What is asserted is judged by what the publishers saw and by their own plans (``tests.support.day_records``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from functions.fetch.feed_state import NEVER
from tests.support.day_records import (
    delays,
    hasty,
    intrusions,
    longest_delay,
    overlaps,
    polls,
    published,
    served,
)
from tests.support.fetch_day import DAY, HOUR, PERIOD, START, Faults, FetchDay
from tests.support.simulated_feeds import simulated_feeds
from tests.support.simulated_web import Channel

pytestmark = pytest.mark.slow
MINUTE = 60
END = START + DAY


@pytest.fixture(scope="module")
def day() -> FetchDay:
    """Return a plain day of 5,000 feeds."""
    return FetchDay(simulated_feeds(5000, START, seed=7)).live()


def total(day: FetchDay, name: str) -> int:
    return sum(getattr(run.totals, name) for run in day.runs)


def test_the_world_has_all_kinds_of_feeds(day: FetchDay) -> None:
    channels = [channel for channel in day.channels.values() if channel.parent is None]
    assert len(channels) == 5000
    assert 4000 < len({channel.domain for channel in channels}) < 4200
    statuses = Counter(request.status for request in day.invocations.web.log)
    assert all(statuses[status] > 20 for status in (200, 304, 301, 404, 410, 429, 500, 503, 0)), statuses
    assert sum(bool(channel.children) for channel in channels) > 3
    assert max(Counter(channel.domain for channel in channels).values()) == 75


def test_no_feed_starves(day: FetchDay) -> None:
    late = delays(day, END)
    assert late.keys() >= {key for key, channel in day.channels.items() if channel.parent is None}
    assert max(late.values()) <= longest_delay(day)
    assert max(run.waited for run in day.runs) < PERIOD, "shards are worked off before the next are sent"


def test_no_feed_is_asked_before_its_time(day: FetchDay) -> None:
    assert hasty(day) == []


def test_no_feed_is_left_alone_for_longer_than_a_day(day: FetchDay) -> None:
    pauses = {
        datetime.fromisoformat(due).timestamp() - moment
        for saves in day.invocations.due.values()
        for moment, due in saves
        if datetime.fromisoformat(due) != NEVER
    }
    assert max(pauses) <= DAY


def test_a_feed_that_is_gone_is_not_asked_again(day: FetchDay) -> None:
    answered = [[request.status for request in requests] for requests in polls(day.invocations).values()]
    gone = [statuses for statuses in answered if 410 in statuses]
    assert len(gone) > 20
    assert all(statuses.index(410) == len(statuses) - 1 for statuses in gone)


def of_kind(day: FetchDay, kind: Callable[[Channel], bool]) -> list[int]:
    """Return how often each feed of a kind was asked, of those that had no trouble."""
    return [
        len(requests)
        for requests in polls(day.invocations).values()
        if not (channel := requests[0].channel).troubles
        and channel.parent is None
        and not channel.children
        and kind(channel)
    ]


def plain(channel: Channel) -> bool:
    return channel.floor == 15 * MINUTE and channel.last is None


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        # A shard that waits much longer than in the schedule before makes its feeds miss the next one.
        pytest.param(lambda one: plain(one) and one.rhythm < HOUR, 74, 97, id="every few minutes"),
        pytest.param(lambda one: plain(one) and 3 * HOUR < one.rhythm < 5 * HOUR, 24, 60, id="some a day"),
        pytest.param(
            lambda one: one.floor == HOUR and not one.validator and one.rhythm < 5 * HOUR,
            17,
            25,
            id="without validators",
        ),
        pytest.param(lambda one: plain(one) and one.rhythm > 5 * DAY, 1, 3, id="weekly"),
        pytest.param(lambda one: one.last is not None, 1, 3, id="silent"),
        pytest.param(lambda one: one.ttl == DAY or one.max_age > DAY, 1, 2, id="asks for a day"),
    ],
)
def test_a_feed_is_asked_as_often_as_its_kind_deserves(
    day: FetchDay, kind: Callable[[Channel], bool], least: int, most: int
) -> None:
    times = of_kind(day, kind)
    assert len(times) >= 10
    assert least <= min(times)
    assert max(times) <= most


def test_a_feed_of_every_few_minutes_is_asked_at_every_schedule_where_one_run_takes_all() -> None:
    day = FetchDay(simulated_feeds(400, START, seed=11)).live()
    times = of_kind(day, lambda one: plain(one) and one.rhythm < HOUR)
    assert len(times) >= 10
    assert min(times) >= 90
    assert max(times) <= 97


def test_every_poll_costs_one_write_and_no_more_than_one_read(day: FetchDay) -> None:
    calls, asked = day.invocations.table.calls, total(day, "feeds_polled")
    assert asked > 40_000
    assert calls["PutItem feed"] == asked
    assert calls["BatchGetItem"] + calls["peek"] < asked / 5
    # A feed and its domain; and those that were planned a minute ahead, and a quick shard leaves for later.
    assert day.invocations.table.keys_read < 2.1 * asked
    assert (day.invocations.bucket.calls, calls["DeleteItem feed"]) == (0, 0)


def test_runs_of_unchanged_feeds_cost_one_read_and_one_write_a_feed(day: FetchDay) -> None:
    unchanged = [
        run
        for run in day.runs
        if run.totals.feeds_polled and run.totals.feeds_polled == run.totals.not_modified
    ]
    assert len(unchanged) > 20
    for run in unchanged:
        asked = run.totals.feeds_polled
        assert run.calls["PutItem feed"] == asked
        assert run.calls["BatchGetItem"] + run.calls["peek"] <= asked + 1
        # Each item that is read is of a feed, or its domain, that is asked, waits, or was planned ahead.
        assert run.keys_read <= 2 * (asked + run.totals.waiting + run.read_early)
        # Beside them the shard's lease, and a domain's back-off that is over and forgotten.
        writes = {"PutItem feed", "PutItem shard", "DeleteItem domain"}
        assert run.calls.keys() <= {"BatchGetItem", "peek", *writes}


def assert_everything_was_sent(day: FetchDay) -> None:
    wanted, sent = served(day), day.invocations.sent
    assert wanted - sent.keys() == set(), "lost"
    assert sent.keys() - wanted == set(), "sent, and in no document"
    assert [version for version, times in sent.items() if times > 1] == [], "sent twice"


def assert_nothing_was_missed(day: FetchDay, longest_wait: float) -> None:
    """Check feeds without trouble: what stayed as long as a feed may go unasked has to be there."""
    missed = [
        (key, title)
        for key, channel in day.channels.items()
        if not (channel.troubles or channel.children or channel.parent or channel.moves)
        for link, title in published(channel, unasked(channel) + longest_wait, END)
        if (key, link, title) not in day.invocations.sent
    ]
    assert missed == []


def unasked(channel: Channel) -> float:
    """Return how long a feed may want to be left alone: what it asks for, or a quarter of its rhythm."""
    return min(1.1 * max(channel.floor, channel.rhythm / 4, 15 * MINUTE), DAY)


def assert_publishers_were_left_in_peace(day: FetchDay) -> None:
    assert day.invocations.web.collisions == {}
    assert overlaps(day) == []
    assert intrusions(day) == []


def test_everything_that_was_published_was_sent_once_by_each_feed(day: FetchDay) -> None:
    assert_everything_was_sent(day)
    assert_nothing_was_missed(day, longest_delay(day))
    assert total(day, "sent") == day.invocations.sent.total() > 20_000


def test_no_host_was_asked_twice_at_once_nor_a_domain_that_wanted_to_be_left_alone(day: FetchDay) -> None:
    assert_publishers_were_left_in_peace(day)


def test_nothing_went_wrong_that_the_publishers_had_not_planned(day: FetchDay) -> None:
    reasons = {reason for run in day.runs for reason in run.totals.failures}
    assert {reason for reason in reasons if not re.fullmatch(r"HTTP \d{3}|timed out", reason)} == set()
    assert (total(day, "held_back"), day.lost, day.invocations.buried) == (0, {}, [])


FAULTS = {
    "every schedule twice at once": Faults(doubled=1.0),
    "shards delivered twice and late": Faults(twice=0.5, late=0.2),
    "schedules that do not run": Faults(skipped=frozenset({5, 6, 30, 60, 61, 62})),
    "an outage of two hours": Faults(outage=(6 * HOUR + 400, 8 * HOUR + 400)),
    "reads that lag": Faults(lag=timedelta(seconds=5), doubled=0.5),
    "all at once": Faults(
        twice=0.3,
        late=0.2,
        doubled=0.3,
        skipped=frozenset({20, 50, 51}),
        outage=(9 * HOUR + 200, 11 * HOUR + 200),
        lag=timedelta(seconds=50),
    ),
}


@pytest.fixture(params=["polled by the schedule", "polled as shards"])
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Channel]:
    """Return 400 feeds: what is due of them is what one run can take, or about five times as many."""
    if request.param == "polled as shards":
        monkeypatch.setattr("functions.fetch.runs.RUN_SIZE", 15)
        monkeypatch.setattr("functions.fetch.sharding.SHARD_SIZE", 20)
    return simulated_feeds(400, START, seed=11)


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_a_day_with_faults_loses_and_doubles_nothing(faults: Faults, small: list[Channel]) -> None:
    day = FetchDay(small, faults).live()
    assert_everything_was_sent(day)
    begins, ends = faults.outage
    patience = longest_delay(day) + ends - begins + PERIOD * len(faults.skipped)
    assert max(delays(day, END).values()) <= patience
    assert_nothing_was_missed(day, patience)
    assert_publishers_were_left_in_peace(day)
    assert hasty(day) == []


def test_a_crash_between_sending_and_remembering_repeats_and_loses_nothing(small: list[Channel]) -> None:
    day = FetchDay(small, Faults(killed=0.2, twice=0.1)).live()
    assert sum(run.killed for run in day.runs) > 10
    assert served(day, only_remembered=True) - day.invocations.sent.keys() == set(), "lost"
    assert day.invocations.sent.keys() - served(day) == set(), "sent, and in no document"
    assert_nothing_was_missed(day, longest_delay(day) + 3 * PERIOD)
    assert max(day.invocations.sent.values()) > 1, "no crash came where it matters"
    assert_publishers_were_left_in_peace(day)
