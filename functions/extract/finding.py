"""From a message to a story: may the page be asked, can it be had, and what is told without it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from functions.extract.archive import Archive
from functions.extract.assembly import NoPage, Page, Story, tell
from functions.extract.copies import within_rights
from functions.extract.extracted_page import BadAnswer, ExtractedPage
from functions.extract.failures import (
    RECHECK_AFTER,
    PermanentFailure,
    TransientFailure,
    is_final,
    retry_pause,
)
from functions.extract.page_gate import PageGate
from functions.extract.page_requests import Deadline, PageRequests
from functions.extract.reservations import stated, superseded
from functions.extract.site_rules import TDM_RESERVED
from newswire.article_item import ArticleItem
from newswire.http_client import Answer
from newswire.messages import Hint, Message
from newswire.ownership import display_of, owning_source
from newswire.sources import Catalogue, Display, Source
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
        gate: PageGate,
        catalogue: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._archive = archive
        self._pages = pages
        self._worker = worker
        self._gate = gate
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
        display = partial(self._display, known, carriers)
        if display(message.url) == "link":
            no_page = NoPage("display: link", self._now())
            return Found(tell(message.url, hint, no_page, language, summary_only=True))
        # A bare link (of a sitemap, say) has no words to settle for: it waits for its page, and in the end
        # for the operator among the dead letters. Otherwise it would be lost.
        can_settle = known is not None or bool(hint.title)
        outcome = self._page(message, source, receive_count, display, can_settle=can_settle)
        if isinstance(outcome, Page):
            outcome = self._gate.admit(outcome, hint, message, known, source)
        reserved = isinstance(outcome, NoPage) and outcome.reason == TDM_RESERVED
        story = tell(message.url, hint, outcome, language, summary_only=reserved)
        if isinstance(outcome, Page):
            if known is None:
                story = within_rights(story, hint, carriers, language, self._catalogue)
            return Found(story, outcome.fields.site_name)
        return Found(story, recheck_after=outcome.again_after)

    def _page(
        self,
        message: Message,
        source: Source | None,
        receive_count: int,
        display: Callable[[str], Display],
        *,
        can_settle: bool,
    ) -> Page | NoPage:
        deadline = Deadline.after(MESSAGE_SECONDS)
        gap = source.request_gap if source else timedelta(seconds=1)
        fetched = self._now()
        try:
            answer = self._pages.get(message.url, gap, deadline, lambda url: display(url) == "full")
            page = self._extracted(answer, source, fetched, deadline)
        except PermanentFailure as failure:
            return NoPage(failure.reason, fetched, failure.status, failure.url, directives=failure.directives)
        except TransientFailure as failure:
            pause = retry_pause(failure, receive_count, self._now())
            if not (can_settle and is_final(receive_count, pause)):
                raise
            return NoPage(failure.reason, fetched, again_after=max(pause, RECHECK_AFTER))
        return page if display(answer.url) == "full" else _unless_reserved(page)

    def _extracted(
        self, answer: Answer, source: Source | None, fetched: datetime, deadline: Deadline
    ) -> Page | NoPage:
        params = {
            "task": "page",
            "url": answer.url,
            "content_type": answer.headers.get("content-type"),
            "timezone": source.timezone if source else None,
            "portal_timezone": self._catalogue.portal.timezone,
            "portal_language": self._catalogue.portal.language,
            "fetched": fetched.isoformat(),
            "language": source.language if source else None,
            "robots_tag": answer.headers.get("x-robots-tag"),
            "tdm": self._reservation(answer),
        }
        try:
            fields = ExtractedPage.from_answer(self._worker.call(answer.body, params, deadline.left()))
        except WorkerFailed as failure:
            return NoPage(failure.reason, fetched, answer.status, answer.url)
        except BadAnswer as lie:
            # Whoever speaks in the child's name now is not asked about anybody else's page.
            self._worker.close()
            return NoPage(f"parser failed: {lie.field}", fetched, answer.status, answer.url)
        if not fields.text:
            reason = "no article text found"
            return NoPage(reason, fetched, answer.status, answer.url, directives=fields.directives)
        return Page(fields, fetched, answer.status, answer.url, hashlib.sha256(answer.body).hexdigest())

    def _reservation(self, answer: Answer) -> tuple[bool | None, str | None]:
        """Return what is said of mining before the page is read: by its site, then by its answer."""
        header = stated(answer.headers.get("tdm-reservation"), answer.headers.get("tdm-policy"), answer.url)
        known = superseded(self._pages.reservation(answer.url), header)
        return known.reserved, known.policy

    def _display(self, known: ArticleItem | None, carriers: list[Source], url: str) -> Display:
        """Return how much is shown of an article; its owner's setting counts, whatever link it came by."""
        owner = owning_source(known.owner.homepage if known else url, self._catalogue)
        return display_of(owner, carriers)

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


def _unless_reserved(outcome: Page | NoPage) -> Page | NoPage:
    """Give a page up that turns out to be reserved, and that nobody allows us to carry whole."""
    if isinstance(outcome, NoPage):
        return outcome
    directives = outcome.fields.directives
    if not directives.tdm_reserved:
        return outcome
    return NoPage(TDM_RESERVED, outcome.fetched, outcome.status, outcome.final_url, directives=directives)
