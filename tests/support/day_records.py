"""What a simulated day has to show: judged by the publishers' log and their own plans alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from tests.support.fetch_day import DAY, PERIOD, START, FetchDay, key_of
from tests.support.fetch_invocations import Invocations
from tests.support.simulated_web import Channel, Request

BACKFILL = 72 * 3600
FIRST_BACKOFF = 600
TOLERANCE = 30
TICKS_LATE = 8
BUSY = (429, 503)
Version = tuple[str, str, str]


def polls(invocations: Invocations) -> dict[str, list[Request]]:
    """Return the requests by feed key in the order of time, of a redirected poll the last."""
    found: dict[str, list[Request]] = defaultdict(list)
    for request in sorted(invocations.web.log, key=lambda one: one.begins):
        if request.status != 301:
            found[key_of(request.channel)].append(request)
    return found


def served(day: FetchDay, *, only_remembered: bool = False) -> set[Version]:
    """Return every version that stood in a document when it was asked for, by feed, link and title.

    ``only_remembered`` leaves out the answers to invocations that did not live to remember them.
    What a feed's first document had that was older than the backfill is not to be sent, nor are its edits.
    """
    found: set[Version] = set()
    for key, requests in polls(day.invocations).items():
        channel = requests[0].channel
        remembered = {moment for moment, _ in day.invocations.due.get(key, ())}
        moments = [
            request.moment
            for request in requests
            if request.status in (200, 304) and (request.moment in remembered or not only_remembered)
        ]
        if not moments or channel.children:
            continue
        too_old = {
            channel.link(entry)
            for entry in channel.entries(moments[0])
            if channel.published(entry) < moments[0] - BACKFILL
        }
        states = {channel.changed(moment): moment for moment in moments}
        versions = {version for moment in states.values() for version in channel.versions(moment)}
        found |= {(key, link, title) for link, title in versions if link not in too_old}
    return found


def published(channel: Channel, least: float, end: int) -> Iterator[tuple[str, str]]:
    """Yield the versions that came out since the start and stayed in the document for so many seconds."""
    for entry in range(channel.entries(START)[-1] + 1, channel.entries(end)[-1] + 1):
        appears, edited = channel.published(entry), channel.edited(entry)
        leaves = min(end, channel.published(entry + channel.size))
        if min(leaves, edited or leaves) - appears >= least:
            yield channel.link(entry), channel.version(entry, appears)
        if edited is not None and leaves - edited >= least:
            yield channel.link(entry), channel.version(entry, edited)


def hasty(day: FetchDay) -> list[tuple[str, int, int]]:
    """Return the polls that came too early: feed key, seconds since the one before, seconds to wait."""
    early: list[tuple[str, int, int]] = []
    for key, requests in polls(day.invocations).items():
        failures = 0
        for before, after in pairwise(requests):
            failures = 0 if before.status in (200, 304) else failures + 1
            wait = _wait(before, failures)
            if after.moment - before.moment < wait - TOLERANCE:
                early.append((key, after.moment - before.moment, wait))
    return early


def _wait(request: Request, failures: int) -> int:
    """Return how long a feed must be left alone after a request; of what an index lists, it tells when."""
    channel = request.channel
    if not failures:
        return channel.interval if channel.parent else channel.floor
    stated = request.retry_after
    doubled = FIRST_BACKOFF * 2 ** min(failures - 1, 10) if stated is None else stated
    return int(min(max(channel.interval, doubled), DAY))


def intrusions(day: FetchDay) -> list[Request]:
    """Return the requests to a domain that had answered that it wants to be left alone.

    Without Retry-After a domain is left alone for ten minutes at least.
    """
    refusals: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for request in day.invocations.web.log:
        if request.status in BUSY:
            pause = FIRST_BACKOFF if request.retry_after is None else min(request.retry_after, DAY)
            # Counted from the invocation's own clock, which stands while it asks.
            refusals[request.domain].append((request.ends, request.moment + pause))
    return [
        request
        for request in day.invocations.web.log
        for known, until in refusals.get(request.domain, ())
        if known <= request.begins < until
    ]


def overlaps(day: FetchDay) -> list[tuple[Request, Request]]:
    """Return the pairs of requests that one host had at the same time."""
    hosts: dict[str, list[Request]] = defaultdict(list)
    for request in sorted(day.invocations.web.log, key=lambda one: one.begins):
        hosts[request.host].append(request)
    return [(a, b) for requests in hosts.values() for a, b in pairwise(requests) if b.begins < a.ends]


def delays(day: FetchDay, end: int) -> Mapping[str, float]:
    """Return for each feed the longest time that it was due, and its domain willing, before it was asked."""
    longest: dict[str, float] = {}
    for key, saves in day.invocations.due.items():
        domain = day.channels[key].domain
        pauses = [(moment, _seconds(ends)) for moment, ends in day.invocations.backoffs.get(domain, ())]
        asked = [moment for moment, _ in saves[1:]] + [end]
        late = [
            moment - max([_seconds(due), *(ends for noted, ends in pauses if noted < moment)])
            for (_, due), moment in zip(saves, asked, strict=True)
        ]
        longest[key] = max(late)
    return longest


def longest_delay(day: FetchDay) -> float:
    """Return how late a feed may be: one period, its schedule's own lateness, and its shard's wait."""
    return PERIOD + TICKS_LATE + max(run.waited for run in day.runs)


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
