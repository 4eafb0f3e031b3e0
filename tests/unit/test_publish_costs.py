"""What a run costs follows what changed, not what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from benchmarks.publish_worlds import Portal, filled
from functions.publish import (
    archive_writing,
    day_archives,
    news_sitemap,
    search_rows,
    search_writing,
    sitemap_writing,
    sitemaps,
)
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.short_lists import shorten_lists

CHANGED = 5


@pytest.fixture(autouse=True)
def _small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that is limited hold a tenth of what it holds otherwise, and so a tenth of a day do."""

    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=10)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_writing, "DayArchive", archive)
    monkeypatch.setattr(sitemap_writing, "ArticleSitemaps", lambda url: sitemaps.ArticleSitemaps(url, 100))
    monkeypatch.setattr(search_writing, "SearchSeries", lambda: search_rows.SearchSeries(100))
    monkeypatch.setattr(news_sitemap, "MOST_ROWS", 100)
    shorten_lists(monkeypatch, 30)


def _cost(portal: Portal) -> tuple[Counter[str], int]:
    """Return the storage calls of a run on the articles that have changed, and the bytes read and written."""
    portal.forget()
    assert portal.world.publish(*portal.changed) == set()
    return portal.calls(), portal.bytes("read") + portal.bytes("written")


def _metadata(portal: Portal, key: str) -> Mapping[str, str]:
    found = portal.site.get(key)
    assert found is not None
    return found.metadata


def test_a_run_makes_the_same_calls_however_much_is_stored() -> None:
    small, large = filled(150, CHANGED, a_day=1000), filled(400, CHANGED, a_day=1000)
    for portal in (small, large):
        portal.change()

    few, least = _cost(small)
    many, most = _cost(large)

    assert many == few
    assert most == pytest.approx(least, rel=0.2)
    assert set(few) == {
        "BatchGetItem",
        "GetObject (articles)",
        "GetObject (site)",
        "PutObject (site)",
        "Query",
    }
    assert few["BatchGetItem"] == 2
    for portal in (small, large):
        unchanged, _ = _cost(portal)
        assert unchanged["PutObject (site)"] == unchanged["GetObject (articles)"] == 0


def test_a_day_is_read_once_and_its_parts_only_where_it_has_been_divided() -> None:
    whole, divided = filled(100, CHANGED, a_day=1000), filled(150, CHANGED, a_day=1000)
    found = []
    for portal in (whole, divided):
        portal.change()
        found.append(_cost(portal)[0])

    once, twice = found
    assert "split" in _metadata(divided, "sitemap-2026-01-02.xml")
    # The hour of the sitemaps and that of search's files
    assert twice - once == Counter({"GetObject (site)": 2})
    assert once - twice == Counter()


def test_an_article_whose_retention_is_over_costs_the_same_calls_however_much_is_kept() -> None:
    found = []
    for stored in (250, 400):
        portal = filled(stored, CHANGED, a_day=1000)
        world = portal.world
        live = [one for one in world.articles.records.values() if isinstance(one, ArticleItem)]
        until = instant(NOW - timedelta(days=1.2))  # of these, both portals have the same
        old = sorted((one for one in live if one.listed <= until), key=lambda one: one.listed)[-CHANGED:]
        over = [world.revise(item, retired=instant(world.now)) for item in old]
        portal.forget()
        assert world.publish(*over) == set()
        found.append(portal.calls())
        assert all("gone" in _metadata(portal, f"a/{one.slug}-{one.id}.html") for one in over)

    few, many = found
    assert many == few
    assert few["GetObject (articles)"] == 0
