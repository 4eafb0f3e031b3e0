"""One fetch run: ask what is due, enqueue what is new, remember it last.

    due feeds ─▶ ask ─▶ 304 or same bytes ──────────────────────────▶ remember
                  │ └─▶ document ─▶ parse ─▶ compare ─▶ enqueue all ─▶ remember
                  └─▶ failure ─────────────────────────────────────▶ remember the reason

A crash anywhere before "remember" makes the next run send the same entries again, which extract
takes for what they are. Nothing is remembered that the queue has not accepted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from functions.fetch import schedule
from functions.fetch.document_reading import DocumentReader
from functions.fetch.enqueueing import Carrier, Enqueuer
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_requests import DueFeed, ask_all
from functions.fetch.feed_state import FeedState, feed_key
from functions.fetch.outcomes import after_answer, after_failure
from functions.fetch.polling import Plan, compare
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.clock import instant
from newswire.http_client import Answer, FetchFailed, HttpClient
from newswire.observability import Logger
from newswire.queue import QueueUnavailable
from newswire.sources import Catalogue
from newswire.tables import ConditionFailed
from newswire.worker import WorkerFailed

RECHECKS_PER_RUN = 200
_NOT_A_FEED = "parser failed: NotAFeed"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Totals:
    """What a run did; the function's answer."""

    feeds_polled: int = 0
    not_modified: int = 0
    entries: int = 0
    sent: int = 0
    held_back: int = 0
    rechecks: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def to_answer(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "feeds_polled": self.feeds_polled,
            "not_modified": self.not_modified,
            "entries": self.entries,
            "sent": self.sent,
            "held_back": self.held_back,
            "rechecks": self.rechecks,
            "skipped": dict(self.skipped),
            "failures": dict(self.failures),
        }


class Poller:
    """Everything that one run works with; ``now`` is the clock at its start."""

    def __init__(
        self,
        memory: FeedMemory,
        enqueuer: Enqueuer,
        articles: ArticleTable,
        client: HttpClient,
        reader: DocumentReader,
        logger: Logger,
    ) -> None:
        self._memory = memory
        self._enqueuer = enqueuer
        self._articles = articles
        self._client = client
        self._reader = reader
        self._logger = logger

    def run(self, catalogue: Catalogue, now: datetime, may_start: Callable[[], bool]) -> Totals:
        """Poll every due feed once; one feed's failure is its own."""
        totals = Totals()
        self._enqueue_rechecks(now, totals)
        for feed, outcome in ask_all(self._due(catalogue, now), self._client, may_start):
            totals.feeds_polled += 1
            try:
                self._memory.save(self._state_after(feed, outcome, catalogue, now, totals))
            except ConditionFailed:
                self._logger.info("feed was polled by another run", feed=feed.state.key)
            except Exception:
                totals.failures["internal error"] += 1
                self._logger.exception("what was learned of a feed could not be kept", feed=feed.state.key)
        return totals

    def _state_after(
        self,
        feed: DueFeed,
        outcome: Answer | FetchFailed,
        catalogue: Catalogue,
        now: datetime,
        totals: Totals,
    ) -> FeedState:
        """Return what to remember of a poll; whatever one feed leads to, the others are polled."""
        try:
            return self._handle(feed, outcome, catalogue, now, totals)
        except QueueUnavailable as error:
            return self._failed(feed, "queue unavailable", str(error), {}, now, totals)
        except Exception as error:
            self._logger.exception("feed could not be handled", feed=feed.state.key)
            return self._failed(feed, "internal error", type(error).__name__, {}, now, totals)

    def _due(self, catalogue: Catalogue, now: datetime) -> list[DueFeed]:
        feeds = {
            feed_key(source.id, url): (source, url)
            for source in catalogue.sources
            if source.enabled
            for url in source.feeds
        }
        states = self._memory.states(feeds)
        due = [
            DueFeed(source, url, states[key])
            for key, (source, url) in feeds.items()
            if schedule.is_due(states[key].next_due, now)
        ]
        # The longest due first: a run that has no time for all of them does not leave out the same ones.
        return sorted(due, key=lambda feed: feed.state.next_due or _LONG_AGO)

    def _handle(
        self,
        feed: DueFeed,
        outcome: Answer | FetchFailed,
        catalogue: Catalogue,
        now: datetime,
        totals: Totals,
    ) -> FeedState:
        if isinstance(outcome, FetchFailed):
            return self._failed(feed, outcome.reason, str(outcome), {}, now, totals)
        if outcome.status == 304:
            totals.not_modified += 1
            return after_answer(feed, outcome, now, feed.state.pause)
        if outcome.status != 200:
            return self._failed(feed, f"HTTP {outcome.status}", outcome.url, outcome.headers, now, totals)
        digest = hashlib.sha256(outcome.body).hexdigest()
        if digest == feed.state.body_hash:
            totals.not_modified += 1
            return after_answer(feed, outcome, now, feed.state.pause)
        try:
            document = self._reader.parse(outcome, feed.source.timezone or catalogue.portal.timezone)
            return self._take(feed, outcome, document, digest, now, totals)
        except WorkerFailed as failure:
            return self._failed(feed, *_named(failure), outcome.headers, now, totals)

    def _take(
        self,
        feed: DueFeed,
        answer: Answer,
        document: FeedDocument,
        digest: str,
        now: datetime,
        totals: Totals,
    ) -> FeedState:
        plan = compare(document.entries, self._memory.seen(feed.state), feed.source, now)
        totals.entries += len(document.entries)
        totals.skipped.update(plan.skipped)
        self._enqueue(feed, plan, now, totals)
        state = self._memory.with_seen(after_answer(feed, answer, now, document.pause), plan.remembered)
        if plan.sends:
            state = replace(state, last_new=now)
        if plan.held_back:
            totals.held_back += plan.held_back
            return replace(state, etag=None, last_modified=None, body_hash=None, next_due=now)
        return replace(state, body_hash=digest)

    def _enqueue(self, feed: DueFeed, plan: Plan, now: datetime, totals: Totals) -> None:
        if not plan.sends:
            return
        entries = self._reader.sanitised([send.entry for send in plan.sends])
        carrier = Carrier(feed.source.id, feed.state.key, now)
        refused = self._enqueuer.send(plan.sends, entries, carrier)
        totals.sent += len(plan.sends) - len(refused)
        for reason in refused:
            totals.failures["entry refused by the queue"] += 1
            self._logger.error("the queue refused an entry", feed=feed.state.key, reason=reason)

    def _failed(
        self,
        feed: DueFeed,
        reason: str,
        detail: str,
        headers: Mapping[str, str],
        now: datetime,
        totals: Totals,
    ) -> FeedState:
        totals.failures[reason] += 1
        state = after_failure(feed, reason, headers, now)
        self._logger.warning(
            "feed failed",
            feed=state.key,
            reason=reason,
            detail=detail,
            failures=state.failures,
            next_due=instant(state.next_due or now),
        )
        return state

    def _enqueue_rechecks(self, now: datetime, totals: Totals) -> None:
        """Enqueue due re-checks; the index proposes them, the items decide."""
        moment = instant(now)
        due = self._articles.due_rechecks(moment, RECHECKS_PER_RUN)
        if not due:
            return
        records = self._articles.get_many(one.id for one in due).values()
        items = [item for item in records if isinstance(item, ArticleItem)]
        wanted = [item for item in items if item.recheck_at is not None and item.recheck_at <= moment]
        try:
            totals.rechecks = self._enqueuer.recheck([(item.id, item.url) for item in wanted], now)
        except QueueUnavailable:
            totals.failures["queue unavailable"] += 1
            self._logger.exception("re-checks were not accepted; they stay due")


def _named(failure: WorkerFailed) -> tuple[str, str]:
    """Return reason and detail; a document that is no feed says itself what it looks like."""
    if failure.reason == _NOT_A_FEED:
        return "not a feed", str(failure).removeprefix(f"{_NOT_A_FEED}: ")
    return failure.reason, str(failure)
