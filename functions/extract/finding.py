"""From a message to a story: may the page be asked, can it be had, and what is told without it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.extract import page_records
from functions.extract.archive import Archive
from functions.extract.assembly import NoPage, Page, Story, tell
from functions.extract.failures import (
    RECHECK_AFTER,
    PermanentFailure,
    TransientFailure,
    is_final,
    retry_pause,
)
from functions.extract.page_requests import Deadline, PageRequests
from functions.extract.retelling import stored_hint
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem
from newswire.http_client import Answer
from newswire.messages import Hint, Message
from newswire.ownership import display_of, owning_source
from newswire.sources import Catalogue, Source
from newswire.worker import Worker, WorkerFailed

MESSAGE_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a message led to.

    There is no ``story`` where a re-check tells none: the page is as it was, or it was not had. ``reason``
    is why a page was not had, ``is_missing`` whether it is not there any more. ``page`` is what to remember
    of the page, ``None`` what is remembered. ``is_notice``: the page says that its article was withdrawn.
    With ``recheck_after`` its server may answer later.
    """

    story: Story | None
    site_name: str | None = None
    recheck_after: timedelta | None = None
    page: PageRecord | None = None
    reason: str | None = None
    is_missing: bool = False
    is_notice: bool = False


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
        language = source.language if source else "en"
        # The owner's setting counts, whatever link an edit came by.
        owner = owning_source(known.owner.homepage if known else message.url, self._catalogue)
        if display_of(owner, carriers) == "link":
            no_page = NoPage("display: link", self._now())
            story = tell(message.url, self._hint(message, known), no_page, language, summary_only=True)
            return Found(story, reason=no_page.reason)
        # A bare link (of a sitemap, say) has no words to settle for: it waits for its page, and in the end
        # for the operator among the dead letters. Otherwise it would be lost.
        can_settle = known is not None or bool(message.hint and message.hint.title)
        deadline = Deadline.after(MESSAGE_SECONDS)
        request = page_records.PageLook(
            message, source, deadline, receive_count, can_settle, page_records.last_look(known)
        )
        outcome, page = self._look(request)
        moved = page_records.moved_link(known, message.url) if request.is_recheck else None
        if moved is not None and isinstance(outcome, NoPage) and page_records.is_missing(outcome):
            request = replace(request, message=replace(message, url=moved))
            outcome, page = self._look(request)
        if isinstance(outcome, Page):
            return self._told(request, outcome, page, known, language)
        if outcome is None:
            return Found(None, page=page)
        if request.is_recheck and request.last is not None:
            return _without_page(outcome, request.last)
        story = tell(message.url, self._hint(message, known), outcome, language)
        return Found(story, recheck_after=outcome.again_after, reason=outcome.reason)

    def _told(
        self,
        request: page_records.PageLook,
        outcome: Page,
        page: PageRecord | None,
        known: ArticleItem | None,
        language: str,
    ) -> Found:
        hint = self._hint(request.message, known)
        if request.is_recheck and request.last and page and page_records.is_retitled(request.last, page):
            # What is stored may be the feed's headline, which would hide that the page's is another now.
            hint = replace(hint, title=None)
        story = tell(request.message.url, hint, outcome, language)
        return Found(story, outcome.fields["site_name"], page=page, is_notice=outcome.fields["notice"])

    def _look(self, request: page_records.PageLook) -> tuple[Page | NoPage | None, PageRecord | None]:
        """Return the page, or why not, or ``None`` where it is as it was, and what to remember of it."""
        fetched = self._now()
        try:
            answer = self._answer(request)
            if (last := request.last) is not None and (reason := page_records.without_article(answer, last)):
                return NoPage(reason, fetched, None, answer.url), None
            if (
                last is not None
                and request.is_recheck
                and page_records.is_unmodified(answer, _sha256(answer), last)
            ):
                return None, page_records.after_unmodified(last, answer)
            outcome = self._extracted(answer, request.source, fetched, request.deadline)
            if isinstance(outcome, NoPage):
                return outcome, None
            return outcome, page_records.after_page(answer, outcome.sha256, outcome.fields["title"])
        except PermanentFailure as failure:
            return NoPage(failure.reason, fetched, failure.status, failure.url), None
        except TransientFailure as failure:
            pause = retry_pause(failure, request.receive_count, self._now())
            # What was had once is had: its next look may wait.
            is_over = request.is_recheck and request.last is not None
            if not (is_over or (request.can_settle and is_final(request.receive_count, pause))):
                raise
            return NoPage(failure.reason, fetched, again_after=max(pause, RECHECK_AFTER)), None

    def _answer(self, request: page_records.PageLook) -> Answer:
        """Return the page's answer, 304 only from the address whose validators were sent."""
        gap = request.source.request_gap if request.source else timedelta(seconds=1)
        headers = page_records.conditions(request.last) if request.is_recheck else {}
        answer = self._pages.get(request.message.url, gap, request.deadline, headers)
        if answer.status == 304 and request.last is not None and answer.url != request.last.url:
            # It redirects elsewhere now: what stands there has not been seen.
            return self._pages.get(request.message.url, gap, request.deadline)
        return answer

    def _extracted(
        self, answer: Answer, source: Source | None, fetched: datetime, deadline: Deadline
    ) -> Page | NoPage:
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
            return NoPage(failure.reason, fetched, answer.status, answer.url)
        if not fields["text"] and not fields["notice"]:
            return NoPage("no article text found", fetched, answer.status, answer.url)
        return Page(fields, fetched, answer.status, answer.url, _sha256(answer))

    def _carriers(self, message: Message, known: ArticleItem | None) -> list[Source]:
        """Return the sources that carry the article, the message's first."""
        names = [message.source, *(via.source for via in known.via.values())] if known else [message.source]
        found = (self._catalogue.source(name) for name in dict.fromkeys(names))
        return [source for source in found if source is not None]

    def _hint(self, message: Message, known: ArticleItem | None) -> Hint:
        """Return what a feed says: now, or else when the article was last told."""
        if message.hint is not None or known is None:
            return message.hint or Hint()
        return stored_hint(self._archive.read(known), known.excerpt)


def _without_page(outcome: NoPage, last: PageRecord) -> Found:
    """Return what a re-check found that had no page; one that is there but cannot be read is not missing."""
    return Found(
        None,
        recheck_after=outcome.again_after,
        page=replace(last, missing_since=None) if outcome.status == 200 else None,
        reason=outcome.reason,
        is_missing=page_records.is_missing(outcome),
    )


def _sha256(answer: Answer) -> str:
    return hashlib.sha256(answer.body).hexdigest()
