"""What one run of the stage works with; handed to every step of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from functions.publish.archive import Archive, UnreadableArticle
from functions.publish.entries import Entry, entry_for
from functions.publish.look import Look
from functions.publish.reporting import Report
from functions.publish.rights import Terms, terms_for
from functions.publish.site import Site
from functions.publish.static_files import StaticFile
from functions.publish.stores import Articles
from newswire.article import Article
from newswire.article_item import ArticleItem

Value = TypeVar("Value")
Result = TypeVar("Result")

# Every lost attempt is another run's success, so a pause between two would gain nothing.
ATTEMPTS = 25
MARGIN = 10.0


class OutOfTime(Exception):
    """The invocation ends before the step could; its records come back."""


@dataclass(frozen=True, slots=True)
class Run:
    """Stores, look and time of one run.

    ``files`` are the static files that the look names; ``edition`` names the program that renders;
    ``time_left`` returns seconds. With one of ``workers`` the order of all storage calls is fixed.
    """

    now: datetime
    look: Look
    files: tuple[StaticFile, ...]
    edition: str
    articles: Articles
    archive: Archive
    site: Site
    report: Report
    time_left: Callable[[], float]
    workers: int = 8

    def terms(self, item: ArticleItem) -> Terms | None:
        """Return the terms of an article now."""
        return terms_for(item, self.look.catalogue, self.now)

    def entry(self, item: ArticleItem, terms: Terms) -> Entry | None:
        """Return an article's entry, or ``None``, recorded, where it may not or cannot be shown."""
        try:
            return entry_for(item, terms, self.look.catalogue, self.look.words)
        except Exception as error:  # noqa: BLE001 - whatever an article does to us costs that article alone
            self.report.dropped(item.id, error)
            return None

    def article(self, entry: Entry) -> Article | None:
        """Return an entry's article, or ``None``, recorded, where its file cannot be read."""
        try:
            return self.archive.article(entry.item.article_key)
        except UnreadableArticle as error:
            self.report.dropped(entry.id, error)
            return None

    def rendered(self, entry: Entry, render: Callable[[], Result]) -> Result | None:
        """Return what ``render``, which asks no store, makes of an entry, or ``None``, recorded."""
        try:
            return render()
        except Exception as error:  # noqa: BLE001 - whatever an article does to a template costs that article alone
            self.report.dropped(entry.id, error)
            return None

    def begin_attempt(self) -> None:
        """Raise :class:`OutOfTime` where there is no time for another attempt at an output."""
        if self.time_left() < MARGIN:
            raise OutOfTime(f"less than {MARGIN:g} s left")

    def concurrently(self, step: Callable[[Value], Result], values: Iterable[Value]) -> list[Result]:
        """Return the results of an I/O-bound step in the order of its values; the first error is raised."""
        if self.workers == 1:
            return [step(value) for value in values]
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(step, values))
