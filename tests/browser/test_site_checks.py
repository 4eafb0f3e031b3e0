"""The checks of ``make check-site`` find faults where there are some: zero errors mean something."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from local.demo.server import SOURCES
from local.saved_state import SavedObject, State, StateStore
from local.workspace import ARCHIVE, SITE
from newswire.catalogue import SOURCES_KEY
from tests.site import axe_checker, nu_checker, xml_checker
from tests.support.browser import BrowsedPortal
from tests.support.saved_site import NoSavedRun, SavedSite

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PAGE = (
    '<!doctype html><html lang="en"><head><title>Page</title>'
    '<meta name="color-scheme" content="light dark"></head>'
    "<body><main><h1>Page</h1>{}</main></body></html>"
)
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>{}</url></urlset>'
HTML = {"ContentType": "text/html; charset=utf-8"}


def needs(lacking: str | None) -> None:
    if lacking:
        pytest.skip(lacking)


def saved(out: Path, pages: dict[str, str]) -> SavedSite:
    """Return a run's folder with these pages."""
    store = StateStore(out / "state")
    with store.claimed():
        kept = {key: SavedObject(store.keep(text.encode()), HTML) for key, text in pages.items()}
        sources = {SOURCES_KEY: SavedObject(store.keep(SOURCES.read_bytes()), {})}
        store.save(State(NOW, NOW, "", objects={SITE: kept, ARCHIVE: sources}))
    return SavedSite(out)


def test_the_nu_checker_names_page_line_and_fault(tmp_path: Path) -> None:
    needs(nu_checker.missing())
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text(PAGE.format("<p>Text</p>"))
    bad.write_text(PAGE.format('<p><div role="x">Text</div></p>'))
    found = list(nu_checker.html_faults([good, bad]))
    assert found
    assert {line.split(":")[0] for line in found} == {str(bad)}


def test_axe_names_what_hinders_readers_by_day_and_by_night(tmp_path: Path, browser: Browser) -> None:
    needs(axe_checker.missing())
    pages = {
        "index.html": PAGE.format("<p>Text</p>"),
        "image.html": PAGE.format('<img src="/x.svg" width="9" height="9">'),
        "pale.html": PAGE.format('<p style="color:#aaa;background:#fff">Text</p>'),
    }
    site = saved(tmp_path, pages)
    portal = BrowsedPortal(browser, site, site.portal())
    by_day = [line.split(": ")[:2] for line in axe_checker.accessibility_faults(portal, dark=False)]
    by_night = [line.split(": ")[:2] for line in axe_checker.accessibility_faults(portal, dark=True)]
    assert by_day == [["/image.html", "image-alt"], ["/pale.html", "color-contrast"]]
    assert by_night == [["/pale.html", "color-contrast"]]


def test_xml_that_is_broken_is_named(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text("<a/>")
    bad.write_text("<a>")
    assert [line.split(":")[0] for line in xml_checker.syntax_faults([good, bad])] == [str(bad)]


def test_a_sitemap_that_its_schema_does_not_allow_is_named(tmp_path: Path) -> None:
    needs(xml_checker.missing())
    good, bad, feed = (tmp_path / name for name in ("good.xml", "bad.xml", "feed.xml"))
    good.write_text(SITEMAP.format("<loc>https://kabar.example/</loc>"))
    bad.write_text(SITEMAP.format("<lastmod>2026-01-05</lastmod>"))
    feed.write_text("<rss/>")
    found = list(xml_checker.sitemap_faults([good, bad, feed]))
    assert {line.split(":")[0] for line in found} == {str(bad)}


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSavedRun, match="holds no run"):
        SavedSite(tmp_path)


def test_a_run_without_an_address_of_its_own_has_the_one_of_its_sources(tmp_path: Path) -> None:
    assert saved(tmp_path, {}).portal_url == "https://kabar.example"
