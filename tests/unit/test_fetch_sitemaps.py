"""Sitemaps, indexes of them, and pages that name feeds: documents that lead to others."""

from __future__ import annotations

import gzip

import pytest

from functions.fetch import sitemaps
from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import Child, FeedDocument, NotAFeed

BASE = "https://kabar.example/peta/sitemap.xml"
XMLNS = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"


def read(body: str | bytes, content_type: str | None = None, base: str = BASE) -> FeedDocument:
    return parse(body.encode() if isinstance(body, str) else body, content_type, base, "Asia/Jakarta")


def index(*sitemaps_: str) -> str:
    return f"<sitemapindex {XMLNS}>{''.join(f'<sitemap>{one}</sitemap>' for one in sitemaps_)}</sitemapindex>"


def urlset(*urls: str) -> str:
    return f"<urlset {XMLNS}>{''.join(f'<url>{one}</url>' for one in urls)}</urlset>"


def test_an_index_lists_dated_sitemaps_newest_first_and_the_others_as_they_stand() -> None:
    found = read(
        index(
            "<loc>/c.xml</loc>",
            "<loc>https://kabar.example/a.xml</loc><lastmod>2025-06-01</lastmod>",
            "<loc>javascript:x</loc>",
            "<loc>d.xml.gz</loc><lastmod>kemarin</lastmod>",
            "<lastmod>2025-06-02</lastmod>",
            "<loc>https://kabar.example/b.xml</loc><lastmod>2025-06-02T08:00:00Z</lastmod>",
            "<loc>https://kabar.example/a.xml#x</loc>",
            f"<loc>{BASE}</loc>",
        )
    )
    assert (found.format, found.entries, found.children_dropped) == ("sitemap index", (), 0)
    assert found.children == (
        Child("https://kabar.example/b.xml", "2025-06-02T08:00:00Z"),
        Child("https://kabar.example/a.xml", "2025-06-01T00:00:00+07:00"),
        Child("https://kabar.example/c.xml"),
        Child("https://kabar.example/peta/d.xml.gz"),
    )


def test_an_index_of_more_sitemaps_than_are_read_counts_the_rest() -> None:
    found = read(
        index(*(f"<loc>/{number}.xml</loc><lastmod>{2000 + number}-01-01</lastmod>" for number in range(150)))
    )
    assert (len(found.children), found.children_dropped) == (100, 50)
    assert found.children[0].url == "https://kabar.example/149.xml"


def test_an_index_without_sitemaps_is_refused() -> None:
    with pytest.raises(NotAFeed, match=r"^a sitemap index without sitemaps$"):
        read(index("<lastmod>2025-06-02</lastmod>"))


def test_children_cross_the_pipe() -> None:
    found = read(index("<loc>/a.xml</loc><lastmod>2025-06-02</lastmod>"))
    assert FeedDocument.from_document(found.to_document()) == found


def test_a_gzip_sitemap_is_read_whatever_its_media_type() -> None:
    body = gzip.compress(urlset("<loc>/berita/1</loc><lastmod>2025-06-02</lastmod>").encode())
    (entry,) = read(body, "application/octet-stream").entries
    assert (entry.url, entry.updated) == ("https://kabar.example/berita/1", "2025-06-02T00:00:00+07:00")


def test_a_news_sitemaps_keywords_are_categories() -> None:
    said = "<n:title>T</n:title><n:keywords>beras, pangan</n:keywords>"
    news = f"<n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{said}</n:news>"
    (entry,) = read(urlset(f"<loc>/1</loc>{news}")).entries
    assert (entry.title, entry.categories) == ("T", ("beras", "pangan"))


def test_of_a_sitemap_over_the_limit_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "ENTRY_LIMIT", 3)
    dates = ("2025-06-05", "", "2025-06-01", "2025-06-04", "2025-06-06")
    found = read(
        urlset(*(f"<loc>/{place}</loc><lastmod>{date}</lastmod>" for place, date in enumerate(dates)))
    )
    assert [entry.url for entry in found.entries] == [f"https://kabar.example/{place}" for place in (0, 3, 4)]
    assert found.entries_dropped == 2


def test_a_sitemap_of_one_url_a_line() -> None:
    found = read("\ufeffhttps://kabar.example/1\r\n\r\nhttp://kabar.example/2\n", "text/plain")
    assert found.format == "sitemap"
    assert [entry.url for entry in found.entries] == ["https://kabar.example/1", "http://kabar.example/2"]
    with pytest.raises(NotAFeed):
        read("https://kabar.example/1\nthat was all", "text/plain")


# --- Pages ---


def page(*links: str) -> str:
    return f"<!doctype html><html><head>{''.join(links)}</head><body><p>Beranda</p></body></html>"


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate", title: str = "") -> str:
    return f"<link rel='{rel}' type='{kind}' title='{title}' href='{href}'>"


def children(text: str, base: str = "https://kabar.example/nasional/") -> list[str]:
    found = read(text, "text/html", base)
    assert (found.format, found.entries) == ("page", ())
    return [child.url for child in found.children]


def test_a_page_names_its_feeds_in_its_own_order_and_those_of_comments_last() -> None:
    assert children(
        page(
            link("/komentar/feed/"),
            link("/feed/komunitas", title="Kabar » Comments Feed"),
            link("/api/feed", "application/json"),
            link("/feed/"),
            link("atom.xml", "application/atom+xml"),
            link("/feed.json", "application/feed+json; charset=utf-8"),
        )
    ) == [
        "https://kabar.example/feed/",
        "https://kabar.example/nasional/atom.xml",
        "https://kabar.example/feed.json",
        "https://kabar.example/api/feed",
        "https://kabar.example/komentar/feed/",
        "https://kabar.example/feed/komunitas",
    ]


@pytest.mark.parametrize(
    "other",
    [
        link("/style.css", "text/css", "alternate stylesheet"),
        link("/feed", "application/rss+xml", "alternate stylesheet"),
        link("/en/", "text/html"),
        link("/wp-json/wp/v2/pages/2", "application/json"),
        link("/oembed?x", "application/json+oembed"),
        link("/next", "application/rss+xml", "next"),
        link("javascript:x"),
        link("https://user:secret@kabar.example/feed"),
        link(""),
        link("https://kabar.example/nasional/"),
        f"<!-- {link('/feed')} -->",
        f'<script>document.write("{link("/feed")}")</script>',
        "<base href='javascript:x'>",
    ],
)
def test_what_is_no_feed_of_the_page_is_not_named(other: str) -> None:
    with pytest.raises(NotAFeed, match=r"^looks like an HTML page$"):
        read(page(other), "text/html", "https://kabar.example/nasional/")
    assert children(page(other, link("/rss"))) == ["https://kabar.example/rss"]


def test_links_are_relative_to_the_first_base_of_the_page() -> None:
    text = page("<base href='/arsip/'>", "<base href='https://lain.example/'>", link("rss"))
    assert children(text) == ["https://kabar.example/arsip/rss"]


@pytest.mark.parametrize(
    "text",
    [
        page("<LINK HREF='/rss' TYPE='Application/RSS+XML' REL='ALTERNATE home'>"),
        page("<link rel=feed href=/rss>"),
        f"<p>Maaf</p>{link('/rss')}",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><link rel='feed' href='/rss'/>",
    ],
)
def test_pages_are_read_as_browsers_read_them(text: str) -> None:
    assert children(text) == ["https://kabar.example/rss"]


def test_a_page_of_more_feeds_than_are_asked_counts_the_rest() -> None:
    found = read(page(*(link(f"/{number}") for number in range(25))))
    assert (len(found.children), found.children_dropped) == (10, 15)
    assert found.children[0].url == "https://kabar.example/0"


def test_a_page_of_an_encoding_of_its_own_is_still_a_page() -> None:
    assert children_of_bytes(page(link("/rss")).replace("Beranda", "Новости").encode("koi8-r")) == [
        "https://kabar.example/rss"
    ]


def children_of_bytes(body: bytes) -> list[str]:
    return [child.url for child in read(body, "text/html; charset=koi8-r").children]
