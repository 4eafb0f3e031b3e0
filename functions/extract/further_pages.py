"""The further pages of one article in one look: asked for conditionally, and whole only where it must be.

What is stored is one text, of which no page's share can be told: each page leaves out what the ones before
it said. So a page that has changed needs the others' bodies as well. Those that came in the same look serve;
only what was answered 304 before the change was found is asked for a second time, without conditions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from functions.extract import page_records
from functions.extract.failures import PermanentFailure, TransientFailure
from functions.extract.joined_pages import Joined, lack_of
from functions.extract.lost_pages import is_confirmed, noted
from newswire.article_history import PageRecord
from newswire.http_client import Answer


class FurtherPages:
    """Asks by ``ask``, given a link and the headers that make the request conditional.

    It raises :class:`PermanentFailure` or :class:`TransientFailure`. ``known`` are the records of the last
    look, in the order of the pages.
    """

    def __init__(
        self, ask: Callable[[str, Mapping[str, str]], Answer], known: Sequence[PageRecord], now: datetime
    ) -> None:
        self._ask = ask
        self._known = known
        self._now = now
        self._outcomes: dict[str, Answer | PermanentFailure] = {}

    def unchanged(self) -> tuple[PageRecord, ...] | None:
        """Return the records after a look at each page, ``None`` where the article is to be read again.

        That is so where a page has changed or come back, and where one is gone for good: two looks say so.
        Any other failure ends the look, and nothing is made of it yet.
        """
        looked: list[PageRecord] = []
        for record in self._known:
            try:
                after = self._unmodified(record)
            except TransientFailure:
                break
            except PermanentFailure as failure:
                lack = lack_of(failure)
                if lack == "gone" and not record.left_out and is_confirmed(record, lack, self._now):
                    return None
                looked.append(record if record.left_out else noted(record, lack, self._now))
                break
            if after is None:
                return None
            looked.append(after)
        return (*looked, *self._known[len(looked) :])

    def get(self, link: str) -> Answer:
        """Return a page's answer with its body; what this look has had already is not asked for again."""
        outcome = self._outcomes.get(link)
        if outcome is None:
            return self._asked(link, {})
        if isinstance(outcome, PermanentFailure):
            raise outcome
        return outcome

    def records(self, joined: Joined) -> tuple[PageRecord, ...]:
        """Return what to remember of the pages that an article was put together of, and of what it lacks."""
        had = [self._record(link) for link in joined.pages]
        if joined.shortfall is None:
            return tuple(had)
        link, is_passing = joined.shortfall.link, joined.shortfall.lack == "passing"
        lacking = PageRecord(link) if is_passing else self._record(link)
        return (*had, replace(lacking, left_out=True))

    def _unmodified(self, record: PageRecord) -> PageRecord | None:
        """Return a page's record after a look at it, ``None`` where it is another one now."""
        link = page_records.link_of(record)
        answer = self._asked(link, page_records.conditions(record))
        if answer.status == 304 and not page_records.is_believed(answer, record):
            answer = page_records.asking_too(self._asked(link, {}), answer)
            self._outcomes[link] = answer
        if not page_records.is_unmodified(answer, _sha256(answer), record):
            return None
        return _linked(page_records.after_unmodified(record, answer), link)

    def _asked(self, link: str, conditions: Mapping[str, str]) -> Answer:
        """Ask for a page, and keep what can serve once more."""
        try:
            answer = self._ask(link, conditions)
        except PermanentFailure as failure:
            self._outcomes[link] = failure
            raise
        if answer.status != 304:
            self._outcomes[link] = answer
        return answer

    def _record(self, link: str) -> PageRecord:
        outcome = self._outcomes.get(link)
        if not isinstance(outcome, Answer):
            return PageRecord(link)
        return _linked(page_records.after_page(outcome, _sha256(outcome), None), link)


def _linked(record: PageRecord, link: str) -> PageRecord:
    return replace(record, link=None if record.url == link else link)


def _sha256(answer: Answer) -> str:
    return hashlib.sha256(answer.body).hexdigest()
