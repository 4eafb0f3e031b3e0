"""The extract stage as a whole, from a page's bytes to the stored article; network and AWS are left out.

Everything else is the stage's own: the worker and its pipe, the assembly, the hashes, the JSON and the item.
The links are bare, so that every field comes from the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from benchmarks.newsweb import LabelledPage
from functions.extract.archive import Archive
from functions.extract.failures import PermanentFailure
from functions.extract.finding import StoryFinder
from functions.extract.image_copying import ImageCopying
from functions.extract.outcome import Outcome
from functions.extract.page_gate import PageGate
from functions.extract.page_requests import Deadline, PageRequests
from functions.extract.processing import Processing
from functions.extract.reservations import UNSAID, Reservation
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable, Record
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.http_client import Answer
from newswire.known_copies import Enrolment, KnownCopies
from newswire.messages import Hint, Message
from newswire.observability import make_logger
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue
from newswire.stops import NO_STOPS, Stops
from newswire.tables import Table
from newswire.urls import article_id
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
  - {id: en, name: English, homepage: https://en.example, feeds: [https://en.example/rss], category: news}
  - {id: id, name: Indonesia, homepage: https://id.example, feeds: [https://id.example/rss], category: news,
     language: id}
"""


class ExtractStage:
    """Stores pages, one after the other, and keeps the last one's JSON."""

    def __init__(self, worker: Worker) -> None:
        self._pages = _HeldPages()
        self._bucket = _LastObject()
        catalogue: Catalogue = load_catalogue(_SOURCES)
        archive = _NoTable(self._bucket)
        logger = make_logger("benchmark")
        logger.setLevel("CRITICAL")
        self._gate = PageGate(_NoItems(), logger, _now)
        finder = StoryFinder(archive, self._pages, worker, self._gate, catalogue, _now)
        images = ImageCopying(archive, self._pages, worker, catalogue, logger)
        self._processing = Processing(archive, finder, images, catalogue, _now)

    def store(self, page: LabelledPage, body: bytes) -> Outcome:
        """Bring one page through the stage."""
        self._bucket.last = None
        self._pages.answer = Answer(200, page.url, {"content-type": page.content_type or ""}, body)
        outcome = self._processing.handle(_bare_link(page), 1)
        self._gate.settle()
        return outcome

    def stored(self) -> bytes | None:
        """Return the JSON of the page that was brought last, None where nothing was stored."""
        return self._bucket.last


def _now() -> datetime:
    return NOW


def _bare_link(page: LabelledPage) -> Message:
    hint = Hint()
    return Message(
        kind="entry",
        source=page.language,
        feed=f"https://{page.language}.example/rss",
        polled=instant(NOW),
        article_id=article_id(page.url),
        url=page.url,
        hint_hash=hint.hash(),
        hint=hint,
    )


class _HeldPages(PageRequests):
    """Has one page; every other is gone."""

    def __init__(self) -> None:
        self.answer: Answer | None = None

    def get(
        self,
        link: str,
        gap: timedelta,  # noqa: ARG002 - the base class's
        deadline: Deadline,  # noqa: ARG002
        licensed: Callable[[str], bool] = lambda _: False,  # noqa: ARG002
        conditions: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> Answer:
        if self.answer is None or link != self.answer.url:
            raise PermanentFailure("HTTP 404", 404, link)
        return self.answer

    def reservation(self, url: str) -> Reservation:  # noqa: ARG002 - the base class's
        return UNSAID


class _NoItems(Table):
    """Keeps nothing: every source is new."""

    def __init__(self) -> None:
        pass

    def get_many(self, pks: Iterable[str]) -> dict[str, dict[str, Any]]:  # noqa: ARG002 - the base class's
        return {}

    def put_unconditionally(self, item: Mapping[str, Any]) -> None:
        pass


class _LastObject(Bucket):
    def __init__(self) -> None:
        self.last: bytes | None = None

    def put_immutable(self, key: str, body: bytes, *, content_type: str, attempts: int = 3) -> None:  # noqa: ARG002 - the base class's
        self.last = body


class _NoTable(Archive):
    """Knows no article: each page is the first of its kind."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket, mock.create_autospec(ArticleTable, instance=True))

    def resolve(self, ids: Sequence[str]) -> dict[str, Record]:  # noqa: ARG002 - the base class's
        return {}

    def resolve_beside_stops(self, ids: Sequence[str]) -> tuple[dict[str, Record], Stops]:  # noqa: ARG002 - as above
        """Know nothing."""
        return {}, NO_STOPS

    def known_copies(self, addresses: Sequence[str]) -> list[KnownCopies]:
        """Know none."""
        return [KnownCopies(one) for one in addresses]

    def commit(
        self,
        item: ArticleItem,
        *,
        expected_version: int | None,
        aliases: Sequence[str] = (),
        enrolment: Enrolment | None = None,
        stops: Stops | None = None,
    ) -> None:
        """Keep nothing."""
