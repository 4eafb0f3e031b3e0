"""The extract stage without Lambda: moto's storage, a loopback web, and a parser of JSON pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from functions.extract.archive import Archive
from functions.extract.finding import StoryFinder
from functions.extract.image_copying import ImageCopying
from functions.extract.outcome import Outcome
from functions.extract.page_gate import PageGate
from functions.extract.page_requests import PageRequests
from functions.extract.processing import Processing
from functions.extract.site_rules import ROBOTS_PATH, TDM_PATH
from newswire.address_guard import AddressGuard
from newswire.article import Article
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ArticleTable, Record
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.due_changes import archive_moment, next_change
from newswire.host_turns import HostTurns
from newswire.http_client import HttpClient, user_agent
from newswire.known_copies import Enrolment, KnownCopies
from newswire.messages import Hint, Message
from newswire.observability import make_logger
from newswire.sources import Catalogue, Source
from newswire.stops import Stops
from newswire.tables import Table
from newswire.urls import article_id
from newswire.worker import Worker, WorkerFailed
from tests.support import extract_pages
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, FEED_TABLE, Stack
from tests.support.catalogues import catalogue, source
from tests.support.extract_pages import HTML, KILLER, page_body
from tests.support.web_server import Reply, WebServer

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
POLL_INTERVAL = timedelta(minutes=15)
KABAR, WARTA, LENTERA = "kabar.localhost", "warta.localhost", "lentera.localhost"
# Hosts of nobody: of a service that redirects, and one that a source may have as well.
FEEDS, SECOND = "feeds.localhost", "kabar-cepat.localhost"
TITLE = "Harga beras turun"
SUMMARY = "Menurut umpan, harga beras turun."


@cache
def _plain_catalogue() -> Catalogue:
    return catalogue(source())


def no_interference() -> None:
    """Let a step happen undisturbed."""


@dataclass(frozen=True, slots=True)
class Call:
    """One document given to the parser, and the seconds it was allowed."""

    task: str
    params: Mapping[str, Any]
    seconds: float | None


@dataclass(slots=True)
class FakeWorker:
    """Parses in this process; ``after_page`` lets a test interfere between a page and its commit."""

    calls: list[Call] = field(default_factory=list)
    after_page: Callable[[], None] = no_interference

    def start(self) -> None:
        """Have nothing to start."""

    def turn(self) -> AbstractContextManager[None]:
        """Keep nobody out: tests with this worker call it from one thread."""
        return nullcontext()

    def call(
        self, body: bytes, params: Mapping[str, Any], wall_seconds: float | None = None
    ) -> dict[str, Any]:
        """Do as the worker does, deaths included."""
        self.calls.append(Call(params["task"], params, wall_seconds))
        if body.endswith(KILLER):
            raise WorkerFailed("parser died", "signal SIGKILL")
        answer = extract_pages.run(body, dict(params))
        if params["task"] == "page":
            interfere, self.after_page = self.after_page, no_interference
            interfere()
        return answer

    def close(self) -> None:
        """End nothing: there is no child."""


class InterruptedTable(ArticleTable):
    """An ArticleTable that lets a test act right after the next reads, or around the next commits."""

    after_read: list[Callable[[], None]]
    before_commit: list[Callable[[], None]]
    after_commit: list[Callable[[], None]]

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.after_read, self.before_commit, self.after_commit = [], [], []

    def resolve_beside_stops(self, ids: Iterable[str]) -> tuple[dict[str, Record], Stops]:
        """Read, then let the test act on what was read."""
        found = super().resolve_beside_stops(ids)
        if self.after_read:
            self.after_read.pop(0)()
        return found

    def known_beside_stops(self, ids: Iterable[str]) -> tuple[dict[str, Record], Stops]:
        """Read, then let the test act on what was read."""
        found = super().known_beside_stops(ids)
        if self.after_read:
            self.after_read.pop(0)()
        return found

    def retract(self, stones: Sequence[Tombstone], unchanged: Iterable[KnownCopies] = ()) -> None:
        """Retract, after what the test wants before it."""
        if self.before_commit:
            self.before_commit.pop(0)()
        super().retract(stones, unchanged)

    def commit(
        self,
        item: ArticleItem,
        *,
        expected_version: int | None,
        aliases: Sequence[str] = (),
        enrolment: Enrolment | None = None,
        stops: Stops | None = None,
    ) -> None:
        """Commit, with what the test wants around it."""
        if self.before_commit:
            self.before_commit.pop(0)()
        super().commit(
            item, expected_version=expected_version, aliases=aliases, enrolment=enrolment, stops=stops
        )
        if self.after_commit:
            self.after_commit.pop(0)()


class World:
    """Storage, publishers' sites and a clock; :meth:`handle` is one invocation with one message."""

    def __init__(self, stack: Stack, web: WebServer) -> None:
        self.stack = stack
        self.web = web
        self.now = NOW
        self.worker = FakeWorker()
        self.slept: list[float] = []
        self.bucket = Bucket(stack.s3, ARTICLE_BUCKET)
        self.table = InterruptedTable(Table(stack.dynamodb, ARTICLE_TABLE))
        self.feed_table = Table(stack.dynamodb, FEED_TABLE)
        sources = (
            self.source("kabar", KABAR, display="full"),
            self.source("warta", WARTA, category="ekonomi"),
            self.source("lentera", LENTERA, display="link"),
        )
        self.catalogue: Catalogue = replace(_plain_catalogue(), sources=sources)
        hosts = (KABAR, f"m.{KABAR}", WARTA, LENTERA, FEEDS, SECOND)
        self.turns: list[float] = []  # what the client sleeps for, beyond what its caller has
        self._client = HttpClient(
            AddressGuard(web.loopback(*hosts)), self.agent, turns=HostTurns(sleep=self.turns.append)
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def agent(self) -> str:
        """The User-Agent that publishers see."""
        return user_agent(self.catalogue.portal.url)

    def source(self, source_id: str, host: str, **changes: Any) -> Source:
        """Return a source whose site is on the loopback server."""
        (plain,) = _plain_catalogue().sources
        home = self.web.url("", host)
        named = replace(plain, id=source_id, name=source_id.title(), homepage=home, feeds=(f"{home}/rss",))
        return replace(named, **changes)

    def change_source(self, source_id: str, **changes: Any) -> None:
        """Change what the operator says of a source."""
        sources = [replace(one, **changes) if one.id == source_id else one for one in self.catalogue.sources]
        self.catalogue = replace(self.catalogue, sources=tuple(sources))

    def url(self, path: str, host: str = KABAR) -> str:
        """Return the address of a page."""
        return self.web.url(path, host)

    def serve(self, path: str, text: str = extract_pages.TEXT, host: str = KABAR, **fields: Any) -> str:
        """Publish a page and return its address."""
        self.web.replies[host + path] = Reply(page_body(text, **fields), content_type=HTML)
        return self.url(path, host)

    def fail(self, path: str, status: int, host: str = KABAR, **headers: str) -> str:
        """Let a page answer with an error and return its address."""
        self.web.replies[host + path] = Reply(status=status, headers=headers, content_type=HTML)
        return self.url(path, host)

    def redirect(self, path: str, target: str, host: str = KABAR) -> str:
        """Let a page lead elsewhere and return its address."""
        return self.fail(path, 302, host, Location=target)

    def invocation(self, pages: object | None = None, real: Worker | None = None) -> Processing:
        """Return what one invocation of the function works with; ``real`` parses in place of our own."""
        worker = real or cast("Worker", self.worker)
        now = lambda: self.now  # noqa: E731 - the clock of this world
        archive = Archive(self.bucket, self.table, now)
        is_stopped = lambda url: archive.stops.of_url(url, self.catalogue) is not None  # noqa: E731 - as wired
        requests = pages or PageRequests(
            self._client, worker, self.feed_table, now, sleep=self.slept.append, is_stopped=is_stopped
        )
        finder = StoryFinder(
            archive, cast("PageRequests", requests), worker, self.gate(), self.catalogue, now
        )
        images = self.images(archive, requests, worker)
        return Processing(archive, finder, images, self.catalogue, now)

    def images(
        self, archive: Archive | None = None, requests: object = None, worker: Worker | None = None
    ) -> ImageCopying:
        """Return what one invocation copies pictures with; without ``requests`` it cannot ask for any."""
        archive = archive or Archive(self.bucket, self.table, lambda: self.now)
        pages, worker = cast("PageRequests", requests), worker or cast("Worker", self.worker)
        self._images = ImageCopying(archive, pages, worker, self.catalogue, make_logger("extract"))
        return self._images

    def copied(self) -> dict[str, int]:
        """Return what became of the pictures of the last invocation."""
        return dict(self._images.counts)

    def gate(self) -> PageGate:
        """Return what one invocation grades pages with."""
        return PageGate(self.feed_table, make_logger("extract"), lambda: self.now)

    def handle(self, message: Message, receive_count: int = 1) -> Outcome:
        """Work off one message in an invocation of its own."""
        return self.invocation().handle(message, receive_count)

    def pages_asked(self) -> list[str]:
        """Return the paths that publishers were asked for, without what asks for permission."""
        return [path for path in self.web.paths() if path not in (ROBOTS_PATH, TDM_PATH)]

    def articles(self) -> dict[str, ArticleItem | Tombstone]:
        """Return all articles by id."""
        rows = self.stack.items(ARTICLE_TABLE)
        return self.table.get_many(row["id"] for row in rows.values() if row["type"] == "article")

    def only(self) -> ArticleItem:
        """Return the article, of which there must be exactly one."""
        (article,) = self.articles().values()
        assert isinstance(article, ArticleItem)
        return article

    def aliases(self) -> dict[str, str]:
        """Return what other URLs' ids stand for."""
        rows = self.stack.items(ARTICLE_TABLE).values()
        return {row["pk"].removeprefix("alias#"): row["article"] for row in rows if row["type"] == "alias"}

    def document(self) -> Article:
        """Return the JSON that the only article's item points to."""
        return Article.from_json(self.stack.objects()[self.only().article_key])

    def everything(self) -> tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, bytes]]:
        """Return all that is stored, to be compared."""
        return self.stack.items(ARTICLE_TABLE), self.stack.items(FEED_TABLE), self.stack.objects()

    def due_after_archives(self) -> str | None:
        """Return what of the only article is due when its archives, which come first, have been written."""
        item = self.only()
        archived = archive_moment(item.first_seen, item.owner.id)
        assert item.next_change is not None
        assert item.next_change <= instant(archived)
        return next_change(item, self.catalogue, archived)

    def revisit(self, after: timedelta = timedelta(0), receive_count: int = 1) -> Outcome:
        """Let time pass, at least until the only article's re-check is due, and handle that."""
        item = self.only()
        assert item.recheck_at is not None
        self.now = max(self.now + after, datetime.fromisoformat(item.recheck_at))
        return self.handle(recheck(item, self.now), receive_count)

    def bury(self, url: str, title: str = TITLE) -> None:
        """Leave a tombstone where an article was."""
        identity = article_id(url)
        known = self.table.get_many([identity]).get(identity)
        stone = Tombstone(
            id=identity,
            version=known.version + 1 if known else 1,
            url=url,
            slug=title.lower().replace(" ", "-"),
            reason="retracted",
            gone_at=instant(self.now),
        )
        Table(self.stack.dynamodb, ARTICLE_TABLE).put_unconditionally(stone.to_item())


def entry(
    url: str, *, source: str = "kabar", feed: str = "rss", poll: int = 0, article: str = "", **hint: Any
) -> Message:
    """Return the message of one entry; ``poll`` counts the feed's polls, a quarter of an hour apart."""
    said = Hint(**{"title": TITLE, "summary": SUMMARY, "language": "id", **hint})
    polled = instant(NOW + poll * POLL_INTERVAL)
    key = f"{source} https://{source}.example/{feed}"
    return Message("entry", source, key, polled, article or article_id(url), url, said.hash(), said)


def recheck(item: ArticleItem, now: datetime) -> Message:
    """Return the message of a due re-check, as fetch sends it."""
    return Message("recheck", "", "", instant(now), item.id, item.url, Hint().hash())


def sqs_record(body: str, number: int = 1, receive_count: int = 1, receipt: str = "") -> dict[str, Any]:
    """Return an SQS record as Lambda hands it over."""
    return {
        "messageId": f"message-{number}",
        "receiptHandle": receipt or f"receipt-{number}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receive_count), "MessageGroupId": KABAR},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-3:123456789012:articles.fifo",
        "awsRegion": "ap-southeast-3",
    }
