"""``make sources ARGS="test …"`` of an address, in the file or not, and of what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.extract.site_rules import TDM_PATH
from tests.support.fetch_feeds import rss
from tests.support.source_trials import HTML, KABAR, LAIN, Trials, page, rows
from tests.support.web_server import Reply


def test_one_feed_of_the_file_is_tried_alone_by_its_address(trials: Trials) -> None:
    trials.write(feeds="/rss /dunia")
    trials.serve_feed(trials.item(2), path="/dunia")
    trials.serve("/berita/2", page())
    status, output = trials.run(trials.web.url("/dunia/", KABAR))
    assert status == 0
    assert trials.web.paths()[0] == "/dunia"
    assert "/rss" not in trials.web.paths()
    assert output.startswith("Kabar (kabar)")


def test_a_feed_that_is_not_in_the_file_is_tried_as_an_import_would_add_it(trials: Trials) -> None:
    trials.path.write_text(
        trials.path.read_text(encoding="utf-8") + "defaults: {display: full, index: index}\n",
        encoding="utf-8",
    )
    trials.serve("/feed", Reply(rss([trials.item(1, host=LAIN)])), host=LAIN)
    trials.serve("/berita/1", page(), host=LAIN)
    before = trials.path.read_bytes()
    status, output = trials.run(trials.web.url("/feed", LAIN))
    assert status == 0
    assert output.startswith(f"{LAIN} (lain), http://{LAIN}:")
    assert rows(output, "rights") == ["display full, index index, images remote"]
    assert trials.path.read_bytes() == before


def test_a_page_that_is_not_in_the_file_is_tried_as_an_article(trials: Trials) -> None:
    trials.serve("/berita/9", page("Judul Halaman"))
    status, output = trials.run(trials.web.url("/berita/9", KABAR))
    assert status == 0
    assert "No feed in this page: it is tried as an article." in output
    assert rows(output, "title") == ["Judul Halaman"]


def test_a_page_leads_to_its_first_feed(trials: Trials) -> None:
    trials.serve_feed(trials.item(1), path="/feed")
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    trials.serve("/", Reply(f"<html><head>{link}</head><body></body></html>".encode(), content_type=HTML))
    trials.serve("/berita/1", page())
    status, output = trials.run(trials.web.url("/", KABAR))
    assert status == 0, output
    assert trials.web.paths() == ["/", "/feed", "/robots.txt", TDM_PATH, "/berita/1"]
    assert rows(output, "leads to") == ["1 document, the first of which is tried:"]
    assert rows(output, "entries") == ["1: 1 would be fetched"]


def test_a_sitemap_index_leads_to_its_newest_sitemap(trials: Trials) -> None:
    now = datetime.now(UTC)
    names = {"/lama.xml": now - timedelta(hours=40), "/baru.xml": now - timedelta(hours=1)}
    maps = "".join(
        f"<sitemap><loc>{trials.web.url(path, KABAR)}</loc><lastmod>{moment.isoformat()}</lastmod></sitemap>"
        for path, moment in names.items()
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    trials.serve("/rss", Reply(f"<sitemapindex {space}>{maps}</sitemapindex>".encode()))
    article = f"<url><loc>{trials.web.url('/berita/1', KABAR)}</loc></url>"
    trials.serve("/baru.xml", Reply(f"<urlset {space}>{article}</urlset>".encode()))
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0, output
    assert trials.web.paths() == ["/rss", "/baru.xml", "/robots.txt", TDM_PATH, "/berita/1"]
    assert rows(output, "leads to") == ["2 documents, the first of which is tried:"]
    assert rows(output, "title") == ["Perahu Malam Diuji"]


def test_nobody_is_asked_while_the_contact_reaches_nobody(trials: Trials) -> None:
    text = trials.path.read_text(encoding="utf-8")
    trials.path.write_text(
        text.replace(trials.web.url("/rss", KABAR), "https://kabar.co.id/rss"), encoding="utf-8"
    )
    assert trials.run() == (2, "")
    assert "portal.contact is redaksi@portal.example, an address that reaches nobody" in trials.errors
    assert trials.run("https://lain.co.id/rss") == (2, "")
    assert trials.web.asked == []


@pytest.mark.parametrize("wanted", ["nix", "ftp://kabar.example/rss", "https://user@kabar.example/"])
def test_what_is_neither_a_source_nor_an_address_is_refused_with_the_sources(
    wanted: str, trials: Trials
) -> None:
    assert trials.run(wanted) == (2, "")
    assert f"{wanted!r} is no source of {trials.path} and no http(s) URL; its sources: kabar" in trials.errors


def test_a_private_address_is_refused_by_the_guard(trials: Trials) -> None:
    trials.write(contact="redaksi@kabar.co.id")
    status, output = trials.run("http://10.0.0.1/rss")
    assert status == 1
    assert rows(output, "failed") == ["address refused (10.0.0.1 is not a public address)"]


def test_certificates_that_cannot_be_read_are_named(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    assert trials.run() == (2, "")
    assert "SSL_CERT_FILE is '/no/such/file.pem': " in trials.errors
