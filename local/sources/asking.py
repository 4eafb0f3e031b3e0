"""The product's own client, readers and extractor, with nothing behind them that could be written to.

The one module here that knows their constructors: what a poll and an article are is decided by fetch
and extract themselves, on a catalogue and a clock, without table, bucket or queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TextIO, cast

from functions.extract import records
from functions.extract.archive import Archive
from functions.extract.failures import FINAL_RECEIVE, HostBusy
from functions.extract.finding import Found, StoryFinder
from functions.extract.page_gate import PageGate
from functions.extract.page_requests import PageRequests
from functions.extract.wiring import PARSER as PAGE_PARSER
from functions.fetch.document_reading import DocumentReader
from functions.fetch.due_feeds import DueFeed
from functions.fetch.enqueueing import Carrier, Enqueuer
from functions.fetch.feed_requests import FeedRequests, Outcome
from functions.fetch.feed_state import FeedState
from functions.fetch.polling import Send, compare
from functions.fetch.wiring import PARSER as FEED_PARSER
from functions.publish.rights import Terms, terms_for
from local.sources.polls import Poll, answered, failed, refused
from local.sources.stand_ins import NoTable, Outbox, Shelf
from newswire.address_guard import AddressGuard
from newswire.article import Article
from newswire.article_table import ArticleTable
from newswire.backoff import Backoffs
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.feed_keys import feed_key
from newswire.host_turns import HostTurns
from newswire.http_client import Answer, FetchFailed, HttpClient, user_agent
from newswire.messages import Hint, Message
from newswire.observability import Logger
from newswire.queue import Queue
from newswire.sources import Catalogue, Source
from newswire.tables import Table
from newswire.urls import article_id
from newswire.worker import Worker, WorkerFailed


@dataclass(frozen=True, slots=True)
class Request:
    """One URL that was asked and what came of it: a status, or the reason why there is none."""

    url: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One article as extract would store it; ``terms`` is ``None`` where it would not be carried."""

    url: str
    requests: tuple[Request, ...]
    article: Article
    terms: Terms | None


class Asking:
    """Polls feeds and reads articles for show; used as a context, which ends the workers."""

    def __init__(
        self,
        catalogue: Catalogue,
        guard: AddressGuard,
        now: Callable[[], datetime],
        log: TextIO,
        sleep: Callable[[float], None],
    ) -> None:
        self._catalogue = catalogue
        self._now = now
        self._sleep = sleep
        self.agent = user_agent(catalogue.portal.url)
        self._client = _RecordedClient(guard, self.agent, turns=HostTurns(sleep=sleep))
        self._workers = ExitStack()
        feeds, pages = (self._workers.enter_context(Worker(name)) for name in (FEED_PARSER, PAGE_PARSER))
        self._workers.callback(self._client.close)
        logger = Logger(service="sources", stream=log)
        self._reader = DocumentReader(feeds, logger)
        self._shelf = cast("Bucket", Shelf())
        self._archive = Archive(self._shelf, cast("ArticleTable", None), now)
        nothing = cast("Table", NoTable())
        self._feeds = FeedRequests(self._client, Backoffs(nothing), now, lambda: True)
        requests = PageRequests(self._client, pages, nothing, now, sleep)
        gate = PageGate(nothing, logger, now)
        self._finder = StoryFinder(self._archive, requests, pages, gate, catalogue, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.close()

    def polls(self, source: Source) -> Iterator[Poll]:
        """Ask all feeds of a source as if for the first time, and yield them as they answer."""
        due = [DueFeed(source, url, FeedState(feed_key(source.id, url))) for url in source.feeds]
        for outcome in self._feeds.ask_all(due):
            yield self._poll(outcome)

    def _poll(self, outcome: Outcome) -> Poll:
        answer = outcome.result
        if isinstance(answer, FetchFailed):
            return failed(outcome, answer)
        if answer.status != 200:
            return refused(outcome, answer)
        zone = self._catalogue.portal.timezone
        try:
            return answered(outcome, answer, self._reader.parse(outcome, answer, zone))
        except WorkerFailed as failure:
            return failed(outcome, failure)

    def newest(self, poll: Poll, source: Source) -> Send | None:
        """Return the entry that would be fetched first, or the newest one if all are too old."""
        if poll.plan is None or poll.document is None:
            return None
        whole = compare(poll.document.entries, None, replace(source, backfill=None), self._now())
        return next(iter((*poll.plan.sends, *whole.sends)), None)

    def article(self, source: Source, feed: str, send: Send) -> Reading:
        """Read the article of a feed's entry, with what the feed says of it."""
        outbox = Outbox()
        carrier = Carrier(source.id, feed_key(source.id, feed), self._now())
        enqueuer = Enqueuer(cast("Queue", outbox), self._shelf)
        enqueuer.send([send], self._reader.sanitised([send.entry]), carrier)
        message = Message.from_json(outbox.messages[0].body)
        return self._reading(self._archive.hint_of(message))

    def page(self, source: Source, url: str) -> Reading:
        """Read a page of which no feed says anything."""
        blank = Hint()
        moment = instant(self._now())
        return self._reading(
            Message("entry", source.id, "", moment, article_id(url), url, blank.hash(), blank)
        )

    def _reading(self, message: Message) -> Reading:
        self._client.requests.clear()
        found = self._found(message)
        if found.story is None:
            raise TypeError("only a re-check tells no story")
        now = self._now()
        document = records.first_article(
            found.story, message.article_id, found.site_name, self._catalogue, now
        )
        item = records.first_item(document, "", message, self._catalogue)
        terms = terms_for(
            records.with_directives(item, found.story.directives, self._catalogue, now), self._catalogue, now
        )
        return Reading(message.url, tuple(self._client.requests), document, terms)

    def _found(self, message: Message) -> Found:
        """Wait for the turns of a host whose gap is longer than a message may wait: nobody else does here."""
        while True:
            try:
                return self._finder.find(message, None, FINAL_RECEIVE)
            except HostBusy as busy:
                self._sleep(busy.pause.total_seconds())


class _RecordedClient(HttpClient):
    """The client, remembering what it was asked for."""

    def __init__(self, guard: AddressGuard, agent: str, *, turns: HostTurns) -> None:
        super().__init__(guard, agent, turns=turns)
        self.requests: list[Request] = []

    def get(self, url: str, *arguments: Any, **named: Any) -> Answer:
        """Ask, and note the outcome."""
        try:
            answer = super().get(url, *arguments, **named)
        except FetchFailed as failure:
            self.requests.append(Request(url, failure.reason))
            raise
        moved = f", from {answer.url}" if answer.url != url else ""
        self.requests.append(Request(url, f"HTTP {answer.status}{moved}"))
        return answer
