"""The news sitemap (Google's extension 0.9): what the last two days brought and a news search may list.

It is its own memory, and its rows leave by time alone: the hourly run is a change of none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.run import Run
from functions.publish.snapshot import Snapshot
from newswire.article_item import PORTAL, ArticleItem
from newswire.article_table import Listed, Record
from newswire.bucket import WriteConflict
from newswire.dates import to_rfc3339
from newswire.sources import Portal
from newswire.text import xml_text

KEY = "news.xml"
# Google Search Central, "Create a news sitemap": 1,000 rows of articles of the last two days.
MOST_ROWS = 1000
AGE = timedelta(days=2)
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_ARTICLE = re.compile(r"/a/[^/]*([a-z2-7]{16})\.html$")


@dataclass(frozen=True, slots=True)
class NewsRow:
    """One article: its page, its language (ISO 639), its title and when it was first published (UTC)."""

    address: str
    language: str
    published: str
    title: str


@dataclass(frozen=True, slots=True)
class NewsState:
    """The news sitemap as it is now; ``proposed`` are further articles that may stand in it."""

    snapshot: Snapshot
    rows: Mapping[str, NewsRow]
    proposed: Sequence[str] = ()


class NewsWriter:
    """Brings the news sitemap up to date; rows only name pages that readers find.

    ``used`` gets the items of further articles that this run was the first to list.
    """

    def __init__(
        self, run: Run, changes: Mapping[str, Change], pages: Pages, used: dict[str, ArticleItem]
    ) -> None:
        self._run = run
        self._changes = changes
        self._pages = pages
        self._used = used
        self._short = False
        self.failed: set[str] = set()

    def subjects(self) -> list[str]:
        """Return the one file."""
        return [KEY]

    def read(self, subjects: Sequence[str]) -> list[NewsState]:
        """Return the file as it is now."""
        return [self._state(self._run.site.read(key)) for key in subjects]

    def wanted(self, states: Sequence[NewsState]) -> set[str]:
        """Return the articles that have to be asked for."""
        return {*self._changes, *(one for state in states for one in state.proposed)}

    def write(self, states: Sequence[NewsState], truth: Mapping[str, Record]) -> list[str]:
        """Write the file; return it where it was overtaken or needs proposals."""
        try:
            return [KEY for state in states if not self._write(state, truth)]
        except WriteConflict:
            return [KEY]

    def concerned(self, subject: str) -> set[str]:  # noqa: ARG002 - there is only one
        """Return the changed articles."""
        return set(self._changes)

    def _state(self, snapshot: Snapshot) -> NewsState:
        rows = read_rows(snapshot.body, self._run.look.portal.url)
        proposed: Sequence[Listed] = ()
        if self._short and rows:
            # An article is listed when it was published, but for those few whose date was corrected later.
            position = f"{min(rows.values(), key=_order).published.removesuffix('Z')}~"
            proposed = self._run.articles.listed_before("by-portal", PORTAL, position, 2 * MOST_ROWS)
        return NewsState(snapshot, rows, [one.id for one in proposed if one.id not in rows])

    def _write(self, state: NewsState, truth: Mapping[str, Record]) -> bool:
        """Return whether the file says what it has to say."""
        rows = dict(state.rows)
        for one in self._changes.keys() - self._pages.failed:
            rows.pop(one, None)
            if one in self._pages.present and (row := self._row(truth.get(one))):
                rows[one] = row
        moved_up: Sequence[NewsRow] = ()
        if missing := self._missing(state, rows):
            if not self._short:
                self._short = True
                return False
            moved_up = self._moved_up(state, truth, missing)
        fresh = newest([*rows.values(), *moved_up], self._run.now)
        full = {"full": "1"} if len(fresh) == MOST_ROWS else {}
        self._run.site.write(state.snapshot, document(fresh, self._run.look.portal), full)
        shown = set(fresh)
        listed = {one for one in self._changes if rows.get(one) in shown}
        self._run.report.listed(KEY, self._changes, state.rows, listed)
        return True

    def _missing(self, state: NewsState, rows: Mapping[str, NewsRow]) -> int:
        """Return for how many rows a full file has room that are older than all it had, and still fresh."""
        if "full" not in state.snapshot.metadata or not state.rows:
            return 0
        oldest = min(state.rows.values(), key=_order)
        if not newest([oldest], self._run.now):
            return 0
        kept = sum(_order(row) >= _order(oldest) for row in rows.values())
        return max(MOST_ROWS - kept, 0)

    def _moved_up(self, state: NewsState, truth: Mapping[str, Record], missing: int) -> list[NewsRow]:
        """Return rows for places that became free: of articles for which there was none before."""
        records = [truth.get(one) for one in state.proposed if one not in self._changes]
        items = {
            row: record
            for record in records
            if isinstance(record, ArticleItem) and (row := self._row(record))
        }
        found: list[NewsRow] = []
        for row in newest(items, self._run.now):
            if self._run.site.read(urlsplit(row.address).path[1:]).stands:
                found.append(row)
                # Whoever takes it away meanwhile may find it nowhere yet: its version is asked for again.
                self._used.setdefault(items[row].id, items[row])
            if len(found) == missing:
                break
        return found

    def _row(self, record: Record | None) -> NewsRow | None:
        carried = self._run.carried(record)
        if carried is None or carried.terms.index != "index" or not carried.terms.has_page:
            return None
        entry = carried.entry
        language = (entry.language or self._run.look.portal.language).lower()
        published = to_rfc3339(entry.published.astimezone(UTC))
        return NewsRow(entry.link, _iso_639(language), published, entry.title)


def newest(rows: Iterable[NewsRow], now: datetime) -> list[NewsRow]:
    """Return the rows that may stand in the file now, newest first."""
    oldest = to_rfc3339((now - AGE).astimezone(UTC))
    fresh = [row for row in rows if row.published > oldest]
    return sorted(fresh, key=_order, reverse=True)[:MOST_ROWS]


def _order(row: NewsRow) -> tuple[str, str]:
    return row.published, row.address


def document(rows: Sequence[NewsRow], portal: Portal) -> bytes:
    """Return the file; the schema wants at least one row: where there is no news, the portal's own."""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">']
    lines += [
        f"<url><loc>{_text(row.address)}</loc><news:news><news:publication>"
        f"<news:name>{_text(portal.name)}</news:name><news:language>{row.language}</news:language>"
        f"</news:publication><news:publication_date>{row.published}</news:publication_date>"
        f"<news:title>{_text(row.title)}</news:title></news:news></url>"
        for row in rows
    ]
    if not rows:
        lines.append(f"<url><loc>{_text(portal.url)}/</loc></url>")
    return ("\n".join([*lines, "</urlset>"]) + "\n").encode()


def read_rows(body: bytes, portal_url: str) -> dict[str, NewsRow]:
    """Read the rows of our own file by article id, under the portal's present address."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - our own file, written by document
    except ET.ParseError:
        return {}
    rows: dict[str, NewsRow] = {}
    for url in root:
        address = f"{portal_url}{urlsplit(url.findtext(f'{{{_SITEMAP}}}loc', '')).path}"
        said = {
            name: url.findtext(f".//{{{_NEWS}}}{name}", "")
            for name in ("language", "publication_date", "title")
        }
        if match := _ARTICLE.search(address):
            rows[match[1]] = NewsRow(address, said["language"], said["publication_date"], said["title"])
    return rows


def _iso_639(language: str) -> str:
    """Return the primary subtag; Chinese keeps its region, as Google asks."""
    return language if language in ("zh-cn", "zh-tw") else language.partition("-")[0]


def _text(value: str) -> str:
    return escape(xml_text(value))
