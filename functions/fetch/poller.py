"""Polls of feeds: ask what is due, enqueue what is new, remember it last.

    due feeds ─▶ ask ─▶ 304 or same bytes ──────────────────────────▶ remember
                  │ └─▶ document ─▶ parse ─▶ compare ─▶ enqueue all ─▶ remember
                  │               └─▶ lists others ─▶ poll those, too ─▶ remember
                  └─▶ failure ─────────────────────────────────────▶ remember the reason

A crash anywhere before "remember" makes the next run send the same entries again, which extract
takes for what they are. Nothing is remembered that the queue has not accepted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.fetch import listings, outcomes, schedule
from functions.fetch.document_reading import DocumentReader
from functions.fetch.due_feeds import DueFeed, KnownFeed
from functions.fetch.enqueueing import Carrier, Enqueuer
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_requests import WAITING, FeedRequests, Outcome
from functions.fetch.feed_state import FeedState
from functions.fetch.health import assessed
from functions.fetch.health_log import tell
from functions.fetch.outcomes import Reading
from functions.fetch.polling import Plan, compare
from functions.fetch.rhythm import Rhythm, rhythm_of
from functions.fetch.state_writing import StateWriter
from functions.fetch.totals import Totals
from newswire.backoff import Backoffs, domain_of
from newswire.clock import instant
from newswire.http_client import Answer, FetchFailed
from newswire.observability import Logger
from newswire.queue import QueueUnavailable
from newswire.worker import WorkerFailed

_NOT_A_FEED = "parser failed: NotAFeed"
# They say nothing about the feed: it stays due.
_NOT_ASKED = ("host busy", WAITING)


@dataclass(frozen=True, slots=True)
class _Listing:
    """A document whose state is remembered when all that it lists was polled."""

    feed: DueFeed
    state: FeedState
    pending: tuple[DueFeed, ...]


class Poller:
    """Everything that the polls of one run work with; ``totals`` counts what they did."""

    def __init__(
        self,
        memory: FeedMemory,
        enqueuer: Enqueuer,
        requests: FeedRequests,
        reader: DocumentReader,
        backoffs: Backoffs,
        logger: Logger,
        totals: Totals,
        timezone: str,
    ) -> None:
        self._memory = memory
        self._enqueuer = enqueuer
        self._requests = requests
        self._reader = reader
        self._backoffs = backoffs
        self._logger = logger
        self._totals = totals
        self._timezone = timezone
        self._listings: list[_Listing] = []

    def poll(self, feeds: Sequence[KnownFeed], now: datetime) -> None:
        """Poll each of these feeds once if its state says that it is due; one feed's failure is its own."""
        with StateWriter(self._memory, self._logger, self._totals) as writer:
            self._poll(self._due(feeds, now), writer)
            found, self._listings = self._listings, []
            answered = self._poll([child for listing in found for child in listing.pending], writer)
            for listing in found:
                complete = all(child.state.key in answered for child in listing.pending)
                state = listing.state if complete else _without_validators(listing.state)
                self._remember(listing.feed, state, now, writer)

    def _due(self, feeds: Sequence[KnownFeed], now: datetime) -> list[DueFeed]:
        """Return what the states, read consistently, say is due; the order of ``feeds`` is kept."""
        states = self._memory.states((feed.key for feed in feeds), (domain_of(feed.url) for feed in feeds))
        known = [feed.with_state(states[feed.key]) for feed in feeds]
        due = [
            feed for feed in known if feed.state.gone is None and schedule.is_due(feed.state.next_due, now)
        ]
        moved = {domain_of(feed.address) for feed in due if feed.state.moved_to is not None}
        if moved:
            self._memory.states((), moved)
        free = [feed for feed in due if self._backoffs.active(feed.address, now) is None]
        self._totals.waiting += len(due) - len(free)
        return free

    def _poll(self, feeds: Iterable[DueFeed], writer: StateWriter) -> set[str]:
        answered: set[str] = set()
        for outcome in self._requests.ask_all(feeds):
            if isinstance(outcome.result, FetchFailed) and outcome.result.reason in _NOT_ASKED:
                self._totals.waiting += 1
                continue
            answered.add(outcome.feed.state.key)
            self._totals.feeds_polled += 1
            state = self._state_after(outcome)
            if state is not None:
                self._remember(outcome.feed, state, outcome.answered, writer)
        return answered

    def _remember(self, feed: DueFeed, state: FeedState, now: datetime, writer: StateWriter) -> None:
        state, transitions = assessed(feed.state, state, now)
        for transition in transitions:
            self._totals.transitions[transition] += 1
            tell(self._logger, transition, feed, state)
        writer.save(state)

    def _state_after(self, outcome: Outcome) -> FeedState | None:
        """Return what to remember of a poll, ``None`` where it is remembered with what it lists."""
        try:
            return self._handle(outcome)
        except WorkerFailed as failure:
            return self._failed(outcome, *_named(failure))
        except QueueUnavailable as error:
            return self._failed(outcome, "queue unavailable", str(error))
        except Exception as error:
            self._logger.exception("feed could not be handled", feed=outcome.feed.state.key)
            return self._failed(outcome, "internal error", type(error).__name__)

    def _handle(self, outcome: Outcome) -> FeedState | None:
        feed, answer, now = outcome.feed, outcome.result, outcome.answered
        if isinstance(answer, FetchFailed):
            return self._failed(outcome, answer.reason, str(answer))
        if answer.status not in (200, 304):
            return self._failed(outcome, f"HTTP {answer.status}", answer.url, answer.headers)
        digest = hashlib.sha256(answer.body).hexdigest()
        if answer.status == 304 or digest == feed.state.body_hash:
            self._totals.not_modified += 1
            return outcomes.unchanged(feed, answer, now)
        document = self._reader.parse(answer, feed.source.timezone or self._timezone)
        if document.children:
            return self._take_listing(outcome, answer, document, digest)
        return self._take(outcome, answer, document, digest)

    def _take(self, outcome: Outcome, answer: Answer, document: FeedDocument, digest: str) -> FeedState:
        feed, now = outcome.feed, outcome.answered
        plan = compare(document.entries, self._memory.seen(feed.state), feed.source, outcome.asked)
        self._totals.entries += len(document.entries)
        self._totals.skipped.update(plan.skipped)
        self._enqueue(outcome, plan)
        self._memory.forget(listings.child_key(feed, url) for url in feed.state.children)
        reading = Reading(document.pause, rhythm_of(document.entries, now))
        state = replace(outcomes.after_answer(feed, answer, now, reading), children=())
        state = self._memory.with_seen(state, plan.remembered)
        if plan.sends:
            state = replace(state, last_new=now)
        self._totals.held_back += plan.held_back
        if plan.held_back:
            return replace(_without_validators(state), next_due=now)
        return replace(state, body_hash=digest)

    def _take_listing(
        self, outcome: Outcome, answer: Answer, document: FeedDocument, digest: str
    ) -> FeedState | None:
        feed, now = outcome.feed, outcome.answered
        if feed.state.is_child:
            return self._failed(outcome, "not a feed", "a listed document that lists others itself")
        if document.format == listings.PAGE and (feed.state.seen or feed.state.seen_key):
            return self._failed(outcome, "not a feed", "looks like an HTML page, and was a feed before")
        children = listings.wanted(document, feed, now)
        keys = {listings.child_key(feed, child.url): child for child in children}
        states = self._memory.states(keys, (domain_of(child.url) for child in children))
        listed = {child.url for child in document.children}
        self._memory.forget(listings.child_key(feed, url) for url in feed.state.children if url not in listed)
        pause = schedule.LONGEST if document.format == listings.PAGE else document.pause
        reading = Reading(pause, Rhythm(None, listings.newest(document, now)))
        state = outcomes.after_answer(feed, answer, now, reading)
        state = replace(state, body_hash=digest, children=tuple(keys[key].url for key in keys))
        pending = listings.pending(children, feed, states, now)
        self._listings.append(_Listing(feed, state, tuple(pending)))
        return None

    def _enqueue(self, outcome: Outcome, plan: Plan) -> None:
        if not plan.sends:
            return
        feed = outcome.feed
        entries = self._reader.sanitised([send.entry for send in plan.sends])
        refused = self._enqueuer.send(
            plan.sends, entries, Carrier(feed.source.id, feed.state.key, outcome.asked)
        )
        self._totals.sent += len(plan.sends) - len(refused)
        for reason in refused:
            self._totals.failures["entry refused by the queue"] += 1
            self._logger.error("the queue refused an entry", feed=feed.state.key, reason=reason)

    def _failed(
        self, outcome: Outcome, reason: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> FeedState:
        self._totals.failures[reason] += 1
        after = outcomes.gone if reason == outcomes.GONE else outcomes.after_failure
        state = after(outcome.feed, reason, headers or {}, outcome.answered)
        self._logger.warning(
            "feed failed",
            feed=state.key,
            reason=reason,
            detail=detail,
            failures=state.failures,
            next_due=instant(state.next_due or outcome.answered),
        )
        return state


def _without_validators(state: FeedState) -> FeedState:
    """Return the state of a document of which something is left to do: the next poll gets it whole again."""
    return replace(state, etag=None, last_modified=None, body_hash=None)


def _named(failure: WorkerFailed) -> tuple[str, str]:
    """Return reason and detail; a document that is no feed says itself what it looks like."""
    if failure.reason == _NOT_A_FEED:
        return "not a feed", str(failure).removeprefix(f"{_NOT_A_FEED}: ")
    return failure.reason, str(failure)
