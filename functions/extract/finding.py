"""From a message to a story: may the page be asked, can it be had, and what is told without it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.extract.archive import Archive
from functions.extract.assembly import NoPage, Page, Story, tell
from functions.extract.failures import (
    RECHECK_AFTER,
    PermanentFailure,
    TransientFailure,
    is_final,
    retry_pause,
)
from functions.extract.joined_pages import Joined, is_of_the_same_article, join_pages
from functions.extract.page_requests import Deadline, PageRequests
from newswire.article_item import ArticleItem
from newswire.http_client import Answer
from newswire.messages import Hint, Message
from newswire.ownership import display_of, owning_source
from newswire.sources import Catalogue, Source
from newswire.worker import Worker, WorkerFailed

MESSAGE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Found:
    """The story that a message led to; with ``recheck_after`` its page may be had later."""

    story: Story
    site_name: str | None = None
    recheck_after: timedelta | None = None


class StoryFinder:
    """Asks for pages and has them read; one deadline a message, robots included."""

    def __init__(
        self,
        archive: Archive,
        pages: PageRequests,
        worker: Worker,
        catalogue: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._archive = archive
        self._pages = pages
        self._worker = worker
        self._catalogue = catalogue
        self._now = now

    def find(self, message: Message, known: ArticleItem | None, receive_count: int) -> Found:
        """Return the article's story: from its page, or the feed's own where that may or can not be had.

        Raise :class:`TransientFailure` where the page should be asked for again soon.
        """
        carriers = self._carriers(message, known)
        source = carriers[0] if carriers else None
        hint = message.hint or (self._hint_of_stored(known) if known is not None else Hint())
        language = source.language if source else "en"
        # The owner's setting counts, whatever link an edit came by.
        owner = owning_source(known.owner.homepage if known else message.url, self._catalogue)
        if display_of(owner, carriers) == "link":
            no_page = NoPage("display: link", self._now())
            return Found(tell(message.url, hint, no_page, language, summary_only=True))
        # A bare link (of a sitemap, say) has no words to settle for: it waits for its page, and in the end
        # for the operator among the dead letters. Otherwise it would be lost.
        can_settle = known is not None or bool(hint.title)
        outcome = self._page(message, source, receive_count, can_settle=can_settle)
        story = tell(message.url, hint, outcome, language)
        if isinstance(outcome, Page):
            return Found(story, outcome.fields["site_name"], outcome.again_after)
        return Found(story, recheck_after=outcome.again_after)

    def _page(
        self, message: Message, source: Source | None, receive_count: int, *, can_settle: bool
    ) -> Page | NoPage:
        deadline = Deadline.after(MESSAGE_SECONDS)
        gap = source.request_gap if source else timedelta(seconds=1)
        fetched = self._now()
        try:
            answer = self._pages.get(message.url, gap, deadline)
            first = self._fields(answer, source, deadline)
            article = join_pages(first, lambda url: self._further(url, answer, source, gap, deadline))
            return self._joined(article, answer, fetched)
        except PermanentFailure as failure:
            return NoPage(failure.reason, fetched, failure.status, failure.url)
        except TransientFailure as failure:
            pause = retry_pause(failure, receive_count, self._now())
            if not (can_settle and is_final(receive_count, pause)):
                raise
            return NoPage(failure.reason, fetched, again_after=max(pause, RECHECK_AFTER))

    def _further(
        self, url: str, first: Answer, source: Source | None, gap: timedelta, deadline: Deadline
    ) -> Mapping[str, Any]:
        """Return what the extractor makes of another page of the same article."""
        answer = self._pages.get(url, gap, deadline)
        if not is_of_the_same_article(answer.url, first.url):
            raise PermanentFailure("leads elsewhere", answer.status, answer.url)
        return self._fields(answer, source, deadline)

    def _joined(self, article: Joined, answer: Answer, fetched: datetime) -> Page:
        return Page(
            article.fields,
            fetched,
            answer.status,
            answer.url,
            hashlib.sha256(answer.body).hexdigest(),
            article.shortfall,
            RECHECK_AFTER if article.is_passing else None,
        )

    def _fields(self, answer: Answer, source: Source | None, deadline: Deadline) -> Mapping[str, Any]:
        """Return what the extractor makes of a page; raise :class:`PermanentFailure` without a text."""
        params = {
            "task": "page",
            "url": answer.url,
            "content_type": answer.headers.get("content-type"),
            "timezone": (source.timezone if source else None) or self._catalogue.portal.timezone,
            "language": source.language if source else None,
        }
        try:
            fields = self._worker.call(answer.body, params, deadline.left())
        except WorkerFailed as failure:
            raise PermanentFailure(failure.reason, answer.status, answer.url) from failure
        if not fields["text"]:
            raise PermanentFailure("no article text found", answer.status, answer.url)
        return fields

    def _carriers(self, message: Message, known: ArticleItem | None) -> list[Source]:
        """Return the sources that carry the article, the message's first."""
        names = [message.source, *(via.source for via in known.via.values())] if known else [message.source]
        found = (self._catalogue.source(name) for name in dict.fromkeys(names))
        return [source for source in found if source is not None]

    def _hint_of_stored(self, known: ArticleItem) -> Hint:
        stored = self._archive.read(known)
        return Hint(
            title=stored.title,
            published=stored.published,
            updated=stored.updated,
            authors=stored.authors,
            categories=stored.categories,
            summary=stored.excerpt or None,
            content=stored.html if stored.origin == "feed" else None,
            image=known.image.url if known.image else None,
            language=stored.language,
        )
