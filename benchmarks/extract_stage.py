"""The extract stage as a whole, from a queue message and a page's bytes to the stored article.

The stage is put together by its own wiring and everything in it runs: delivery, log lines, what sites ask of
their visitors, the worker and its pipe, assembly, hashes, JSON, the storage modules. Three things are put in
its place from outside: botocore's clients (`benchmarks.aws_stand_ins`), the HTTP client, which has the page
in memory and answers 404 to everything else, and the clock. The links are bare, so that every field comes
from the page; each page is a batch of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self
from unittest import mock

from benchmarks.aws_stand_ins import EmptyTables, OneObject
from benchmarks.newsweb import LabelledPage
from functions.extract import wiring
from functions.extract.deliveries import Deliveries
from functions.extract.settings import Settings
from newswire import aws, kept_workers
from newswire.clock import instant
from newswire.http_client import Answer, Hop, HttpClient, Limits
from newswire.messages import Hint, Message
from newswire.observability import make_logger
from newswire.urls import article_id, without_tracking
from newswire.worker import Worker

NOW = datetime(2030, 1, 1, tzinfo=UTC)  # after every page
_SOURCES = """\
portal:
  name: Frozen Web News
  url: https://news.example
  tagline: Every page of the frozen web
  language: en
  timezone: Asia/Jakarta
  contact: desk@news.example
categories: {news: News}
defaults: {display: full, backfill: all, request_gap: 0s, others: full}
sources:
  - {id: en, name: English, homepage: https://en.example, feeds: [https://en.example/rss], category: news,
     language: en}
  - {id: id, name: Indonesia, homepage: https://id.example, feeds: [https://id.example/rss], category: news,
     language: id}
"""
_SETTINGS = Settings(
    feed_table="feeds",
    article_table="articles",
    article_bucket="articles",
    article_queue_url="https://sqs.example/articles",
    dead_letter_queue_url="https://sqs.example/dead",
    portal_url="",
    loopback_allowed=frozenset(),
    ports_allowed=frozenset(),
    clock_offset=timedelta(0),
)


class ExtractStage:
    """Stores pages, one after the other, and keeps the last one's JSON. To be used as a context."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._pages = _HeldPage()
        self._objects = OneObject(_SOURCES)
        self._stack = ExitStack()
        self._deliveries: Deliveries | None = None
        self._record: dict[str, Any] = {}

    def __enter__(self) -> Self:
        nothing = self._stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        logger = make_logger("benchmark")
        logger.registered_handler.stream = nothing  # type: ignore[attr-defined]  # it is a StreamHandler
        with ExitStack() as replaced:
            for module, name, made in (
                (aws, "dynamodb_client", EmptyTables),
                (aws, "s3_client", partial(_given, self._objects)),
                (aws, "sqs_client", mock.Mock),
                (wiring, "Clock", _StandingClock),
                (wiring, "HttpClient", partial(_given, self._pages)),
                (kept_workers, "lent", partial(_given, nullcontext(self._worker))),
            ):
                replaced.enter_context(mock.patch.object(module, name, made))
            self._deliveries = self._stack.enter_context(wiring.deployed(_SETTINGS, logger))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def store(self, page: LabelledPage, body: bytes) -> str | None:
        """Bring one page through the stage; return why nothing was stored, None where it was."""
        self.expect(page, body)
        return self.work_off()

    def expect(self, page: LabelledPage, body: bytes) -> None:
        """Lay a page and its message out for the stage: what others do before it begins."""
        self._objects.forget()
        self._pages.hold(page, body)
        self._record = _record(page)

    def work_off(self) -> str | None:
        """Bring the expected page through the stage; return as :meth:`store` does."""
        if self._deliveries is None:
            raise RuntimeError("the stage is used outside its block")
        record = self._record
        self._deliveries.nothing_to_show.clear()
        self._deliveries.announce([record["body"]])
        failed = self._deliveries.work_off([record])
        self._deliveries.finish()
        if self._objects.last is not None:
            return None
        return "postponed" if failed else next(iter(self._deliveries.nothing_to_show), "not stored")

    def stored(self) -> bytes | None:
        """Return the JSON of the page that was brought last, None where nothing was stored."""
        return self._objects.last


class _StandingClock:
    def __init__(self, offset: timedelta) -> None:
        self._now = NOW + offset

    def now(self) -> datetime:
        return self._now


class _HeldPage(HttpClient):
    """Has one page; everything else is not found."""

    def __init__(self) -> None:
        self._asked: frozenset[str] = frozenset()
        self._answer: Answer | None = None

    def hold(self, page: LabelledPage, body: bytes) -> None:
        """Answer from now on for this page."""
        self._asked = frozenset((page.url, without_tracking(page.url)))
        self._answer = Answer(200, page.url, {"content-type": page.content_type or ""}, body)

    def get(
        self,
        url: str,
        limits: Limits,  # noqa: ARG002 - the base class's
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        *,
        gap: timedelta = timedelta(0),  # noqa: ARG002
        before_hop: Callable[[str], None] | None = None,  # noqa: ARG002
        trail: list[Hop] | None = None,  # noqa: ARG002
    ) -> Answer:
        if self._answer is None or url not in self._asked:
            return Answer(404, url, {}, b"")
        return self._answer

    def pause_before(self, url: str, gap: timedelta) -> float:  # noqa: ARG002 - the base class's
        return 0.0

    def close(self) -> None:
        pass


def _given(made: object, *_: object, **__: object) -> object:
    return made


def _record(page: LabelledPage) -> dict[str, Any]:
    """Return a queue record with the page's bare link."""
    hint = Hint()
    message = Message(
        kind="entry",
        source=page.language,
        feed=f"https://{page.language}.example/rss",
        polled=instant(NOW),
        article_id=article_id(page.url),
        url=page.url,
        hint_hash=hint.hash(),
        hint=hint,
    )
    attributes = {"ApproximateReceiveCount": "1", "MessageGroupId": page.language}
    return {"messageId": "1", "body": message.to_json(), "receiptHandle": "1", "attributes": attributes}
