"""From a passed clock to a portal without the article, in site, archive and table, for good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.verify.__main__ import main as verify
from newswire.article_table import ArticleTable
from newswire.tables import Table
from tests.e2e.pipeline import OwnEdition, Pipeline, pipeline
from tests.support.extract_pages import HTML
from tests.support.web_server import Reply, WebServer

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
OLD, NEW = "/berita/harga-beras", "/berita/harga-gula"
PARAGRAPH = "Harga di pasar induk turun lima persen setelah panen raya dimulai di tiga kabupaten. "
SOURCES = """\
portal: {{name: Portal, url: 'https://portal.example', tagline: x, language: id, timezone: UTC, \
contact: redaksi@portal.example, retention: 10d}}
categories: {{nasional: Nasional}}
defaults: {{display: full, index: index, request_gap: 0s, rechecks: []}}
sources:
  - {{id: kabar, name: Kabar, homepage: '{home}', feeds: ['{home}/rss'], category: nasional}}
"""


def page(title: str) -> Reply:
    body = (
        f"<!doctype html><html lang=id><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"{f'<p>{title}. {PARAGRAPH * 3}</p>' * 3}</article></body></html>"
    )
    return Reply(body.encode(), content_type=HTML)


def feed(home: str, *entries: tuple[str, str, str]) -> Reply:
    items = "".join(
        f"<item><title>{title}</title><link>{home}{path}</link><guid>{path}</guid><pubDate>{date}</pubDate>"
        f"<description>Ringkasan {title}.</description></item>"
        for title, path, date in entries
    )
    return Reply(f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'.encode())


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal of one publisher that keeps articles for ten days."""

    line: Pipeline
    web: WebServer
    home: str

    @property
    def site(self) -> Path:
        return self.line.out / "site"

    def after(self, **passed: float) -> None:
        """Let time pass, then fire every schedule and work until nothing is left."""
        self.line.run.clock.advance_to(self.line.run.clock.now() + timedelta(**passed))
        self.line.round()

    def archived(self) -> set[str]:
        """Return the ids of the articles that have files."""
        return {file.parent.name for file in (self.line.out / "articles").rglob("*.json")}

    def naming(self, words: str) -> set[str]:
        """Return all of the site that has these words."""
        files = [
            file for file in self.site.rglob("*") if file.is_file() and words.encode() in file.read_bytes()
        ]
        return {str(file.relative_to(self.site)) for file in files}

    def table(self) -> ArticleTable:
        clients, tables = self.line.begun.stack.clients, self.line.begun.stack.tables
        return ArticleTable(Table(clients.dynamodb, tables["ArticleTable"]))


@pytest.fixture
def portal(web: WebServer, tmp_path: Path) -> Iterator[Portal]:
    home = web.url("", "kabar.localhost")
    entry = ("Harga beras turun", OLD, "Mon, 05 Jan 2026 00:00:00 GMT")
    web.replies |= {"/rss": feed(home, entry), OLD: page("Harga beras turun"), NEW: page("Harga gula naik")}
    allowed = sorted(web.loopback("kabar.localhost"))
    with pipeline(tmp_path, OwnEdition(SOURCES.format(home=home), allowed, START)) as line:
        line.round()
        yield Portal(line, web, home)


def test_an_article_leaves_when_its_time_is_over_and_nothing_brings_it_back(portal: Portal) -> None:
    ((old, item),) = portal.line.articles().items()
    own = {f"a/{item.slug}-{old}.html", f"json/{old}.json"}
    assert {"index.html", "feed.xml", "sitemap-2026-01-05.xml", "search/2026-01-05.json"} < portal.naming(old)
    second = ("Harga gula naik", NEW, "Sat, 10 Jan 2026 00:00:00 GMT")
    first = ("Harga beras turun", OLD, "Mon, 05 Jan 2026 00:00:00 GMT")
    portal.web.replies["/rss"] = feed(portal.home, second, first)
    portal.after(days=5)
    assert old in portal.archived()
    kept = portal.line.articles()[old].listed

    portal.after(days=5)  # ten days after it was listed, and an hour

    assert portal.naming(old) == {f"json/{old}.json"}
    notice = (portal.site / f"a/{item.slug}-{old}.html").read_text(encoding="utf-8")
    assert "Artikel ini tidak lagi disimpan di sini" in notice
    assert f'href="{item.url}"' in notice
    assert "lima persen" not in notice
    assert old in portal.archived()  # for an hour
    assert portal.line.articles()[old].listed == kept

    portal.after(hours=1)

    (new,) = portal.line.articles()
    assert portal.archived() == {new}
    stone = portal.table().get_many([old])[old]
    assert (stone.reason, stone.url) == ("retention", item.url)
    before = {key: (portal.site / key).read_bytes() for key in own}

    portal.web.replies["/rss"] = feed(portal.home, ("Harga beras: ralat", OLD, first[2]), second)
    portal.after(hours=2)

    assert set(portal.line.articles()) == {new}
    assert {key: (portal.site / key).read_bytes() for key in own} == before
    assert json.loads((portal.site / f"json/{old}.json").read_bytes())["gone"] is True
    assert verify(["--out", str(portal.line.out)]) == 0
