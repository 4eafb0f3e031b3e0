"""The gate between a page and its story: poor pages give way to the feed, and are counted by source.

It costs one read and one write of FeedTable a source and invocation. Of two invocations that write at once
the later one stands: a few pages are not counted then, which harms nobody.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.extract.assembly import NoPage, Page, text_hash
from functions.extract.front_pages import leads_to_front_page, leads_upwards
from functions.extract.quality import Grade, choose, grade
from functions.extract.source_pages import GOOD, PK_PREFIX, SourcePages, Transition
from newswire.article_item import ArticleItem
from newswire.messages import Hint, Message
from newswire.observability import Logger
from newswire.sources import Source
from newswire.tables import Table
from newswire.urls import article_id

WALL_RETRY = timedelta(hours=24)
_WORDS: dict[Transition, str] = {
    "poor": "most pages of the source are poor",
    "recovered": "the source's pages are good again",
}


@dataclass(slots=True)
class _Invocation:
    """The pages of one source that this invocation has seen."""

    record: SourcePages
    reasons: Counter[str] = field(default_factory=Counter)
    poor: list[str] = field(default_factory=list)
    pages: int = 0
    other_language: int = 0


class PageGate:
    """Grades the pages of one invocation; `settle` stores and tells what they were like."""

    def __init__(self, table: Table, logger: Logger, now: Callable[[], datetime]) -> None:
        self._table = table
        self._logger = logger
        self._now = now
        self._sources: dict[str, _Invocation] = {}
        self._lock = threading.Lock()

    def admit(
        self,
        page: Page,
        hint: Hint,
        message: Message,
        known: ArticleItem | None,
        source: Source | None,
    ) -> Page | NoPage:
        """Return the page, or the reason why its text is not the article's."""
        name = source.id if source is not None else message.source
        identity = known.id if known is not None else message.article_id
        text = text_hash(page.fields.text)
        with self._lock:  # a source may have several hosts, which are asked side by side
            seen = self._seen(name)
            earlier = seen.record.earlier(text)
            graded = grade(
                page.fields,
                hint,
                source.language if source is not None else None,
                is_front_page=leads_to_front_page(message.url, page.final_url),
                is_section=leads_upwards(message.url, page.final_url),
                is_repeated=earlier is not None and earlier not in _ids(page, identity),
            )
            self._note(seen, graded, text, identity)
        has_stored_page = known is not None and known.origin == "page"
        if choose(graded, hint, has_stored_page=has_stored_page) == "page":
            return page
        reason = graded.reasons[0].value
        # A wall speaks for itself: bot checks ask everyone not to index them.
        directives = page.fields.directives if graded.is_article else None
        # What stands in an article's place may be gone tomorrow; the article would look the same.
        again = None if graded.is_article else WALL_RETRY
        where = (page.status, page.final_url)
        return NoPage(reason, page.fetched, *where, again_after=again, directives=directives)

    def settle(self) -> tuple[int, int]:
        """Store what this invocation saw, tell of poor pages; return how many pages and poor ones."""
        for name, seen in self._sources.items():
            record, transition = seen.record.since(self._now()).assessed()
            self._tell(name, seen, record, transition)
            self._table.put_unconditionally(record.to_item(self._now()))
        graded = sum(seen.pages for seen in self._sources.values())
        poor = sum(len(seen.poor) for seen in self._sources.values())
        self._sources.clear()
        return graded, poor

    def _seen(self, source: str) -> _Invocation:
        if source not in self._sources:
            item = self._table.get_many([PK_PREFIX + source]).get(PK_PREFIX + source)
            record = SourcePages(source) if item is None else SourcePages.from_item(item)
            self._sources[source] = _Invocation(record)
        return self._sources[source]

    def _note(self, seen: _Invocation, graded: Grade, text: str, identity: str) -> None:
        kind = graded.reasons[0].value if graded.reasons else GOOD
        seen.record = seen.record.with_page(text, identity, kind, self._now())
        seen.pages += 1
        seen.other_language += graded.is_other_language
        if graded.reasons:
            seen.reasons[kind] += 1
            seen.poor.append(identity)

    def _tell(
        self, source: str, seen: _Invocation, record: SourcePages, transition: Transition | None
    ) -> None:
        if not seen.poor and transition is None:
            return
        percent = round(record.rate() * 100)
        if seen.poor:
            self._logger.warning(
                "poor pages",
                source=source,
                pages=seen.pages,
                poor=len(seen.poor),
                reasons=dict(seen.reasons),
                articles=seen.poor,
                other_language=seen.other_language,
                poor_percent=percent,
            )
        if transition is not None:
            log = self._logger.info if transition == "recovered" else self._logger.warning
            log(_WORDS[transition], source=source, transition=transition, poor_percent=percent)


def _ids(page: Page, identity: str) -> set[str]:
    """Return the ids by which this very article goes: its own, and those of its canonical and final URL."""
    urls = (page.fields.canonical_url, page.final_url)
    return {identity, *(article_id(url) for url in urls if url)}
