"""``make sources ARGS="test …"``: asked politely, told in full, and nothing written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.extract.failures import HostBusy
from functions.extract.finding import Found, StoryFinder
from functions.extract.site_rules import TDM_PATH
from local.sources.command import main
from newswire import aws
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


@pytest.fixture
def trials(
    web: WebServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Trials:
    monkeypatch.setenv("LOOPBACK_ALLOWED", ",".join(web.loopback(KABAR, LAIN)))

    def no_aws(*_: object, **__: object) -> None:
        raise AssertionError("a trial makes no AWS client")

    monkeypatch.setattr(aws, "session", no_aws)
    return Trials(web, tmp_path / "sources.yaml", capsys)


def test_a_source_that_works_is_told_from_its_feed_to_its_first_article(trials: Trials) -> None:
    trials.serve_feed(
        trials.item(1, age=5),
        trials.item(2, age=1),
        trials.item(3, age=100),
        etag='"v1"',
        last_modified="Mon",
    )
    trials.serve("/berita/2", page())
    trials.serve("/robots.txt", Reply(b"User-agent: *\nDisallow: /rahasia", content_type="text/plain"))
    status, output = trials.run()
    assert status == 0, output
    assert trials.web.paths() == ["/rss", "/robots.txt", TDM_PATH, "/berita/2"]
    assert output.startswith(f"Kabar (kabar), {trials.web.url('', KABAR)}\n")
    assert rows(output, "validators") == ['ETag "v1", Last-Modified Mon']
    assert rows(output, "entries") == ["3: 2 would be fetched; 1 left out: older than backfill"]
    assert rows(output, "next poll")[0].startswith("not before 20")
    assert rows(output, "robots.txt") == ["allows the page"]
    assert rows(output, "title") == ["Berita 2"]
    assert rows(output, "authors") == ["Dimas Harsanto"]
    assert rows(output, "text")[0].endswith(" words, from the page")
    assert PARAGRAPH[:60] in output
    assert rows(output, "owner") == [f"Kabar (kabar), {trials.web.url('', KABAR)}"]
    assert rows(output, "rights") == ["display excerpt, index noindex-news, images remote"]
    assert rows(output, "failed") == []


def test_publishers_see_the_portals_name_and_a_pause_between_requests(trials: Trials) -> None:
    trials.write("request_gap: 15s", feeds="/rss /dunia")
    trials.serve_feed(trials.item(1))
    trials.serve_feed(trials.item(2), path="/dunia")
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0, output
    assert {one.header("User-Agent") for one in trials.web.asked} == {rows(output, "asked as")[0]}
    assert "portal.example/about.html" in rows(output, "asked as")[0]
    assert trials.web.paths() == ["/rss", "/dunia", "/robots.txt", TDM_PATH, "/berita/1"]
    # As nobody really sleeps here, the client asks once more for the three pauses that extract has made.
    assert len(trials.slept) == len(trials.web.asked) - 1 + 3
    assert all(pause > 1 for pause in trials.slept)
    assert not [one for one in trials.web.asked if one.header("Cookie") or one.header("Referer")]


def test_a_trial_waits_for_a_gap_that_is_longer_than_extract_may_wait(
    trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, busy = StoryFinder.find, [HostBusy(timedelta(seconds=60))] * 2

    def found(*asked: Any) -> Found:
        if busy:
            raise busy.pop()
        return find(*asked)

    monkeypatch.setattr(StoryFinder, "find", found)
    trials.write("request_gap: 0s")
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0, output
    assert trials.slept.count(60.0) == 2


def test_every_feed_of_a_source_is_told_and_one_that_fails_is_status_1(trials: Trials) -> None:
    trials.write(feeds="/gone /rss")
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 1
    assert rows(output, "failed") == ["HTTP 404"]
    assert "look for the feed's present address" in rows(output, "to do")[0]
    assert rows(output, "title") == ["Berita 1"]


def test_a_host_that_wants_to_be_left_alone_is(trials: Trials) -> None:
    trials.write(feeds="/rss /dunia")
    trials.serve("/rss", Reply(status=429, headers={"Retry-After": "7200"}))
    status, output = trials.run()
    assert status == 1
    assert trials.web.paths() == ["/rss"]
    assert rows(output, "failed") == ["HTTP 429"]
    assert rows(output, "not asked") == ["its host wants to be left alone"]
    assert "No article: no feed was read." in output


def test_a_page_that_robots_txt_keeps_from_us_is_not_asked(trials: Trials) -> None:
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    trials.serve("/robots.txt", Reply(b"User-agent: Newswire\nDisallow: /berita", content_type="text/plain"))
    status, output = trials.run()
    assert status == 1
    assert trials.web.paths() == ["/rss", "/robots.txt"]
    assert rows(output, "robots.txt") == ["disallows the page"]
    assert rows(output, "text") == ["1 word, from the feed"]
    assert rows(output, "no page") == ["robots.txt disallows"]
    assert "ask the publisher" in rows(output, "to do")[0]


def test_a_robots_txt_that_cannot_be_had_is_told(trials: Trials) -> None:
    trials.serve_feed(trials.item(1))
    trials.serve("/robots.txt", Reply(status=503))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "robots.txt") == ["could not be had (HTTP 503); until it can be, no page is asked"]


def test_a_page_without_an_article_leaves_the_feeds_text_with_the_reason(trials: Trials) -> None:
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", Reply(b"<html><body></body></html>", content_type=HTML))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "no page") == ["no article text found"]
    assert "| Ringkasan" in output


def test_headlines_only_are_what_was_wanted_and_no_page_is_asked(trials: Trials) -> None:
    trials.write("display: link")
    trials.serve_feed(trials.item(1))
    status, output = trials.run()
    assert status == 0
    assert trials.web.paths() == ["/rss"]
    assert rows(output, "robots.txt") == ["not asked (display: link)"]
    assert rows(output, "rights") == ["display link, index noindex-news, images remote"]


def test_an_article_of_somebody_else_is_credited_to_them_under_others(trials: Trials) -> None:
    trials.write("others: excerpt")
    trials.serve_feed(trials.item(1, host=LAIN))
    trials.serve("/berita/1", page(), host=LAIN)
    status, output = trials.run()
    assert status == 0
    assert rows(output, "owner")[0].startswith(f"{LAIN} (@{LAIN}), http://{LAIN}:")
    assert rows(output, "rights") == ["display excerpt, index noindex-news, images remote"]


def test_a_feed_of_old_entries_shows_the_newest_and_says_that_none_would_be_fetched(trials: Trials) -> None:
    trials.serve_feed(trials.item(1, age=200), trials.item(2, age=100))
    trials.serve("/berita/2", page())
    status, output = trials.run()
    assert status == 0
    assert rows(output, "entries") == ["2: 0 would be fetched; 2 left out: older than backfill"]
    assert rows(output, "title") == ["Berita 2"]


def test_words_that_exclude_every_entry_leave_no_article(trials: Trials) -> None:
    trials.write("include: [olahraga]")
    trials.serve_feed(trials.item(1))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "entries") == ["1: 0 would be fetched; 1 left out: excluded by words"]
    assert "No article: no entry has a link and is wanted." in output


def test_a_hint_that_is_too_large_for_a_message_is_read_all_the_same(trials: Trials) -> None:
    words = "kata " * 25_000
    content = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{words}{words}</content:encoded>"
    trials.serve_feed(trials.item(1, more=content))
    trials.serve("/berita/1", Reply(status=404))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "no page") == ["HTTP 404"]
    assert rows(output, "text")[0].endswith("words, from the feed")


def test_a_redirect_for_good_is_told_with_what_to_do(trials: Trials) -> None:
    trials.serve("/rss", Reply(status=301, headers={"Location": trials.web.url("/feed", KABAR)}))
    trials.serve_feed(trials.item(1), path="/feed")
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0
    told = " ".join(output.split())
    assert f"redirected to {trials.web.url('/feed', KABAR)} for good: put that address into the file" in told


def test_a_source_that_is_not_enabled_is_tried_and_that_is_said(trials: Trials) -> None:
    trials.write("enabled: false")
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0
    assert rows(output, "enabled") == ["false: it is not polled until that is true"]
    assert rows(output, "rights") == ["display excerpt, index noindex-news, images remote"]


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


def test_a_feed_that_is_gone_for_good_is_not_asked_again(trials: Trials) -> None:
    trials.serve("/rss", Reply(status=410))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "failed") == ["HTTP 410"]
    assert "take the address out of the file" in rows(output, "to do")[0]
    assert rows(output, "next poll") == ["never"]


def test_what_a_feed_says_cannot_steer_the_terminal(trials: Trials) -> None:
    steering = "A\u202e31mB\x9b2J"
    trials.serve_feed(trials.item(1, title=steering))
    trials.serve("/berita/1", page(steering))
    status, output = trials.run()
    assert status == 0
    assert rows(output, "title") == ["A\\u202e31mB2J"]
    assert not [one for one in output if one != "\n" and (ord(one) < 32 or 0x7F <= ord(one) < 0xA0)]


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
