"""From a publisher's edit to the portal's correction, and from a page that is gone to a portal without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newswire.article_item import ArticleItem
from newswire.dates import to_rfc3339
from newswire.messages import Hint, Message
from tests.e2e.pipeline import OwnEdition, Pipeline, pipeline
from tests.support.extract_pages import HTML
from tests.support.web_server import Reply, WebServer

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
PARAGRAPH = "Harga beras di pasar induk turun lima persen setelah panen raya dimulai di tiga kabupaten. "
STAYS, GOES = "/berita/harga-beras", "/berita/harga-gula"
SOURCES = """\
portal: {{name: Portal, url: 'https://portal.example', tagline: x, language: id, timezone: UTC, \
contact: redaksi@portal.example}}
categories: {{nasional: Nasional}}
defaults: {{display: full, index: index, request_gap: 0s}}
sources:
  - {{id: kabar, name: Kabar, homepage: '{home}', feeds: ['{home}/rss'], category: nasional}}
"""


def page(title: str, number: str, extra: str = "") -> Reply:
    body = (
        f"<!doctype html><html lang=id><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"{f'<p>{PARAGRAPH * 3}</p>' * 3}<p>Jumlahnya {number} ton.</p></article>{extra}</body></html>"
    )
    return Reply(body.encode(), content_type=HTML)


def feed(home: str, *, updated: str = "Mon, 05 Jan 2026 00:00:00 GMT") -> Reply:
    items = "".join(
        f"<item><title>{title}</title><link>{home}{path}</link><guid>{path}</guid><pubDate>{updated}</pubDate>"
        f"<description>Ringkasan {title}.</description></item>"
        for title, path in (("Harga beras turun", STAYS), ("Harga gula turun", GOES))
    )
    return Reply(f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'.encode())


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal of one publisher with two articles, of which the tests change the second."""

    line: Pipeline
    web: WebServer

    @property
    def home(self) -> str:
        return self.web.url("", "kabar.localhost")

    @property
    def site(self) -> Path:
        return self.line.out / "site"

    def after(self, hours: float) -> None:
        """Let time pass, then fire every schedule and work until nothing is left."""
        self.line.run.clock.advance_to(self.line.run.clock.now() + timedelta(hours=hours))
        self.line.round()

    def article(self) -> ArticleItem:
        (item,) = (item for item in self.line.articles().values() if GOES in item.url)
        return item

    def page(self) -> str:
        (file,) = (self.site / "a").glob("harga-gula-turun-*.html")
        return file.read_text(encoding="utf-8")

    def named_in(self, words: str) -> set[str]:
        """Return the lists, feeds and sitemaps that have these words."""
        own = {"a", "json"}
        files = [file for file in self.site.rglob("*") if file.is_file() and file.parent.name not in own]
        return {str(file.relative_to(self.site)) for file in files if words.encode() in file.read_bytes()}


@pytest.fixture
def portal(web: WebServer, tmp_path: Path) -> Iterator[Portal]:
    home = web.url("", "kabar.localhost")
    web.replies |= {
        "/rss": feed(home),
        STAYS: page("Harga beras turun", "dua"),
        GOES: page("Harga gula turun", "tiga"),
    }
    allowed = sorted(web.loopback("kabar.localhost"))
    with pipeline(tmp_path, OwnEdition(SOURCES.format(home=home), allowed, START)) as line:
        line.round()
        yield Portal(line, web)


def test_an_edit_is_shown_as_a_correction_and_a_page_that_is_gone_leaves_for_good(portal: Portal) -> None:
    first = portal.article()
    assert "Jumlahnya tiga ton." in portal.page()
    assert 'class="updated"' not in portal.page()
    lists = portal.named_in(first.id)
    assert {"index.html", "feed.xml", "feed.json", "sitemap-2026-01-05.xml"} <= lists

    _corrected(portal, first)
    _retracted(portal, first)
    _stays_away(portal, first)


def _corrected(portal: Portal, first: ArticleItem) -> None:
    portal.web.replies[GOES] = page("Harga gula turun", "empat")
    portal.after(1)
    item = portal.article()
    assert (item.revision, [edit.fields for edit in item.history]) == (2, [("text",)])
    assert item.revised is not None
    shown = to_rfc3339(datetime.fromisoformat(item.revised).replace(microsecond=0))
    assert "Jumlahnya empat ton." in portal.page()
    assert re.search(rf'class="updated">Diperbarui <time datetime="{re.escape(shown)}"', portal.page())
    assert f'"dateModified":"{shown}"' in portal.page().replace('": "', '":"')
    assert first.article_key != item.article_key
    assert (portal.line.out / first.article_key).exists()

    portal.web.replies[GOES] = page("Harga gula turun", "empat", "<footer>12 komentar</footer>")
    before = portal.page()
    portal.after(2)
    assert (portal.article().revision, portal.page()) == (2, before)


def _retracted(portal: Portal, first: ArticleItem) -> None:
    portal.web.replies[GOES] = Reply(status=410, content_type=HTML)
    portal.after(24)
    assert portal.article().page is not None
    assert portal.named_in(first.id)
    portal.after(1)
    assert {item.url for item in portal.line.articles().values()} == {portal.home + STAYS}
    assert portal.named_in(first.id) == set()
    assert portal.named_in("Harga gula turun") == set()
    assert "Jumlahnya" not in portal.page()
    assert "tidak lagi dimuat" in portal.page()
    assert "Harga beras turun" in (portal.site / "index.html").read_text(encoding="utf-8")


def _stays_away(portal: Portal, first: ArticleItem) -> None:
    """Its page comes back, its entry comes back edited, and an old message is delivered once more."""
    portal.web.replies[GOES] = page("Harga gula turun", "lima")
    portal.web.replies["/rss"] = feed(portal.home, updated="Tue, 06 Jan 2026 09:00:00 GMT")
    queue = portal.line.begun.stack.queues["ArticleQueue"]
    message = _old_message(first)
    portal.line.begun.stack.clients.sqs.send_message(
        QueueUrl=queue, MessageBody=message, MessageGroupId="replay", MessageDeduplicationId="replay"
    )
    before = {file: file.read_bytes() for file in portal.site.rglob("*") if file.is_file()}
    portal.after(3)
    after = {file: file.read_bytes() for file in portal.site.rglob("*") if file.is_file()}
    changed = {file.name for file in after if before.get(file) != after[file]}
    assert not [name for name in changed if first.id in name]
    assert portal.named_in(first.id) == set()
    assert portal.named_in("Harga gula turun") == set()
    assert {item.url for item in portal.line.articles().values()} == {portal.home + STAYS}


def _old_message(item: ArticleItem) -> str:
    """Return what an operator may send back from the dead letters: as it came, and under a later poll."""
    ((key, via),) = item.via.items()
    hint = Hint(title=item.title, summary=item.excerpt)
    message = Message("entry", via.source, key, via.polled, item.id, item.url, hint.hash(), hint)
    return replace(message, polled="2026-02-01T00:00:00.000Z").to_json()


def test_an_article_whose_page_says_that_it_was_withdrawn_is_shown_no_more_and_then_gone_for_good(
    portal: Portal,
) -> None:
    first = portal.article()
    portal.web.replies[GOES] = _withdrawn("Harga gula turun")
    portal.after(1)
    assert portal.article().withheld_since is not None
    assert portal.named_in(first.id) == set()
    assert "Jumlahnya" not in portal.page()

    portal.web.replies[GOES] = page("Harga gula turun", "tiga")
    portal.after(1)
    assert portal.article().withheld_since is None
    assert {"index.html", "feed.xml", "feed.json", "sitemap-2026-01-05.xml"} <= portal.named_in(first.id)
    assert "Jumlahnya tiga ton." in portal.page()

    portal.web.replies[GOES] = _withdrawn("Harga gula turun")
    portal.after(24)
    portal.after(1)
    assert {item.url for item in portal.line.articles().values()} == {portal.home + STAYS}
    _stays_away(portal, first)


def _withdrawn(title: str) -> Reply:
    words = "Berita ini telah dicabut oleh redaksi karena kekeliruan data. Kami memohon maaf kepada pembaca."
    body = f"<!doctype html><html lang=id><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}"
    return Reply(body.encode(), content_type=HTML)
