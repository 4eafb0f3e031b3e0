"""What a first poll of a feed finds: decided by fetch's own rules. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from functions.fetch import listings, outcomes
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.feed_requests import Outcome
from functions.fetch.polling import Plan, compare
from functions.fetch.rhythm import rhythm_of
from newswire.http_client import Answer, FetchFailed
from newswire.worker import WorkerFailed

_NOT_A_FEED = "parser failed: NotAFeed"


@dataclass(frozen=True, slots=True)
class Poll:
    """One feed as a first poll finds it: its answer and document, or the reason of its failure.

    ``next_due`` is ``None`` for one that is gone for good. ``children`` are the documents that this one
    leads to: the feed of a page, the sitemaps of an index.
    """

    url: str
    next_due: datetime | None
    answer: Answer | None = None
    document: FeedDocument | None = None
    plan: Plan | None = None
    children: tuple[str, ...] = ()
    reason: str | None = None
    detail: str = ""


def answered(outcome: Outcome, answer: Answer, document: FeedDocument) -> Poll:
    """Return the poll of a feed that was read."""
    feed, now = outcome.feed, outcome.answered
    children = tuple(child.url for child in listings.wanted(document, feed, now))
    reading = outcomes.Reading(document.pause, rhythm_of(document.entries, now))
    if document.children:
        reading = listings.reading(document, now)
    state = outcomes.after_answer(feed, answer, now, reading)
    plan = compare(document.entries, None, feed.source, now)
    return Poll(feed.url, state.next_due, answer, document, plan, children)


def refused(outcome: Outcome, answer: Answer) -> Poll:
    """Return the poll of a feed whose server answered with another status than 200."""
    return _unread(outcome, answer, f"HTTP {answer.status}", "")


def failed(outcome: Outcome, failure: FetchFailed | WorkerFailed) -> Poll:
    """Return the poll of a feed that was not had, or that is none."""
    answer = outcome.result if isinstance(outcome.result, Answer) else None
    reason = "not a feed" if failure.reason == _NOT_A_FEED else failure.reason
    return _unread(outcome, answer, reason, str(failure).removeprefix(failure.reason).removeprefix(": "))


def _unread(outcome: Outcome, answer: Answer | None, reason: str, detail: str) -> Poll:
    state = outcomes.after_failure(outcome.feed, reason, answer.headers if answer else {}, outcome.answered)
    due = None if reason == outcomes.GONE else state.next_due
    return Poll(outcome.feed.url, due, answer, reason=reason, detail=detail)
