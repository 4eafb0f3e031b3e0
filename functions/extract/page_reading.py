"""From a request for a page to what is on it: asked for with permission, read by the worker, whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from functions.extract import page_records
from functions.extract.assembly import NoPage, Page
from functions.extract.extracted_page import BadAnswer, ExtractedPage
from functions.extract.failures import (
    RECHECK_AFTER,
    HostBusy,
    PermanentFailure,
    TransientFailure,
    is_final,
    retry_pause,
)
from functions.extract.further_pages import FurtherPages
from functions.extract.joined_pages import (
    ELSEWHERE,
    ELSEWHERE_FOR_GOOD,
    Joined,
    is_of_another_article,
    is_of_the_same_article,
    join_pages,
)
from functions.extract.kept_steps import QUICK_GAP
from functions.extract.page_records import PageLook
from functions.extract.page_requests import PageRequests
from functions.extract.robots_directives import directives_in, header_texts, reservation_of
from functions.extract.site_rules import TDM_RESERVED
from newswire.article_history import PageRecord
from newswire.clock import instant
from newswire.directives import SILENT
from newswire.http_client import Answer
from newswire.ownership import owning_source
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

        Raise :class:`TransientFailure` where the page should be asked for again soon, :class:`HostBusy` where
        the look goes on from its steps at the host's next turn.
        """
        now = self._now()
        fetched = look.steps.since or now
        try:
            return self._looked(look, fetched)
        except PermanentFailure as failure:
            return self._unread(failure, look, fetched), None
        except HostBusy as busy:
            if look.may_wait(now):
                raise
            return NoPage(busy.reason, fetched, again_after=max(busy.pause, RECHECK_AFTER)), None
        except TransientFailure as failure:
            pause = retry_pause(failure, look.receive_count, self._now())
            # What was had once is had: its next look may wait.
            is_over = look.is_recheck and look.last is not None
            if not (is_over or (look.can_settle and is_final(look.receive_count, pause))):
                raise
            return NoPage(failure.reason, fetched, again_after=max(pause, RECHECK_AFTER)), None

    @contextmanager
    def steps(self, look: PageLook) -> Iterator[PageLook]:
        """Give the look with what its message had so far; that is kept where it is to come back."""
        if self._gap(look.message.url, look) <= QUICK_GAP:
            yield look
            return
        with self._pages.kept_steps.of(look.message) as steps:
            yield replace(look, steps=steps)

    def _unread(self, failure: PermanentFailure, look: PageLook, fetched: datetime) -> NoPage:
        """Return why a page was not had; one that is there and cannot be read speaks by its headers."""
        reason, directives, url = failure.reason, failure.directives, failure.url
        if directives is None and url is not None and page_records.asks_anew(failure.headers, look, url):
            site = reservation_of(failure.headers, url, self._pages.reservation(url))
            zone = ZoneInfo(look.source.timezone) if look.source and look.source.timezone else None
            heard = directives_in(header_texts(failure.headers.get("x-robots-tag")), site, zone)
            # What its elements asked for when it was read may still stand there.
            directives = look.asked.narrowed(heard) if heard != SILENT else None
            if heard.tdm_reserved and not look.licensed(url):
                reason = TDM_RESERVED
        return NoPage(reason, fetched, failure.status, url, directives=directives)

    def _looked(self, look: PageLook, fetched: datetime) -> tuple[Page | NoPage | None, PageRecord | None]:
        answer, last = self._answer(look), look.last
        pages = FurtherPages(
            lambda url, asked: self._get_further(url, look, asked), last.further if last else (), fetched
        )
        if last is not None and look.is_conditional and _is_unmodified(answer, last):
            further = pages.unchanged()
            if further is not None:
                return None, replace(page_records.after_unmodified(last, answer), further=further)
            if answer.status == 304:
                try:
                    answer = self._get(look.message.url, look)
                except TransientFailure:
                    # It was there a moment ago. The next look finds the same change.
                    return None, page_records.after_unmodified(last, answer)
        return self._read(answer, pages, look, fetched)

    def _read(
        self, answer: Answer, pages: FurtherPages, look: PageLook, fetched: datetime
    ) -> tuple[Page | NoPage, PageRecord | None]:
        """Return the article that begins on a page."""
        if look.last is not None and (reason := page_records.without_article(answer, look.last)):
            return NoPage(reason, fetched, None, answer.url), None
        # In this order: the worker is sent what has just been read.
        sha256, first = _sha256(answer), self._fields(answer, look, fetched)
        if first.notice and not look.has_text(first.text):
            article = Joined(first)  # its pager may still lead to the pages of what it withdraws
        else:
            first = replace(first, notice=False) if first.notice else first
            article = join_pages(
                first, lambda url: self._further(pages.get(url), answer, first, look, fetched)
            )
        is_passing = article.shortfall is not None and article.shortfall.lack == "passing"
        again = RECHECK_AFTER if is_passing else None
        page = Page(article.fields, fetched, answer.status, answer.url, sha256, article.shortfall, again)
        record = page_records.after_page(answer, sha256, first.title)
        further = pages.records(article)
        return page, replace(record, further=further) if further else record

    def _answer(self, look: PageLook) -> Answer:
        """Return the page's answer, 304 only from the address whose validators were sent."""
        answer = self._get(
            look.message.url, look, page_records.conditions(look.last) if look.is_conditional else {}
        )
        if answer.status == 304 and look.last is not None and not page_records.is_believed(answer, look.last):
            # It redirects elsewhere now, or asks for something else: the page has not been seen so.
            return page_records.asking_too(self._get(look.message.url, look), answer)
        return answer

    def _get(self, url: str, look: PageLook, conditions: Mapping[str, str] | None = None) -> Answer:
        gap = self._gap(url, look)
        return self._pages.get(url, gap, look.deadline, look.licensed, conditions, look.steps)

    def _get_further(self, url: str, look: PageLook, conditions: Mapping[str, str]) -> Answer:
        """Return a further page's answer; an article that has waited long for its host goes without."""
        try:
            return self._get(url, look, conditions)
        except HostBusy as busy:
            if not look.has_waited_long(self._now()):
                raise
            raise TransientFailure(busy.reason) from busy

    def _gap(self, url: str, look: PageLook) -> timedelta:
        gap = look.source.request_gap if look.source else timedelta(seconds=1)
        # Whoever carries an article may be asked faster than the site that it is of
        if owner := owning_source(url, self._catalogue):
            gap = max(gap, owner.request_gap)
        return gap

    def _further(
        self, answer: Answer, begun: Answer, first: ExtractedPage, look: PageLook, fetched: datetime
    ) -> ExtractedPage:
        """Return what the extractor makes of another page of the article that ``first`` begins."""
        if not is_of_the_same_article(answer.url, begun.url):
            is_final = answer.permanent_url == answer.url
            reason = ELSEWHERE_FOR_GOOD if is_final else ELSEWHERE
            raise PermanentFailure(reason, answer.status, answer.url)
        fields = self._fields(answer, look, fetched)
        if is_of_another_article(fields, first, begun.url):
            raise PermanentFailure(ELSEWHERE, answer.status, answer.url)
        if fields.notice:
            # It speaks of the article, whose first page does not; and it is no page of its text.
            raise PermanentFailure("a notice of withdrawal", answer.status, answer.url)
        return fields

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
        left = look.deadline.left()
        with self._worker.turn():
            try:
                found = ExtractedPage.from_answer(self._worker.call(answer.body, params, left))
            except WorkerFailed as failure:
                raise _unreadable(failure.reason, answer) from failure
            except BadAnswer as lie:
                # Whoever speaks in the child's name now is not asked about anybody else's page.
                self._worker.close()
                raise _unreadable(f"parser failed: {lie.field}", answer) from lie
        reason = None if found.text or found.notice else "no article text found"
        if found.directives.tdm_reserved and not look.licensed(answer.url):
            reason = TDM_RESERVED
        if reason is not None:
            raise PermanentFailure(reason, answer.status, answer.url, found.directives)
        return found

    def _reservation(self, answer: Answer) -> tuple[bool | None, str | None]:
        known = reservation_of(answer.headers, answer.url, self._pages.reservation(answer.url))
        return known.reserved, known.policy


def _unreadable(reason: str, answer: Answer) -> PermanentFailure:
    return PermanentFailure(reason, answer.status, answer.url, headers=answer.headers)


def _is_unmodified(answer: Answer, last: PageRecord) -> bool:
    is_article = page_records.without_article(answer, last) is None
    return is_article and page_records.is_unmodified(answer, _sha256(answer), last)


def _sha256(answer: Answer) -> str:
    return hashlib.sha256(answer.body).hexdigest()
