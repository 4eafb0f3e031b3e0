"""Feeds of every format into entries: what the worker does with a document."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.fetch.clean_entries import CONTENT_LIMIT, SUMMARY_LIMIT
from functions.fetch.feed_documents import parse, run
from functions.fetch.feed_entry import FeedDocument, FeedEntry, NotAFeed
from newswire.messages import Enclosure
from tests.support.fetch_feeds import Item, rss

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
BASE = "https://kabar.example/rss/feed.xml"
ITEM = "<title>Café “x”</title><link>https://kabar.example/1</link>"

RDF_090 = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
    " xmlns='http://my.netscape.com/rdf/simple/0.9/'>"
    f"<channel><title>K</title></channel><item>{ITEM}</item></rdf:RDF>"
)
ATOM_03 = (
    "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>Café “x”</title>"
    "<link rel='alternate' href='https://kabar.example/1'/></entry></feed>"
)
XHTML = (
    b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'>"
    b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>"
)


def read(name: str, base: str = BASE, timezone: str = "Asia/Jakarta") -> FeedDocument:
    return parse((FEEDS / name).read_bytes(), None, base, timezone)


def document(
    body: str | bytes, content_type: str | None = None, timezone: str = "Asia/Jakarta"
) -> FeedDocument:
    return parse(body.encode() if isinstance(body, str) else body, content_type, BASE, timezone)


def entry(item: str, timezone: str = "Asia/Jakarta") -> FeedEntry:
    found = document(
        f"<rss version='2.0'><channel><title>K</title><item>{item}</item></channel></rss>", None, timezone
    )
    return found.entries[0]


def sanitised(**said: Any) -> dict[str, Any]:
    plain = (
        dict.fromkeys(FeedEntry.__dataclass_fields__)
        | {"authors": [], "categories": [], "enclosures": [], "form": "said", "said": ""}
        | said
    )
    answer: dict[str, Any] = run(b"", {"task": "sanitise", "entries": [plain]})["entries"][0]
    return answer


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


# --- Dates ---


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Mon, 02 Jun 2025 14:30:00 WIB", "2025-06-02T14:30:00+07:00"),
        ("Senin, 02 Juni 2025 14:30 WITA", "2025-06-02T14:30:00+08:00"),
        ("Mon, 02 Jun 2025 14:30:00 WIT", "2025-06-02T14:30:00+09:00"),
        ("Mon, 02 Jun 2025 14:30:00 +0700", "2025-06-02T14:30:00+07:00"),
        ("Mon, 02 Jun 2025 07:30:00 GMT", "2025-06-02T07:30:00Z"),
        ("Mon, 02 Jun 2025 14:30:00", "2025-06-02T14:30:00+07:00"),
        ("2025-06-02 14:30:00", "2025-06-02T14:30:00+07:00"),
        ("kemarin", None),
    ],
)
def test_a_date_keeps_the_publishers_own_offset(written: str, read_as: str | None) -> None:
    assert entry(f"{ITEM}<pubDate>{written}</pubDate>").published == read_as


def test_a_date_without_a_zone_is_read_in_the_zone_that_is_given() -> None:
    assert entry(f"{ITEM}<pubDate>2025-06-02 14:30:00</pubDate>", "Asia/Jayapura").published == (
        "2025-06-02T14:30:00+09:00"
    )


# --- Titles, links, names ---


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Beras &amp; jagung", "Beras & jagung"),
        ("Beras &amp;amp; jagung", "Beras & jagung"),
        ("<![CDATA[Beras &amp; jagung]]>", "Beras & jagung"),
        ("<![CDATA[Harga <b>beras</b> turun]]>", "Harga beras turun"),
        ("&amp;lt;i&amp;gt;Beras&amp;lt;/i&amp;gt;", "Beras"),
        ("3 &amp;lt; 5", "3 < 5"),
        ("Panduan &lt;canvas&gt;", "Panduan <canvas>"),
        ("Caf&#233; &#8220;x&#8221;", "Café “x”"),
        ("  Dua\n   baris ", "Dua baris"),
        ("&lt;br&gt;", None),
    ],
)
def test_a_title_is_text_however_often_it_was_escaped(written: str, read_as: str | None) -> None:
    assert entry(f"<title>{written}</title><link>https://kabar.example/1</link>").title == read_as


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("<link>/berita/1</link>", "https://kabar.example/berita/1"),
        ("<link>1.html</link>", "https://kabar.example/rss/1.html"),
        ("<link>//sport.kabar.example/1</link>", "https://sport.kabar.example/1"),
        ("<link><![CDATA[ https://kabar.example/1 ]]></link>", "https://kabar.example/1"),
        ("<link>\n https://kabar.example/1\n</link>", "https://kabar.example/1"),
        ("<guid>https://kabar.example/1</guid>", "https://kabar.example/1"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>https://user:secret@kabar.example/</link>", None),
        ("<link></link>", None),
    ],
)
def test_a_link_is_absolute_or_none(written: str, url: str | None) -> None:
    assert entry(f"<title>T</title>{written}").url == url


def test_an_article_is_not_taken_for_its_enclosure() -> None:
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><id>1</id>"
        "<link rel='enclosure' href='https://kabar.example/a.mp3' type='audio/mpeg'/>"
        "<link rel='self' href='https://kabar.example/entry/1.atom'/>"
        "<link rel='alternate' href='https://kabar.example/1'/></entry></feed>"
    )
    assert document(body).entries[0].url == "https://kabar.example/1"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("<author>siti@kabar.example (Siti Aminah)</author>", ("Siti Aminah",)),
        ("<author>siti@kabar.example</author>", ()),
        ("<author>Siti Aminah</author>", ("Siti Aminah",)),
    ],
)
def test_an_author_is_a_name_and_never_an_address(written: str, names: tuple[str, ...]) -> None:
    assert entry(ITEM + written).authors == names


@pytest.mark.parametrize(
    ("written", "image"),
    [
        ("<enclosure url='/a.jpg' type='image/jpeg'/>", "https://kabar.example/a.jpg"),
        ("<enclosure url='/a.mp3' type='audio/mpeg'/>", None),
        (
            "<m:thumbnail url='/t.jpg'/><m:content url='/a.jpg' medium='image'/>",
            "https://kabar.example/a.jpg",
        ),
        (
            "<m:group><m:content url='/v.mp4' type='video/mp4'/><m:thumbnail url='/t.jpg'/></m:group>",
            "https://kabar.example/t.jpg",
        ),
        ("<m:content url='javascript:x' medium='image'/>", None),
    ],
)
def test_the_picture_of_an_item(written: str, image: str | None) -> None:
    body = f"<rss version='2.0' xmlns:m='http://search.yahoo.com/mrss/'><channel><item>{ITEM}{written}</item></channel></rss>"
    assert document(body).entries[0].image == image


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


# --- What is no feed says what it looks like ---


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty document"),
        (b" \n\t ", "empty document"),
        (b"<!doctype html><html><body>404</body></html>", "looks like an HTML page"),
        (b"\xef\xbb\xbf\n<!-- c --><!-- d --><HTML><body/></HTML>", "looks like an HTML page"),
        (XHTML, "looks like an HTML page"),
        (b"<p>Not found</p>", "no feed format; the root element is 'p'"),
        (b"<opml version='2.0'><body/></opml>", "no feed format; the root element is 'opml'"),
        (b"Not found", "no feed format; there is no root element"),
        (bytes(range(256)), "no feed format; there is no root element"),
        (b'{"error": "not found"}', "JSON without a list of items"),
        (b"[1, 2]", "JSON without a list of items"),
        (b"{oops", "looks like JSON but is not"),
        (b'{"items":' + b"[" * 100_000, "looks like JSON but is not"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", "declares its own entities (DTD internal subset)"),
        (
            '<?xml version="1.0" encoding="UTF-16"?><!doctype rss [<!ENTITY a "b">]><rss/>'.encode("utf-16"),
            "declares its own entities (DTD internal subset)",
        ),
    ],
)
def test_what_is_no_feed_is_refused_with_what_it_looks_like(body: bytes, message: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        document(body)
    assert str(raised.value) == message


def test_a_public_dtd_is_neither_an_error_nor_fetched() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">'
    body = f"{doctype}<rss version='0.91'><channel><title>K</title><item>{ITEM}</item></channel></rss>"
    assert document(body).entries[0].title == "Café “x”"


def test_comments_before_the_root_cost_linear_time() -> None:
    started = time.perf_counter()
    body = "<!---->" * 2000 + f"<rss version='2.0'><channel><item>{ITEM}</item></channel></rss>"
    assert document(body).entries[0].url == "https://kabar.example/1"
    assert time.perf_counter() - started < 2


def test_json_of_the_wrong_types_costs_no_other_entry() -> None:
    body = (
        '{"authors": "x", "items": [1, null, {"id": [], "url": 7},'
        '{"id": 1.5, "url": "javascript:x", "title": {}},'
        '{"url": "https://kabar.example/1", "title": "a\\ud800b", "authors": "x", "tags": [1, "t"],'
        '"date_published": 5}]}'
    )
    entries = document(body).entries
    assert [one.url for one in entries] == [None, None, "https://kabar.example/1"]
    assert (entries[2].title, entries[2].categories, entries[2].published) == ("ab", ("t",), None)


# --- Sanitised entries ---


def test_a_summary_becomes_text_and_content_harmless_html() -> None:
    said = sanitised(
        summary="<p>Harga <b>beras</b></p><script>alert(1)</script><p>turun &amp; stok</p>",
        content="<p onclick='x()'>Isi <a href='javascript:x'>tautan</a><img src='https://kabar.example/a.jpg'></p>",
    )
    assert said["summary"] == "Harga beras turun & stok"
    assert "onclick" not in said["content"]
    assert "javascript" not in said["content"]
    assert "Isi" in said["content"]


@pytest.mark.parametrize(
    "content", ["<script>alert(1)</script>", "<p> </p>", "<img src='https://kabar.example/a.jpg'>"]
)
def test_content_without_text_is_none(content: str) -> None:
    assert sanitised(content=content)["content"] is None


def test_long_texts_are_bounded() -> None:
    said = sanitised(
        summary="kata " * 10_000, content="<p>kata</p>" * 20_000, rights="© " * 5000, language="x" * 500
    )
    assert len(said["summary"]) <= SUMMARY_LIMIT
    assert len(said["content"]) <= CONTENT_LIMIT + 10
    assert len(said["rights"]) <= 300
    assert len(said["language"]) <= 35


def test_no_field_carries_what_xml_forbids() -> None:
    bad = "a\x00\x0b\ud800\uffffb"
    said = sanitised(summary=bad, content=f"<p>{bad}</p>", rights=bad, language=bad, via_title=bad)
    assert {said[name] for name in ("summary", "rights", "language", "via_title")} == {"ab"}
    assert said["content"] == "<p>ab</p>"


def test_a_feed_wrapped_in_a_page_is_read_and_a_publication_is_no_update() -> None:
    wrapped = (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>Berita</title><id>tag:x,1</id>'
        b'<link href="https://kabar.example/1"/><published>2025-06-02T08:00:00Z</published></entry></feed></body></html>'
    )
    (entry,) = parse(wrapped, "application/atom+xml", "https://kabar.example/atom", "Asia/Jakarta").entries
    assert (entry.url, entry.title) == ("https://kabar.example/1", "Berita")
    assert (entry.published, entry.updated) == ("2025-06-02T08:00:00Z", None)
