"""What one run of the stage works with; handed to every step of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from functions.publish import threads
from functions.publish.archive import Archive, UnreadableArticle
from functions.publish.carried import Carried
from functions.publish.editions import Editions
from functions.publish.entries import entry_for
from functions.publish.feed_reports import FeedReports
from functions.publish.look import Look
from functions.publish.reporting import Report
from functions.publish.rights import Terms, terms_for
from functions.publish.site import Site
from functions.publish.static_files import StaticFile
from functions.publish.stores import Articles
from functions.publish.unfinished_changes import OwnNote
from newswire.article import Article
from newswire.article_item import ArticleItem
from newswire.article_table import Record

# Storage calls at once, beside those of a run's parts: with half of them a run waits longer for S3; each
# needs a connection of its own.
WORKERS = 16

Value = TypeVar("Value")
Result = TypeVar("Result")


class OutdatedRun(Exception):
    """The operator's files are others by now: what this run has written may not be what they ask for."""


@dataclass(frozen=True, slots=True)
class Run:
    """Stores, look and time of one run.

    ``files`` are the static files that the look names; ``edition`` names the program and, after a hyphen,
    the catalogue that render. A ``thorough`` run asks the table about every article that a channel lists,
    and FeedTable how the feeds do; others ask only about the articles that changed. ``time_left`` returns
    seconds. ``is_current`` tells whether the operator's files are still those of ``look``. With one of
    ``workers`` the order of all storage calls is fixed. ``unfinished`` is what the run publishes without a
    stream record behind it.
    """

    now: datetime
    look: Look
    files: tuple[StaticFile, ...]
    edition: str
    articles: Articles
    feeds: FeedReports
    archive: Archive
    site: Site
    report: Report
    time_left: Callable[[], float]
    is_current: Callable[[], bool] = lambda: True
    thorough: bool = False
    workers: int = WORKERS
    unfinished: OwnNote = field(default_factory=OwnNote, repr=False, compare=False)
    editions: Editions = field(init=False, repr=False, compare=False)
    _carried: dict[str, Carried] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what every output asks for."""
        object.__setattr__(self, "editions", Editions(self.edition.partition("-")[0], self.look))

    def terms(self, record: Record | None) -> Terms | None:
        """Return the terms of an article now; ``None`` where it is not carried (any more)."""
        if not isinstance(record, ArticleItem):
            return None
        return terms_for(record, self.look.catalogue, self.now)

    def carried(self, record: Record | None) -> Carried | None:
        """Return an article as it is shown, or ``None`` where it may not or, recorded, cannot be."""
        if not isinstance(record, ArticleItem):
            return None
        known = self._carried.get(record.id)
        if known is not None and known.item == record:
            return known
        terms = self.terms(record)
        if terms is None:
            return None
        try:
            entry = entry_for(record, terms, self.look.catalogue, self.look.words)
        except Exception as error:  # noqa: BLE001 - whatever an article does to us costs that article alone
            self.report.dropped(record.id, error)
            return None
        self._carried[record.id] = found = Carried(record, terms, entry)
        return found

    def article(self, item: ArticleItem) -> Article | None:
        """Return an item's article, or ``None``, recorded, where its file cannot be read."""
        try:
            return self.archive.article(item.article_key)
        except UnreadableArticle as error:
            self.report.dropped(item.id, error)
            return None

    def rendered(self, article_id: str, render: Callable[[], Result]) -> Result | None:
        """Return what ``render``, which asks no store, makes of an article, or ``None``, recorded."""
        try:
            return render()
        except Exception as error:  # noqa: BLE001 - whatever an article does to a template costs that article alone
            self.report.dropped(article_id, error)
            return None

    def concurrently(self, step: Callable[[Value], Result], values: Iterable[Value]) -> list[Result]:
        """Return the results of an I/O-bound step in the order of its values; the first error is raised."""
        if self.workers == 1:
            return [step(value) for value in values]
        return threads.concurrently(self.workers, step, values)

    def side_by_side(self, step: Callable[[Value], Result], values: Sequence[Value]) -> list[Result]:
        """Do the same with parts of the run that may themselves have something done concurrently."""
        if self.workers == 1:
            return [step(value) for value in values]
        return threads.side_by_side(self.workers, step, values)
