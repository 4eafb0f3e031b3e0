"""What publishers have corrected or withdrawn, in words: on the article and on the page of corrections.

What a text or headline said before is not said again: it was corrected for a reason. Of an article that
was withdrawn only its publisher and the day are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.publish.entries import Entry
from functions.publish.look import Look
from newswire.article_history import Edit
from newswire.article_item import ArticleItem

PAGE = "corrections.html"
MOST_ROWS = 100
AGE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Correction:
    """One change of an article: when (RFC 3339) it was seen, and the names of what changed."""

    at: str
    what: str

    @property
    def moment(self) -> datetime:
        """Return when it was seen."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Amended:
    """A row of the page: an article's last correction, or, without an ``entry``, that it was withdrawn."""

    at: str
    owner: str
    entry: Entry | None = None
    what: str = ""

    @property
    def moment(self) -> datetime:
        """Return when it was seen."""
        return datetime.fromisoformat(self.at)


def corrections_of(item: ArticleItem, look: Look) -> list[Correction]:
    """Return an article's corrections, newest first; older ones than its history knows are not told."""
    return [
        Correction(edit.at, _what_changed(edit, look)) for edit in reversed(item.history) if edit.correction
    ]


def corrections_page(look: Look, rows: Sequence[Amended]) -> bytes:
    """Return the page of these rows, newest first, by the days of the portal's own clock."""
    days: dict[str, list[Amended]] = {}
    for row in rows:
        days.setdefault(look.calendar.day(row.moment), []).append(row)
    words = look.words
    lead = words.corrections_lead.format(portal=look.portal.name, days=AGE.days, most=MOST_ROWS)
    nothing = words.no_corrections.format(days=AGE.days)
    return look.page(PAGE, PAGE, title=words.corrections, description=lead, nothing=nothing, days=days)


def _what_changed(edit: Edit, look: Look) -> str:
    names = [_said(edit, name, look) for name in look.words.corrected if name in edit.fields]
    return ", ".join(names)


def _said(edit: Edit, name: str, look: Look) -> str:
    words, counted = look.words, look.calendar.counted
    sizes = [
        counted(form, number)
        for form, number in ((words.words_added, edit.words_added), (words.words_removed, edit.words_removed))
        if number and name == "text"
    ]
    return f"{words.corrected[name]} ({', '.join(sizes)})" if sizes else words.corrected[name]
