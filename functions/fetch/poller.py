"""Polls of feeds: ask what is due, enqueue what is new, remember it last.

    due feeds ─▶ ask ─▶ 304 or same bytes ──────────────────────────▶ remember
                  │ └─▶ document ─▶ parse ─▶ compare ─▶ enqueue all ─▶ remember
                  │               └─▶ lists others ─▶ poll those, too ─▶ remember
                  └─▶ failure ─────────────────────────────────────▶ remember the reason

A crash anywhere before "remember" makes the next run send the same entries again, which extract
takes for what they are. Nothing is remembered that the queue has not accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial

from functions.fetch import listings, schedule
from functions.fetch.document_reading import Read
from functions.fetch.due_feeds import DueFeed, KnownFeed
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_requests import FeedRequests
from functions.fetch.feed_state import FeedState
from functions.fetch.health import Transition, assessed
from functions.fetch.health_log import tell
from functions.fetch.outcomes import without_validators
from functions.fetch.settling import Listing, Settler
from functions.fetch.state_writing import StateWriter
from functions.fetch.totals import Totals
from newswire.backoff import Backoffs, domain_of
from newswire.http_client import FetchFailed
from newswire.observability import Logger

# It says nothing about the feed, which stays due.
_NOT_ASKED = "host busy"


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
    ) -> None:
        self._memory = memory
        self._requests = requests
        self._settler = settler
        self._backoffs = backoffs
        self._logger = logger
        self._totals = totals
        self._listings: list[Listing] = []
        self._polled: set[str] = set()

    def poll(self, feeds: Sequence[KnownFeed], now: datetime) -> None:
        """Poll each of these feeds once if its state says that it is due; one feed's failure is its own."""
        with StateWriter(self._memory, self._logger, self._totals) as writer:
            self._poll(self._due(feeds, now), writer)
            found, self._listings = self._listings, []
            pending = [child for listing in found for child in listing.pending]
            self._poll([child for child in pending if self._may_poll(child, now)], writer)
            kept = self._polled - writer.lost()
            for listing in found:
                complete = all(child.state.key in kept for child in listing.pending)
                state = listing.state if complete else without_validators(listing.state)
                self._remember(listing.feed, state, now, writer)

    def _due(self, feeds: Sequence[KnownFeed], now: datetime) -> list[DueFeed]:
        """Return what the states, read consistently, say is due; the order of ``feeds`` is kept."""
        states = self._memory.states((feed.key for feed in feeds), (domain_of(feed.url) for feed in feeds))
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
        moved = {domain_of(feed.address) for feed in due if feed.state.moved_to is not None}
        if moved:
            self._memory.states((), moved)
        free = [feed for feed in due if self._backoffs.active(feed.address, now) is None]
        self._totals.waiting += len(due) - len(free)
        return free

    def _may_poll(self, child: DueFeed, now: datetime) -> bool:
        return child.state.key not in self._polled and schedule.is_due(child.state.not_before, now)

    def _poll(self, feeds: Sequence[DueFeed], writer: StateWriter) -> None:
        self._totals.waiting += len(feeds)
        with closing(self._requests.read_all(feeds, self._settler.read)) as all_read:
            for read in all_read:
                self._settle(read, writer)

    def _settle(self, read: Read, writer: StateWriter) -> None:
        outcome = read.outcome
        if outcome.unnoted is not None:
            self._totals.failures["internal error"] += 1
            self._logger.error("a back-off could not be kept", exc_info=outcome.unnoted)
        if isinstance(outcome.result, FetchFailed) and outcome.result.reason == _NOT_ASKED:
            return
        self._totals.waiting -= 1
        self._polled.add(outcome.feed.state.key)
        self._totals.feeds_polled += 1
        settled = self._settler.settle(read)
        if isinstance(settled, Listing):
            self._listings.append(settled)
        else:
            self._remember(outcome.feed, settled, outcome.answered, writer)

    def _remember(self, feed: DueFeed, state: FeedState, now: datetime, writer: StateWriter) -> None:
        state, transitions = assessed(feed.state, state, now)
        writer.save(state, partial(self._tell, transitions, feed, state))

    def _tell(self, transitions: Iterable[Transition], feed: DueFeed, state: FeedState) -> None:
        for transition in transitions:
            self._totals.transitions[transition] += 1
            tell(self._logger, transition, feed, state)
