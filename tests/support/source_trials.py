"""Trials of sources by ``make sources``: two publishers on loopback, and what the command says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.sources.command import main
from tests.support.catalogues import PORTAL
from tests.support.fetch_feeds import Item, rfc822, rss
from tests.support.web_server import Reply, WebServer

HTML = "text/html; charset=utf-8"
KABAR, LAIN = "kabar.localhost", "lain.localhost"
PARAGRAPH = "Pemerintah kota mulai menguji coba angkutan perahu malam di sungai selama satu bulan penuh. "


def page(title: str = "Perahu Malam Diuji") -> Reply:
    paragraphs = "".join(f"<p>{PARAGRAPH * 3}</p>" for _ in range(4))
    body = (
        f'<html lang="id"><head><title>{title}</title><meta name="author" content="Dimas Harsanto"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
    return Reply(body.encode(), content_type=HTML)


class Trials:
    """A web of two publishers, a file that names one of them, and what the command said of it."""

    def __init__(self, web: WebServer, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.web, self.path, self._capsys = web, path, capsys
        self.slept: list[float] = []
        self.errors = ""
        self.write()

    def write(self, more: str = "", feeds: str = "/rss", contact: str = "redaksi@portal.example") -> None:
        urls = ", ".join(self.web.url(feed, KABAR) for feed in feeds.split())
        source = (
            f"sources:\n  - id: kabar\n    name: Kabar\n    homepage: {self.web.url('', KABAR)}\n"
            f"    feeds: [{urls}]\n    category: nasional\n    {more}\n"
        )
        portal = PORTAL.replace("redaksi@portal.example", contact)
        self.path.write_text(portal + source, encoding="utf-8")

    def serve(self, path: str, reply: Reply, host: str = KABAR) -> str:
        self.web.replies[host + path] = reply
        return self.web.url(path, host)

    def serve_feed(self, *items: Item, path: str = "/rss", **reply: str) -> str:
        return self.serve(path, Reply(rss(items), **reply))  # type: ignore[arg-type]  # validators only

    def item(self, number: int, age: float = 1.0, host: str = KABAR, **more: str) -> Item:
        date = rfc822(datetime.now(UTC) - timedelta(hours=age))
        link = self.web.url(f"/berita/{number}", host)
        title = more.get("title", "")
        return Item(number, title, link, age=None, more=f"<pubDate>{date}</pubDate>{more.get('more', '')}")

    def run(self, wanted: str = "kabar") -> tuple[int, str]:
        status = main(["test", wanted, "--sources", str(self.path)], sleep=self.slept.append)
        printed = self._capsys.readouterr()
        self.errors = printed.err
        return status, printed.out


def rows(output: str, label: str) -> list[str]:
    """Return the values of all rows with that label."""
    return [line[14:] for line in output.splitlines() if line[2:13].strip() == label and line[:2] == "  "]
