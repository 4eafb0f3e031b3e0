"""From a request for a page to what is on it: asked for with permission, read by the worker, whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from functions.extract import page_records
from functions.extract.assembly import NoPage, Page
from functions.extract.extracted_page import BadAnswer, ExtractedPage
from functions.extract.failures import (
    RECHECK_AFTER,
    PermanentFailure,
    TransientFailure,
    is_final,
    retry_pause,
)
from functions.extract.joined_pages import is_of_the_same_article, join_pages
from functions.extract.page_records import PageLook
from functions.extract.page_requests import PageRequests
from functions.extract.reservations import stated, superseded
from functions.extract.site_rules import TDM_RESERVED
from newswire.article_history import PageRecord
from newswire.clock import instant
from newswire.http_client import Answer
from newswire.sources import Catalogue
from newswire.worker import Worker, WorkerFailed


class PageReader:
    """Has pages asked for and read; a look takes no longer than its deadline, all its pages included."""

    def __init__(
        self, pages: PageRequests, worker: Worker, catalogue: Catalogue, now: Callable[[], datetime]
    ) -> None:
        self._pages = pages
        self._worker = worker
        self._catalogue = catalogue
        self._now = now

    def look(self, look: PageLook) -> tuple[Page | NoPage | None, PageRecord | None]:
        """Return the page, or why not, or ``None`` where it is as it was; and what to remember of it.

        Raise :class:`TransientFailure` where the page should be asked for again soon.
        """
        fetched = self._now()
        try:
            return self._looked(look, fetched)
        except PermanentFailure as failure:
            reason, directives = failure.reason, failure.directives
            return NoPage(reason, fetched, failure.status, failure.url, directives=directives), None
        except TransientFailure as failure:
            pause = retry_pause(failure, look.receive_count, self._now())
            # What was had once is had: its next look may wait.
            is_over = look.is_recheck and look.last is not None
            if not (is_over or (look.can_settle and is_final(look.receive_count, pause))):
                raise
            return NoPage(failure.reason, fetched, again_after=max(pause, RECHECK_AFTER)), None

    def _looked(self, look: PageLook, fetched: datetime) -> tuple[Page | NoPage | None, PageRecord | None]:
        answer, last = self._answer(look), look.last
        sha256 = hashlib.sha256(answer.body).hexdigest()
        if last is not None and (reason := page_records.without_article(answer, last)):
            return NoPage(reason, fetched, None, answer.url), None
        if last is not None and look.is_conditional and page_records.is_unmodified(answer, sha256, last):
            return None, page_records.after_unmodified(last, answer)
        first = self._fields(answer, look, fetched)
        article = join_pages(first, lambda url: self._further(url, answer, look, fetched))
        again = RECHECK_AFTER if article.is_passing else None
        page = Page(article.fields, fetched, answer.status, answer.url, sha256, article.shortfall, again)
        return page, page_records.after_page(answer, sha256, first.title)

    def _answer(self, look: PageLook) -> Answer:
        """Return the page's answer, 304 only from the address whose validators were sent."""
        conditions = page_records.conditions(look.last) if look.is_conditional else {}
        url, gap = look.message.url, _gap(look)
        answer = self._pages.get(url, gap, look.deadline, look.licensed, conditions)
        if answer.status == 304 and look.last is not None and not page_records.is_believed(answer, look.last):
            # It redirects elsewhere now, or asks for something else: the page has not been seen so.
            return self._pages.get(url, gap, look.deadline, look.licensed)
        return answer

    def _further(self, url: str, first: Answer, look: PageLook, fetched: datetime) -> ExtractedPage:
        """Return what the extractor makes of another page of the same article."""
        answer = self._pages.get(url, _gap(look), look.deadline, look.licensed)
        if not is_of_the_same_article(answer.url, first.url):
            raise PermanentFailure("leads elsewhere", answer.status, answer.url)
        return self._fields(answer, look, fetched)

    def _fields(self, answer: Answer, look: PageLook, fetched: datetime) -> ExtractedPage:
        """Return what the extractor makes of a page; raise :class:`PermanentFailure` without an article."""
        params = {
            "task": "page",
            "url": answer.url,
            "content_type": answer.headers.get("content-type"),
            "timezone": look.source.timezone if look.source else None,
            "portal_timezone": self._catalogue.portal.timezone,
            "portal_language": self._catalogue.portal.language,
            "fetched": instant(fetched),
            "language": look.source.language if look.source else None,
            "robots_tag": answer.headers.get("x-robots-tag"),
            "tdm": self._reservation(answer),
        }
        try:
            found = ExtractedPage.from_answer(self._worker.call(answer.body, params, look.deadline.left()))
        except WorkerFailed as failure:
            raise PermanentFailure(failure.reason, answer.status, answer.url) from failure
        except BadAnswer as lie:
            # Whoever speaks in the child's name now is not asked about anybody else's page.
            self._worker.close()
            raise PermanentFailure(f"parser failed: {lie.field}", answer.status, answer.url) from lie
        reason = None if found.text or found.notice else "no article text found"
        if found.directives.tdm_reserved and not look.licensed(answer.url):
            reason = TDM_RESERVED
        if reason is not None:
            raise PermanentFailure(reason, answer.status, answer.url, found.directives)
        return found

    def _reservation(self, answer: Answer) -> tuple[bool | None, str | None]:
        """Return what is said of mining before the page is read: by its site, then by its answer."""
        header = stated(answer.headers.get("tdm-reservation"), answer.headers.get("tdm-policy"), answer.url)
        known = superseded(self._pages.reservation(answer.url), header)
        return known.reserved, known.policy


def _gap(look: PageLook) -> timedelta:
    return look.source.request_gap if look.source else timedelta(seconds=1)
