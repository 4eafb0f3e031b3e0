"""A real page that is edited and then gone, where the frozen web lies beside the project.

No article of the frozen web has its further pages there: one on two pages, of this test's own, is served as
the frozen web is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.extract.extraction import extract_page
from newswire.article_item import ArticleItem
from tests.e2e.pipeline import OwnEdition, Pipeline, pipeline

WEB = Path(__file__).resolve().parents[3] / "shared" / "newsweb"
pytestmark = [
    pytest.mark.skipif(not WEB.is_dir(), reason="REAL INPUT NOT TESTED: no ../shared/newsweb here"),
    pytest.mark.slow,
]
START = datetime(2026, 11, 2, 1, tzinfo=UTC)
PAGES = 3  # links of the feed that is used
EDIT = "Ralatnya"
FEED, LINK = "https://kabar.example/rss", "https://kabar.example/read/rice-is-cheaper"
SECOND = f"{LINK}?page=2"
SOURCES = """\
portal: {{name: Portal, url: 'https://portal.example', tagline: x, language: en, timezone: UTC, \
contact: redaksi@portal.example}}
categories: {{berita: Berita}}
defaults: {{display: full, others: full, backfill: all, request_gap: 0s}}
sources:
  - {{id: kabar, name: Kabar, homepage: 'https://kabar.example', feeds: ['{feed}'], category: berita}}
"""


@dataclass(slots=True)
class Proxy:
    """Where the frozen web is served, and how clients are told."""

    port: int
    folder: Path
    environment: pytest.MonkeyPatch
    manifest: Path = WEB / "manifest.json"
    certificates: int = 0

    def next_certificate(self) -> Path:
        """Return where the next server's certificate is to be."""
        self.certificates += 1
        return self.folder / f"ca-{self.certificates}.pem"


def feed_and_page() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a small feed of the frozen web and one of its pages whose text can be edited."""
    entries = json.loads((WEB / "manifest.json").read_text(encoding="utf-8"))["entries"]
    pages = {entry["url"]: entry for entry in entries if entry["kind"] == "page"}
    for feed in entries:
        links = feed["gold"]["links"] if feed.get("set") == "bridge" else []
        for link in links if len(links) == PAGES else []:
            if link in pages and edited(pages[link]) is not None:
                return feed, pages[link]
    raise LookupError("no feed of the frozen web fits this test")


def edited(entry: dict[str, Any]) -> bytes | None:
    """Return a page with one word more in a paragraph, or ``None`` where none is written in plain words."""
    body = gzip.decompress((WEB / entry["file"]).read_bytes())
    found = extract_page(body, {"url": entry["url"], "content_type": entry["content_type"]})
    for line in found["text"].splitlines()[2:]:
        words = line[:40].encode()
        if len(line) > 200 and body.count(words) == 1 and b"<p>" + words in body:
            return body.replace(words, EDIT.encode() + b" " + words)
    return None


@contextmanager
def served(proxy: Proxy, *changes: str) -> Iterator[None]:
    """Serve the frozen web with these changes; each server has an authority of its own."""
    port, certificate = proxy.port, proxy.next_certificate()
    proxy.environment.setenv("SSL_CERT_FILE", str(certificate))
    command = [sys.executable, str(WEB / "serve.py"), "--manifest", str(proxy.manifest)]
    where = ["--port", str(port), "--ca", str(certificate)]
    with subprocess.Popen([*command, *where, *changes], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()  # it listens from here on
        try:
            yield
        finally:
            process.terminate()


def through(proxy: Proxy) -> None:
    """Let every request go through the server of the frozen web."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        proxy.environment.setenv(name, f"http://127.0.0.1:{proxy.port}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def sentences(place: str) -> list[str]:
    """Return the paragraphs of a page."""
    return [
        f"In the {number} week after the harvest the market of {place} sold more rice than in the month "
        f"before, and the traders of {place} said that they expected the price to stay where it is now."
        for number in ("first", "second", "third", "fourth")
    ]


def page_html(paragraphs: list[str], number: int) -> bytes:
    """Return a page of an article that is on two."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    pager = '<div class="paging"><a href="?page=1">1</a> <a href="?page=2">2</a></div>' if number == 1 else ""
    head = "<title>Rice is cheaper again</title>"
    body = f"<article><h1>Rice is cheaper again</h1>{text}</article>{pager}"
    return f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>".encode()


def own_web(folder: Path, files: dict[str, tuple[str, bytes]]) -> Path:
    """Write a manifest of these files, by URL, as that of the frozen web is."""
    entries = []
    for number, (url, (media_type, body)) in enumerate(files.items()):
        (folder / f"{number}.gz").write_bytes(gzip.compress(body))
        sha256 = hashlib.sha256(body).hexdigest()
        entries.append({"url": url, "file": f"{number}.gz", "content_type": media_type, "sha256": sha256})
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps({"entries": entries}), encoding="utf-8")
    return manifest


def article_on_two_pages(folder: Path) -> Path:
    """Return the manifest of a site with one article."""
    item = f"<item><title>Rice is cheaper again</title><link>{LINK}</link></item>"
    head = "<title>Kabar</title><link>https://kabar.example/</link><description>x</description>"
    rss = f'<rss version="2.0"><channel>{head}{item}</channel></rss>'
    return own_web(
        folder,
        {
            FEED: ("application/rss+xml", rss.encode()),
            LINK: ("text/html; charset=utf-8", page_html(sentences("Karawang"), 1)),
            SECOND: ("text/html; charset=utf-8", page_html(sentences("Subang"), 2)),
        },
    )


def later(line: Pipeline, hours: float) -> None:
    """Let time pass up to the next look: articles are looked at when they are 1, 4 and 12 hours old."""
    line.run.clock.advance_to(line.run.clock.now() + timedelta(hours=hours))
    line.round()


def test_an_edit_becomes_a_correction_and_a_410_a_tombstone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, page = feed_and_page()
    proxy, edit = Proxy(free_port(), tmp_path, monkeypatch), tmp_path / "edit.html"
    edit.write_bytes(edited(page) or b"")
    through(proxy)
    edition = OwnEdition(SOURCES.format(feed=feed["url"]), [], START)
    with pipeline(tmp_path / "out", edition) as line:
        with served(proxy):
            line.round()
            (first,) = (item for item in line.articles().values() if item.url == page["url"])
            assert (first.origin, first.revision, first.revised) == ("page", 1, None)
            later(line, 1)
            assert {item.revision for item in line.articles().values()} == {1}
        with served(proxy, "--replace", f"{page['url']}={edit}"):
            later(line, 3)
            items = line.articles()
            assert {one: item.revision for one, item in items.items() if item.revision > 1} == {first.id: 2}
            (change,) = items[first.id].history
            assert (change.fields, change.words_added, change.words_removed) == (("text",), 1, 0)
            shown = (tmp_path / "out" / "site" / "a" / f"{first.slug}-{first.id}.html").read_text("utf-8")
            assert EDIT in shown
            assert 'class="updated"' in shown
        with served(proxy, "--gone", page["url"]):
            later(line, 8)
            assert first.id in line.articles()
            later(line, 1)
            assert len(line.articles()) == len(items) - 1
            assert first.id not in line.articles()
            assert first.id not in (tmp_path / "out" / "site" / "feed.xml").read_text("utf-8")


def test_an_edit_of_a_second_page_becomes_a_correction_and_its_410_leaves_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy(free_port(), tmp_path, monkeypatch, article_on_two_pages(tmp_path))
    through(proxy)
    first, second = sentences("Karawang"), sentences("Subang")
    edit = tmp_path / "edit.html"
    edit.write_bytes(page_html([*second[:-1], f"{EDIT} {second[-1]}"], 2))
    with pipeline(tmp_path / "out", OwnEdition(SOURCES.format(feed=FEED), [], START)) as line:

        def stored() -> ArticleItem:
            (item,) = line.articles().values()
            return item

        def shown() -> str:
            item = stored()
            return (tmp_path / "out" / "site" / "a" / f"{item.slug}-{item.id}.html").read_text("utf-8")

        with served(proxy):
            line.round()
            assert (stored().origin, stored().reason, stored().revision) == ("page", None, 1)
            later(line, 1)
            assert (stored().version, stored().revision) == (2, 1)
            assert second[-1] in shown()
        with served(proxy, "--replace", f"{SECOND}={edit}"):
            later(line, 3)
            assert stored().history[-1].fields == ("text",)
            assert f"{EDIT} {second[-1]}" in shown()
        with served(proxy, "--gone", SECOND):
            later(line, 8)
            assert (stored().revision, stored().reason) == (2, None)
            later(line, 1)
            assert (stored().revision, stored().reason) == (3, "page 2: HTTP 410")
            assert stored().history[-1].fields == ("text", "pages")
            assert first[-1] in shown()
            assert second[-1] not in shown()
