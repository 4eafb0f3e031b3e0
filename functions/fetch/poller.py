"""Polls of feeds: ask what is due, enqueue what is new, remember it last.

    due feeds ─▶ ask ─▶ 304 or same bytes ──────────────────────────▶ remember
                  │ └─▶ document ─▶ parse ─▶ compare ─▶ enqueue all ─▶ remember
                  │               └─▶ lists others ─▶ poll those, too ─▶ remember
                  └─▶ failure ─────────────────────────────────────▶ remember the reason

A crash anywhere before "remember" makes the next run send the same entries again, which extract
takes for what they are. Nothing is remembered that the queue has not accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from threading import Semaphore

from functions.fetch import listings, schedule
from functions.fetch.due_feeds import DueFeed, KnownFeed
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_requests import FeedRequests, Outcome
from functions.fetch.feed_state import FeedState
from functions.fetch.health import assessed
from functions.fetch.health_log import tell
from functions.fetch.large_documents import NO_ROOM
from functions.fetch.outcomes import without_validators
from functions.fetch.settling import Listing, Settler
from functions.fetch.state_writing import StateWriter
from functions.fetch.totals import Totals
from newswire.backoff import Backoffs, domain_of
from newswire.http_client import Answer, FetchFailed
from newswire.observability import Logger

# What a parser answers may be longer than what it was given, and is in memory until it is sent. One document
# is parsed, one waits for the parser, one is worked off.
DOCUMENTS_AT_ONCE = 3
# As long as the parser may hang at each of these. A run that outlasts its time loses what it knows of all
# that is under way; a document that is left costs one request more, and is among the first of the next run.
TIME_TO_WORK_OFF = timedelta(seconds=45)
# They say nothing about the feed, which stays due.
_NOT_ASKED = ("host busy", NO_ROOM)


class Poller:
    """The polls of one run; ``totals`` counts what they did."""

    def __init__(
        self,
        memory: FeedMemory,
        requests: FeedRequests,
        settler: Settler,
        backoffs: Backoffs,
        logger: Logger,
        totals: Totals,
        time_left: Callable[[], timedelta],
    ) -> None:
        self._memory = memory
        self._requests = requests
        self._settler = settler
        self._backoffs = backoffs
        self._logger = logger
        self._totals = totals
        self._time_left = time_left
        self._listings: list[Listing] = []
        self._polled: set[str] = set()
        self._writer = StateWriter(memory, logger, totals)
        self._room = Semaphore(DOCUMENTS_AT_ONCE)

    def poll(self, feeds: Sequence[KnownFeed], now: datetime, *, may_lag: bool = False) -> None:
        """Poll each of these feeds once if its state says that it is due; one feed's failure is its own.

        Where nobody has written the states lately they may be read as they were a moment ago, at half price.
        """
        self._poll(self._due(feeds, now, may_lag=may_lag))
        found, self._listings = self._listings, []
        pending = [child for listing in found for child in listing.pending]
        self._poll([child for child in pending if self._may_poll(child, now)])
        kept = self._polled - self._writer.lost
        for listing in found:
            complete = all(child.state.key in kept for child in listing.pending)
            state = listing.state if complete else without_validators(listing.state)
            self._remember(listing.feed, state, now)

    def _due(self, feeds: Sequence[KnownFeed], now: datetime, *, may_lag: bool) -> list[DueFeed]:
        """Return what the states say is due; the order of ``feeds`` is kept."""
        domains = {domain_of(feed.url) for feed in feeds}
        states = self._memory.states((feed.key for feed in feeds), domains, may_lag=may_lag)
        # A listed document is first asked by the run that reads its listing: one without a state was
        # taken off the listing after the plan, or the index, was made.
        known = [
            feed.with_state(listings.relied_on(states[feed.key], now))
            for feed in feeds
            if feed.parent is None or states[feed.key].version
        ]
        due = [
            feed for feed in known if feed.state.gone is None and schedule.is_due(feed.state.next_due, now)
        ]
        if moved := {domain_of(feed.address) for feed in due} - domains:
            self._memory.states((), moved)
        free = [feed for feed in due if self._backoffs.active(feed.address, now) is None]
        self._totals.waiting += len(due) - len(free)
        return free

    def _may_poll(self, child: DueFeed, now: datetime) -> bool:
        return child.state.key not in self._polled and schedule.is_due(child.state.not_before, now)

    def _poll(self, feeds: Sequence[DueFeed]) -> None:
        self._totals.waiting += len(feeds)
        self._requests.ask_each(feeds, self._work_off)

    def _work_off(self, outcome: Outcome) -> None:
        """Do all that an outcome leads to; the threads that ask call it."""
        if outcome.unnoted is not None:
            with self._totals.counting:
                self._totals.failures["internal error"] += 1
            self._logger.error("a back-off could not be kept", exc_info=outcome.unnoted)
        if isinstance(outcome.result, FetchFailed) and outcome.result.reason in _NOT_ASKED:
            return
        has_body = isinstance(outcome.result, Answer) and bool(outcome.result.body)
        with self._room if has_body else nullcontext():
            if has_body and self._time_left() < TIME_TO_WORK_OFF:
                return
            self._count(outcome)
            settled = self._settler.settle(outcome)
        if isinstance(settled, Listing):
            with self._totals.counting:
                self._listings.append(settled)
        else:
            self._remember(outcome.feed, settled, outcome.answered)

    def _count(self, outcome: Outcome) -> None:
        with self._totals.counting:
            self._totals.waiting -= 1
            self._totals.feeds_polled += 1
            self._polled.add(outcome.feed.state.key)

    def _remember(self, feed: DueFeed, state: FeedState, now: datetime) -> None:
        state, transitions = assessed(feed.state, state, now)
        if not self._writer.save(state):
            return
        for transition in transitions:
            with self._totals.counting:
                self._totals.transitions[transition] += 1
            tell(self._logger, transition, feed, state)
