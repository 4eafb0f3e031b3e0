"""From an operator's order to a portal without the article, in site, archive and table, and back again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.takedown import command
from local.takedown.__main__ import main
from local.takedown.command import Talk, Wanted
from local.takedown.folder import stores_in
from local.takedown.restoring import Restored
from local.takedown.stores import Stores
from local.verify.__main__ import main as verify
from tests.e2e.pipeline import OwnEdition, Pipeline, pipeline
from tests.support.extract_pages import HTML
from tests.support.web_server import Reply, WebServer

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
KABAR, WARTA = "kabar.localhost", "warta.localhost"
BERAS, GULA, KOPI = "/berita/harga-beras", "/berita/harga-gula", "/berita/harga-kopi"
PARAGRAPH = "Harga {0} di pasar induk turun lima persen setelah panen raya {0} dimulai di tiga kabupaten. "
SOURCES = """\
portal: {{name: Portal, url: 'https://portal.example', tagline: x, language: id, timezone: UTC, \
contact: redaksi@portal.example}}
categories: {{nasional: Nasional}}
defaults: {{display: full, index: index, request_gap: 0s, rechecks: []}}
sources:
  - {{id: kabar, name: Kabar, homepage: '{kabar}', feeds: ['{kabar}/rss'], category: nasional}}
  - {{id: warta, name: Warta, homepage: '{warta}', feeds: ['{warta}/rss'], category: nasional}}
"""
NOTE = "Surat <b>Sekretaris Redaksi</b>"


def page(good: str) -> Reply:
    text = PARAGRAPH.format(good) * 3
    body = (
        f"<!doctype html><html lang=id><head><title>Harga {good} turun</title></head><body><article>"
        f"<h1>Harga {good} turun</h1>{f'<p>{text}</p>' * 3}</article></body></html>"
    )
    return Reply(body.encode(), content_type=HTML)


def feed(name: str, *links: tuple[str, str]) -> Reply:
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>Mon, 05 Jan 2026 00:00:00 GMT</pubDate><description>Tentang {title}.</description></item>"
        for link, title in links
    )
    return Reply(f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode())


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal of two publishers: the second one's feed carries an article of the first, too."""

    line: Pipeline
    web: WebServer

    @property
    def site(self) -> Path:
        return self.line.out / "site"

    @property
    def stores(self) -> Stores:
        return stores_in(self.line.begun.stack, "https://portal.example", self.line.run.clock)

    def after(self, **passed: float) -> None:
        """Let time pass, then fire every schedule and work until nothing is left."""
        self.line.run.clock.advance_to(self.line.run.clock.now() + timedelta(**passed))
        self.line.round()

    def order(self, **wanted: str | bool | None) -> list[str]:
        """Take down as ``make takedown`` does; return the ids of what went."""
        named: dict[str, Any] = {"url": None, "source": None, "host": None, "note": NOTE, **wanted}
        talk = Talk(lambda _: None, lambda _: True)
        return [stone.id for stone in command.take_down(self.stores, Wanted(**named), talk)]

    def restore(self, **wanted: str | None) -> Restored:
        """Undo it as ``make restore`` does."""
        named: dict[str, Any] = {"url": None, "source": None, "host": None, **wanted}
        return command.restore(self.stores, Wanted(**named), Talk(lambda _: None, lambda _: True))

    def archived(self) -> set[str]:
        """Return the ids of the articles that have files."""
        return {file.parent.name for file in (self.line.out / "articles").rglob("*.json")}

    def naming(self, words: str) -> set[str]:
        """Return all of the site that has these words."""
        files = [
            file for file in self.site.rglob("*") if file.is_file() and words.encode() in file.read_bytes()
        ]
        return {str(file.relative_to(self.site)) for file in files}

    def ids(self) -> dict[str, str]:
        """Return the ids of the articles that are carried, by what they are of."""
        return {item.title.split()[1]: one for one, item in self.line.articles().items()}


def edition_of(web: WebServer) -> OwnEdition:
    """Publish the two publishers' feeds and pages."""
    kabar, warta = web.url("", KABAR), web.url("", WARTA)
    beras, gula = (f"{kabar}{BERAS}", "Harga beras turun"), (f"{kabar}{GULA}", "Harga gula turun")
    kopi = (f"{warta}{KOPI}", "Harga kopi turun")
    web.replies |= {f"{KABAR}/rss": feed("Kabar", beras, gula), f"{WARTA}/rss": feed("Warta", kopi, gula)}
    web.replies |= {BERAS: page("beras"), GULA: page("gula"), KOPI: page("kopi")}
    allowed = sorted(web.loopback(KABAR, WARTA))
    return OwnEdition(SOURCES.format(kabar=kabar, warta=warta), allowed, START)


@pytest.fixture
def portal(web: WebServer, tmp_path: Path) -> Iterator[Portal]:
    with pipeline(tmp_path, edition_of(web)) as line:
        line.round()
        yield Portal(line, web)


def test_an_article_leaves_everything_within_one_run_and_comes_back_as_it_was(portal: Portal) -> None:
    ids = portal.ids()
    item = portal.line.articles()[ids["beras"]]
    own = {f"a/{item.slug}-{item.id}.html", f"json/{item.id}.json"}
    assert {"index.html", "feed.xml", "atom.xml", "search/2026-01-05.json"} < portal.naming(
        "Harga beras turun"
    )
    before = {key: (portal.site / key).read_bytes() for key in own}

    assert portal.order(url=f"{item.url}?utm_source=surat") == [item.id]
    portal.line.round()

    assert portal.naming("Harga beras turun") == set()
    assert portal.naming(item.id) == {f"json/{item.id}.json"}
    notice = (portal.site / f"a/{item.slug}-{item.id}.html").read_text(encoding="utf-8")
    assert "Portal telah menghapus artikel ini dan tidak lagi memuatnya." in notice
    assert portal.naming("Sekretaris") == set()
    assert json.loads((portal.site / f"json/{item.id}.json").read_bytes())["gone"] is True
    assert item.id in portal.archived()

    portal.web.replies[f"{KABAR}/rss"] = feed("Kabar", (item.url, "Harga beras: ralat"))
    portal.after(hours=26)
    assert portal.ids() == {one: ids[one] for one in ("gula", "kopi")}

    assert portal.restore(url=f"https://portal.example/a/{item.slug}-{item.id}.html").back == (item.id,)
    portal.line.round()

    again = portal.line.articles()[item.id]
    assert (again.slug, again.first_seen, again.listed) == (item.slug, item.first_seen, item.listed)
    assert {"index.html", "feed.xml", "search/2026-01-05.json"} < portal.naming(item.id)
    assert {key: (portal.site / key).read_bytes() for key in own}.keys() == before.keys()
    assert verify(["--out", str(portal.line.out)]) == 0


def test_a_publisher_that_says_stop_disappears_with_its_feeds_and_through_others(portal: Portal) -> None:
    ids = portal.ids()
    assert set(portal.order(host=KABAR)) == {ids["beras"], ids["gula"]}
    asked = len([path for path in portal.web.paths() if path == "/rss"])
    portal.web.replies[f"{KABAR}/rss"] = feed("Kabar", (portal.web.url("/berita/teh", KABAR), "Harga teh"))
    portal.web.replies[f"{WARTA}/rss"] = feed(
        "Warta",
        (portal.web.url(KOPI, WARTA), "Harga kopi turun"),
        (portal.web.url("/berita/teh", KABAR), "Harga teh turun"),
    )
    portal.after(hours=2)

    assert portal.ids() == {"kopi": ids["kopi"]}
    for words in ("Harga beras", "Harga gula", "Harga teh"):
        assert portal.naming(words) == set()
    assert "/berita/teh" not in portal.web.paths()
    assert len([path for path in portal.web.paths() if path == "/rss"]) == asked + 1  # the other publisher's
    assert KABAR not in (portal.site / "sources.opml").read_text(encoding="utf-8")
    states = portal.line.feed_states()
    assert states[portal.web.url("/rss", KABAR)]["health"] == "stopped"

    restored = portal.restore(host=KABAR)
    assert set(restored.back) == {ids["beras"], ids["gula"]}
    portal.after(hours=2)
    assert {"beras", "gula", "kopi", "teh"} >= set(portal.ids())
    assert {"beras", "gula", "kopi"} <= set(portal.ids())
    assert KABAR in (portal.site / "sources.opml").read_text(encoding="utf-8")


def test_what_is_purged_leaves_no_version_and_is_erased_for_fourteen_days(portal: Portal) -> None:
    ids, item = portal.ids(), portal.line.articles()[portal.ids()["gula"]]
    s3, bucket = portal.line.begun.stack.clients.s3, portal.line.begun.stack.buckets["ArticleBucket"]
    portal.order(url=item.id, purge=True)
    portal.line.round()
    left = s3.list_object_versions(Bucket=bucket, Prefix=f"articles/{item.id}/")
    assert not {"Versions", "DeleteMarkers"} & left.keys()

    s3.put_object(Bucket=bucket, Key=item.article_key, Body=b"written by an invocation that was under way")
    portal.after(hours=3)
    assert (
        not {"Versions", "DeleteMarkers"}
        & s3.list_object_versions(Bucket=bucket, Prefix=f"articles/{item.id}/").keys()
    )
    for _ in range(16):
        portal.after(days=1)
    stone = portal.stores.articles.get_many([item.id])[item.id]
    assert (stone.recheck_at, stone.reason) == (None, "takedown")
    assert ids["gula"] not in portal.ids().values()
    assert portal.restore(url=item.id).awaited == (item.id,)


def test_the_command_works_on_what_make_run_left_and_the_next_run_keeps_to_it(
    web: WebServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    edition = edition_of(web)
    with pipeline(tmp_path, edition) as line:
        line.round()
        ids = Portal(line, web).ids()
    notice = next((tmp_path / "site" / "a").glob(f"*-{ids['gula']}.html"))
    assert "Harga gula" in notice.read_text(encoding="utf-8")
    where = ["--out", str(tmp_path)]

    assert main([*where, "--url", web.url(GULA, KABAR), "--reason", NOTE, "--purge"]) == 0
    assert "menghapus artikel ini" in notice.read_text(encoding="utf-8")
    assert not list((tmp_path / "articles").glob(f"{ids['gula']}/*"))
    assert main([*where, "--host", WARTA, "--reason", NOTE]) == 0
    assert WARTA not in (tmp_path / "site" / "sources.opml").read_text(encoding="utf-8")

    told = capfd.readouterr().out
    assert f"{ids['gula']} is taken down: {web.url(GULA, KABAR)}" in told
    assert f"host {WARTA}: 1 article taken down, now or before, copies included" in told
    assert main(["--restore", *where, "--host", WARTA]) == 0
    assert "is here again as before" in capfd.readouterr().out
    page = next((tmp_path / "site" / "a").glob(f"*-{ids['kopi']}.html"))
    assert "Harga kopi" in page.read_text(encoding="utf-8")
    assert verify(where) == 0
