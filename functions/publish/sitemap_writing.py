"""Sitemaps of the changed articles, then the index of all of them, then the news sitemap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from functions.publish import sitemaps
from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.news_sitemap import NewsWriter
from functions.publish.partition_writing import PartitionWriter, days_of
from functions.publish.partitions import children
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, Settle, Step, check_time
from functions.publish.sitemaps import ArticleSitemaps, Row, sitemap_key
from functions.publish.snapshot import Snapshot
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.bucket import WriteConflict


def sitemap_steps(
    run: Run, changes: Mapping[str, Change], pages: Pages, used: dict[str, ArticleItem]
) -> tuple[Step, ...]:
    """Return the steps that bring every sitemap up to date that these articles touch.

    ``used`` gets the items of further articles that they are the first to name.
    """
    series = ArticleSitemaps(run.look.portal.url)
    writer = PartitionWriter(run, series, days_of(series, changes), pages)
    return (
        Settle(run, writer),
        SitemapIndex(run, series, writer),
        Settle(run, NewsWriter(run, changes, pages, used)),
    )


class SitemapIndex:
    """The step that makes the index say what the files say that a writer has looked at."""

    def __init__(self, run: Run, series: ArticleSitemaps, written: PartitionWriter[Row]) -> None:
        self._run = run
        self._series = series
        self._written = written

    def read(self) -> set[str]:
        """Ask for no article: the index follows from the files."""
        return set()

    def write(self, truth: Mapping[str, Record]) -> set[str]:  # noqa: ARG002 - a step's signature
        """Write until the index, as it was read, says what the files say; return whose files it lacks."""
        for _ in range(ATTEMPTS):
            check_time(self._run)
            snapshot = self._run.site.read(sitemaps.INDEX_KEY)
            try:
                if not self._run.site.write(snapshot, self._index(snapshot)):
                    return set()
            except WriteConflict:
                continue
        return {one for day in self._written.subjects() for one in self._written.concerned(day)}

    def _index(self, snapshot: Snapshot) -> bytes:
        portal_url = self._run.look.portal.url
        known = sitemaps.rebased(sitemaps.read_rows(snapshot.body), portal_url)
        rows = {row.address: row for row in known}

        def address(key: str) -> str:
            return f"{portal_url}/{key}"

        rows[address(sitemaps.SECTIONS_KEY)] = Row(address(sitemaps.SECTIONS_KEY))
        names = set(self._written.leaves)
        for name in self._written.split:
            # Where the index still names it, whoever split it has not come as far as here.
            if rows.pop(address(sitemap_key(name)), None) is not None:
                names.update(children(name))
        for file in self._files(sorted(names)):
            articles = self._series.rows(file)
            rows.pop(address(file.key), None)
            if articles:
                rows[address(file.key)] = Row(address(file.key), sitemaps.latest(articles.values()))
        return sitemaps.index(sorted(rows.values(), key=lambda row: row.address))

    def _files(self, names: Sequence[str]) -> list[Snapshot]:
        """Return the files of partitions and, where one is split, of its parts as well."""
        found = self._run.concurrently(self._run.site.read, [sitemap_key(name) for name in names])
        parts = [
            part for name, file in zip(names, found, strict=True) if file.split for part in children(name)
        ]
        return [*found, *(self._files(parts) if parts else [])]
