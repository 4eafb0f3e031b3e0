"""Feeds of every format and encoding into entries, and how long they ask to be left alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import FeedDocument, FeedEntry
from newswire.messages import Enclosure
from tests.support.fetch_feeds import Item, rss
from tests.support.read_feeds import BASE, ITEM, document, sanitised

FEEDS = Path(__file__).parents[1] / "data" / "feeds"

RDF_090 = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
    " xmlns='http://my.netscape.com/rdf/simple/0.9/'>"
    f"<channel><title>K</title></channel><item>{ITEM}</item></rdf:RDF>"
)
ATOM_03 = (
    "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>Café “x”</title>"
    "<link rel='alternate' href='https://kabar.example/1'/></entry></feed>"
)


def read(name: str, base: str = BASE, timezone: str = "Asia/Jakarta") -> FeedDocument:
    return parse((FEEDS / name).read_bytes(), None, base, timezone)


# --- Formats ---


def test_rss_2_0() -> None:
    first, second, third = read("rss-2.0.xml").entries
    assert first == FeedEntry(
        guid="kabar-1",
        url="https://kabar.example/berita/1?utm_source=rss",
        title="Harga beras turun & stok aman",
        published="2025-06-02T14:30:00+07:00",
        authors=("Siti Aminah", "Budi Santoso"),
        categories=("Ekonomi", "Pangan"),
        summary="<p>Harga beras <b>turun</b> lima persen.</p><script>alert(1)</script>",
        content='<p>Harga beras turun lima persen pekan ini.</p><p onclick="x()">Stok aman.</p>',
        image="https://kabar.example/gambar/beras.jpg",
        language="id",
        rights="© Kabar 2025",
        via_title="Pasar Kita",
        via_url="https://pasar.example/rss",
        enclosures=(Enclosure("https://kabar.example/gambar/beras.jpg", "image/jpeg"),),
    )
    assert (second.url, second.guid) == ("https://kabar.example/berita/2", "https://kabar.example/berita/2")
    assert second.published == "2025-06-01T08:00:00+07:00"
    assert second.authors == ("Redaksi Kabar",)
    assert second.image == "https://kabar.example/gambar/jalan.png"
    assert second.enclosures == (Enclosure("https://kabar.example/gambar/jalan.png", "image/png", 1),)
    assert (third.title, third.url) == ("Tanpa tautan", None)


def test_rss_1_0() -> None:
    found = read("rss-1.0.xml")
    first, second = found.entries
    assert (first.url, first.title) == ("https://lentera.example/1", "Pelabuhan dibuka kembali")
    assert first.published == "2025-06-02T09:15:00+08:00"
    assert (first.authors, first.categories) == (("Made Wirawan",), ("Daerah",))
    assert first.summary == "Kapal pertama bersandar pagi ini."
    assert second.published == "2025-06-01T00:00:00+07:00"
    assert found.pause == timedelta(minutes=30)


def test_atom_1_0() -> None:
    first, second = read("atom-1.0.xml", "https://harbour.example/atom.xml").entries
    assert first == FeedEntry(
        guid="tag:harbour.example,2025:1",
        url="https://harbour.example/news/1",
        title="Ferries & trains resume",
        published="2025-06-02T15:00:00+08:00",
        updated="2025-06-02T16:00:00+08:00",
        authors=("Jane Doe",),
        categories=("transport",),
        summary="Ferries resume after the storm.",
        content='<p>Ferries resume <a href="https://harbour.example/map">today</a>.</p>',
        image="https://harbour.example/ferry.jpg",
        language="en",
        rights="CC BY 4.0",
        via_title="The Wire",
        enclosures=(Enclosure("https://harbour.example/ferry.jpg", "image/jpeg"),),
    )
    assert (second.guid, second.url) == ("tag:harbour.example,2025:2", "https://harbour.example/news/2")
    assert second.updated == "2025-06-01T00:00:00Z"
    assert sanitised(content=second.content)["content"] == "<div><p>White, as ever.</p></div>"


def test_json_feed_1_1() -> None:
    first, second = read("json-feed-1.1.json", "https://lumbung.example/feed.json").entries
    assert first == FeedEntry(
        guid="101",
        url="https://lumbung.example/panen/101",
        title="Panen jagung & kedelai",
        published="2025-06-02T10:00:00+09:00",
        updated="2025-06-02T11:00:00+09:00",
        authors=("Yohana", "Markus"),
        categories=("pertanian", "jagung"),
        summary="Panen &lt;tahun&gt; ini lebih baik.",
        content="<p>Panen jagung <strong>naik</strong>.</p>",
        image="https://lumbung.example/jagung.jpg",
        language="id",
    )
    assert (second.guid, second.url) == ("102", "https://tetangga.example/kabar/102")
    assert second.published == "2025-06-01T06:00:00+07:00"
    assert second.authors == ("Redaksi Lumbung",)
    assert second.content == "<p>Baris satu &amp; dua.</p><p>Baris tiga.</p>"


def test_a_sitemap() -> None:
    found = read("sitemap.xml")
    assert found.format == "sitemap"
    assert [(one.url, one.updated) for one in found.entries] == [
        ("https://kabar.example/berita/1", "2025-06-02T00:00:00+07:00"),
        ("https://kabar.example/berita/2?a=1&b=2", "2025-06-01T10:00:00+07:00"),
    ]


def test_a_news_sitemap() -> None:
    (found,) = read("news-sitemap.xml").entries
    assert found == FeedEntry(
        guid=None,
        url="https://kabar.example/berita/1",
        title="Harga beras turun & stok aman",
        published="2025-06-02T14:30:00+07:00",
        updated="2025-06-02T15:00:00+07:00",
        image="https://kabar.example/gambar/beras.jpg",
        language="id",
    )


@pytest.mark.parametrize(
    "body",
    [
        RDF_090,
        f"<rss version='0.91'><channel><title>K</title><item>{ITEM}</item></channel></rss>",
        f"<rss><channel><item>{ITEM}</item></channel></rss>",
        ATOM_03,
        '{"items": [{"id": "1", "url": "https://kabar.example/1", "title": "Café “x”"}]}',
    ],
    ids=["rss-0.90", "rss-0.91", "rss-without-version", "atom-0.3", "json-without-version"],
)
def test_older_and_looser_formats(body: str) -> None:
    (found,) = document(body).entries
    assert (found.title, found.url) == ("Café “x”", "https://kabar.example/1")


def test_a_channel_without_items_is_a_feed_without_entries() -> None:
    assert document(rss([])).entries == ()
    assert document('{"items": []}').entries == ()
    assert document('<feed xmlns="http://www.w3.org/2005/Atom"><title>K</title></feed>').entries == ()


# --- Encodings ---


@pytest.mark.parametrize(
    ("declaration", "encoding", "mark"),
    [
        ('<?xml version="1.0" encoding="windows-1252"?>', "cp1252", b""),
        ('<?xml version="1.0" encoding="ISO-8859-15"?>', "iso-8859-15", b""),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16", b""),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16-le", b""),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16-be", b""),
        ('<?xml version="1.0"?>', "utf-8", b"\xef\xbb\xbf"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8", b""),
        ("", "utf-8", b""),
        ("\n\n  " + '<?xml version="1.0" encoding="UTF-8"?>', "utf-8", b""),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-8", b""),
    ],
    ids=[
        "windows-1252",
        "iso-8859-15",
        "utf-16",
        "utf-16-le-without-mark",
        "utf-16-be-without-mark",
        "utf-8-mark",
        "utf-8",
        "undeclared",
        "blank-lines-first",
        "declared-wrongly",
    ],
)
def test_text_arrives_as_it_was_written(declaration: str, encoding: str, mark: bytes) -> None:
    title = "Café" if encoding == "iso-8859-15" else "Café “x”"
    item = ITEM.replace("Café “x”", title)
    body = f"{declaration}<rss version='2.0'><channel><title>K</title><item>{item}</item></channel></rss>"
    (found,) = document(mark + body.encode(encoding)).entries
    assert found.title == title


# --- How long a feed asks to be left alone ---


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>45</ttl>", 45),
        ("<ttl> 60 </ttl>", 60),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>²</ttl>", 0),
        ("<sy:updatePeriod xmlns:sy='x'>hourly</sy:updatePeriod>", 60),
        (
            "<updatePeriod>daily</updatePeriod><updateFrequency>4</updateFrequency>",
            360,
        ),
        (
            "<updatePeriod>hourly</updatePeriod><updateFrequency>0</updateFrequency>",
            60,
        ),
        ("", 0),
    ],
)
def test_the_pause_that_a_feed_asks_for(head: str, minutes: int) -> None:
    assert document(rss([Item(1)], head)).pause == timedelta(minutes=minutes)
