"""What one outcome of a poll leads to: entries sent, and what is to be remembered of the feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from functions.fetch import item_memory, listings, outcomes
from functions.fetch.document_reading import DocumentReader, Read
from functions.fetch.due_feeds import DueFeed
from functions.fetch.enqueueing import Carrier, Enqueuer
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.feed_memory import FeedMemory, room_for_items
from functions.fetch.feed_requests import Outcome
from functions.fetch.feed_state import FeedState
from functions.fetch.item_memory import Unread
from functions.fetch.outcomes import Reading, without_validators
from functions.fetch.polling import Plan, compare
from functions.fetch.rhythm import rhythm_of
from functions.fetch.seen_entries import settled_hashes
from functions.fetch.totals import Totals
from newswire.backoff import domain_of
from newswire.clock import instant
from newswire.http_client import Answer, FetchFailed
from newswire.observability import Logger
from newswire.queue import QueueUnavailable
from newswire.worker import WorkerFailed

_NOT_A_FEED = "parser failed: NotAFeed"
_AFTER = {outcomes.GONE: outcomes.gone, outcomes.UNDELIVERED: outcomes.undelivered}


@dataclass(frozen=True, slots=True)
class Listing:
    """The state of a feed that lists others, to be remembered when those of ``pending`` were polled."""

    feed: DueFeed
    state: FeedState
    pending: tuple[DueFeed, ...]


class Settler:
    """Works off outcomes; whatever one feed leads to, it is that feed's alone."""

    def __init__(
        self,
        memory: FeedMemory,
        enqueuer: Enqueuer,
        reader: DocumentReader,
        logger: Logger,
        totals: Totals,
        timezone: str,
    ) -> None:
        self._memory = memory
        self._enqueuer = enqueuer
        self._reader = reader
        self._logger = logger
        self._totals = totals
        self._timezone = timezone

    def settle(self, outcome: Outcome) -> FeedState | Listing:
        """Send what is new and return what to remember once that was accepted; several threads may ask."""
        try:
            return self._handle(outcome)
        except WorkerFailed as failure:
            return self._failed(outcome, *_named(failure))
        except QueueUnavailable as error:
            return self._failed(outcome, outcomes.UNDELIVERED, str(error))
        except Exception as error:
            self._logger.exception("feed could not be handled", feed=outcome.feed.state.key)
            return self._failed(outcome, "internal error", type(error).__name__)

    def _handle(self, outcome: Outcome) -> FeedState | Listing:
        feed, answer, now = outcome.feed, outcome.result, outcome.answered
        if isinstance(answer, FetchFailed):
            return self._failed(outcome, answer.reason, str(answer))
        # A 304 to a request without conditions is a mistake, and its validators would make it last.
        if answer.status != 200 and (answer.status != 304 or not feed.state.has_validators):
            return self._failed(outcome, outcomes.status_reason(feed, answer), answer.url, answer.headers)
        read = self._reader.read(outcome, self._timezone)
        if read.document is None:
            with self._totals.counting:
                self._totals.not_modified += 1
            return outcomes.unchanged(feed, answer, now)
        if read.document.children:
            return self._list(outcome, answer, read.document, read.digest)
        return self._take(read, answer, read.document)

    def _take(self, read: Read, answer: Answer, document: FeedDocument) -> FeedState:
        outcome = read.outcome
        feed, now = outcome.feed, outcome.answered
        before = self._memory.seen(feed.state)
        unread = item_memory.unread_of(document, read.known, before)
        if unread is None:
            known = settled_hashes(feed.state.seen or b"")
            document, unread = self._reader.parse(outcome, answer, self._timezone, seen=known), Unread()
        plan = compare(document.entries, before, feed.source, outcome.asked, unread=unread.fingerprints)
        if any(send.entry.form == "outline" for send in plan.sends):  # what was one entry's is another's now
            document, unread = self._reader.parse(outcome, answer, self._timezone), Unread()
            plan = compare(document.entries, before, feed.source, outcome.asked)
        self._count(document, plan)
        self._enqueue(outcome, plan)
        self._memory.forget(listings.child_key(feed, url) for url in feed.state.children)
        reading = Reading(document.pause, rhythm_of(document.entries, now, unread.dated()))
        state = outcomes.after_answer(feed, answer, now, reading)
        items, remembered = item_memory.memory_of(document, unread, plan)
        seen, seen_key = self._memory.keep_seen(state.key, remembered)
        state = replace(
            state,
            seen=seen,
            seen_key=seen_key,
            items=None,
            children=(),
            last_new=now if plan.sends else state.last_new,
            body_hash=read.digest,
        )
        if items is not None:
            state = replace(state, items=items.encode(room_for_items(state)))
        return replace(without_validators(state), next_due=now) if plan.held_back else state

    def _list(
        self, outcome: Outcome, answer: Answer, document: FeedDocument, digest: str
    ) -> FeedState | Listing:
        feed, now = outcome.feed, outcome.answered
        if feed.state.is_child:
            return self._failed(outcome, "not a feed", "a listed document that lists others itself")
        if document.format == listings.PAGE and (feed.state.seen or feed.state.seen_key):
            return self._failed(outcome, "not a feed", "looks like an HTML page, and was a feed before")
        self._skip("listed beyond the limit", document.children_dropped)
        children = listings.wanted(document, feed, now)
        keys = [listings.child_key(feed, child.url) for child in children]
        states = self._memory.states(keys, (domain_of(child.url) for child in children))
        selection = listings.selected(document, children, feed, states)
        gone = [url for url in feed.state.children if url not in selection.kept]
        self._memory.forget(listings.child_key(feed, url) for url in gone)
        state = replace(
            outcomes.after_answer(feed, answer, now, listings.reading(document, now)),
            body_hash=digest,
            children=selection.kept,
            seen=None,
            seen_key=None,
            items=None,
        )
        if document.format == listings.PAGE:
            # Read anew once a day though it be the same: another of its feeds may have to be chosen.
            state = without_validators(state)
        return Listing(feed, state, tuple(listings.pending(selection.polled, feed, states)))

    def _count(self, document: FeedDocument, plan: Plan) -> None:
        with self._totals.counting:
            self._totals.entries += len(document.entries) + len(document.unread)
            self._totals.held_back += plan.held_back
            self._totals.skipped.update(plan.skipped)
        self._skip("beyond the limit of a document", document.entries_dropped)

    def _skip(self, reason: str, number: int) -> None:
        if number:
            with self._totals.counting:
                self._totals.skipped[reason] += number

    def _enqueue(self, outcome: Outcome, plan: Plan) -> None:
        if not plan.sends:
            return
        feed = outcome.feed
        entries = self._reader.sanitised([send.entry for send in plan.sends])
        refused = self._enqueuer.send(
            plan.sends, entries, Carrier(feed.source.id, feed.state.key, outcome.asked)
        )
        with self._totals.counting:
            self._totals.sent += len(plan.sends) - len(refused)
            if refused:
                self._totals.failures["entry refused by the queue"] += len(refused)
        for article_id, reason in refused:
            self._logger.error(
                "the queue refused an entry", article_id=article_id, feed=feed.state.key, reason=reason
            )
        for article_id in dict.fromkeys(send.article_id for send in plan.sends):
            if article_id not in dict(refused):
                self._logger.info("enqueued", article_id=article_id, feed=feed.state.key)

    def _failed(
        self, outcome: Outcome, reason: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> FeedState:
        with self._totals.counting:
            self._totals.failures[reason] += 1
        after = _AFTER.get(reason, outcomes.after_failure)
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


def _named(failure: WorkerFailed) -> tuple[str, str]:
    """Return reason and detail; a document that is no feed says itself what it looks like."""
    if failure.reason == _NOT_A_FEED:
        return "not a feed", str(failure).removeprefix(f"{_NOT_A_FEED}: ")
    return failure.reason, str(failure)
