"""Feeds that are not what they should be: no text and no link is lost."""

from __future__ import annotations

import pytest

from functions.fetch import tolerant_feeds
from functions.fetch.feed_documents import parse, run
from functions.fetch.feed_entry import ENTRY_LIMIT, FeedDocument, FeedEntry, plain_form

BASE = "https://kabar.example/rss/feed.xml"
LINK = "<link>https://kabar.example/1</link>"


def read(body: str | bytes, base: str = BASE) -> FeedDocument:
    return parse(body.encode() if isinstance(body, str) else body, None, base, "Asia/Jakarta")


def rss(item: str, head: str = "", attributes: str = "") -> str:
    return (
        f"<rss version='2.0' {attributes}><channel><title>K</title>{head}<item>{item}</item></channel></rss>"
    )


def atom(entry: str, attributes: str = "") -> str:
    head = f"<feed xmlns='http://www.w3.org/2005/Atom' {attributes}><title>K</title>"
    return f"{head}<entry><id>tag:x,1</id>{entry}</entry></feed>"


# --- Broken XML keeps its text ---


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Harga&nbsp;beras", "Harga beras"),
        ("Harga &rsquo;beras&rsquo;", "Harga ’beras’"),
        ("Beras & jagung", "Beras & jagung"),
        ("3 < 5 kg", "3 < 5 kg"),
        ("Harga <b>beras</b> turun", "Harga beras turun"),
        ("Harga <b>beras</i> turun", "Harga beras turun"),
        ("Harga<!-- x --> beras", "Harga beras"),
        ("Harga<?x y?> beras", "Harga beras"),
        ("a ]]> b", "a ]]> b"),
        ("Har\x0bga\x00 beras", "Harga beras"),
        ("<![CDATA[Har\x0bga beras]]>", "Harga beras"),
        ("Harga&#11; beras&#0;", "Harga beras"),
        ("Panen &#xD83C;&#xDF3E; raya", "Panen 🌾 raya"),
        ("Panen &#55356;&#57150; raya &#xD800;", "Panen 🌾 raya"),
        ("Panen &#99999999999; raya", "Panen raya"),
    ],
)
def test_no_part_of_a_title_is_lost(written: str, title: str) -> None:
    (entry,) = read(rss(f"<title>{written}</title>{LINK}")).entries
    assert (entry.title, entry.url) == (title, "https://kabar.example/1")


def test_an_ampersand_in_a_link_stays_in_it() -> None:
    (entry,) = read(rss("<title>T</title><link>https://kabar.example/?a=1&b=2</link>")).entries
    assert entry.url == "https://kabar.example/?a=1&b=2"


def test_markup_that_is_not_escaped_stays_in_a_description() -> None:
    (entry,) = read(rss(f"<title>T</title>{LINK}<description>Satu <b>dua</b> tiga</description>")).entries
    assert entry.summary == "Satu <b>dua</b> tiga"


def test_an_atom_title_of_elements_is_whole() -> None:
    title = (
        "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Harga <b>beras</b> turun</div></title>"
    )
    (entry,) = read(atom(f"{title}<link href='/1'/>")).entries
    assert entry.title == "Harga beras turun"


def test_a_feed_that_breaks_off_gives_the_entries_before() -> None:
    whole = rss(
        f"<title>Satu</title>{LINK}</item><item><title>Dua</title><link>https://kabar.example/2</link>"
    )
    entries = read(whole[: whole.index("</item></channel>")]).entries
    assert [entry.url for entry in entries] == ["https://kabar.example/1", "https://kabar.example/2"]


def test_a_well_formed_feed_is_not_parsed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(tolerant_feeds, "read")
    (entry,) = read(
        rss(f"<title>Beras &amp;amp; jagung</title>{LINK}<description><![CDATA[<p>x</p>]]></description>")
    ).entries
    assert entry.title == "Beras & jagung"


def test_a_date_keeps_its_zone_in_a_broken_feed_too() -> None:
    (entry,) = read(
        rss(f"<title>A & B</title>{LINK}<pubDate>Senin, 02 Juni 2025 14:30 WITA</pubDate>")
    ).entries
    assert entry.published == "2025-06-02T14:30:00+08:00"


# --- Links ---


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("<atom:link href='https://kabar.example/x' rel='self'/><link>/1</link>", "https://kabar.example/1"),
        ("<guid>https://kabar.example/g</guid><link>/1</link>", "https://kabar.example/1"),
        ("<atom:link href='https://kabar.example/x'/>", "https://kabar.example/x"),
    ],
)
def test_an_items_own_link_comes_before_those_of_other_vocabularies(link: str, url: str) -> None:
    (entry,) = read(
        rss(f"<title>T</title>{link}", attributes="xmlns:atom='http://www.w3.org/2005/Atom'")
    ).entries
    assert entry.url == url


def test_an_items_own_title_comes_before_its_pictures() -> None:
    item = f"<m:title>Gambar</m:title><title>Berita</title>{LINK}"
    (entry,) = read(rss(item, attributes="xmlns:m='http://search.yahoo.com/mrss/'")).entries
    assert entry.title == "Berita"


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ("<link rel='replies' href='/komentar'/><link href='/1'/>", "https://kabar.example/1"),
        (
            "<link type='application/pdf' href='/1.pdf'/><link type='text/html' href='/1'/>",
            "https://kabar.example/1",
        ),
        ("<link rel='self' href='/1.atom'/>", None),
        ("<link rel='alternate' href=''/><id>https://kabar.example/?p=1</id>", "https://kabar.example/?p=1"),
    ],
)
def test_an_atom_entry_has_the_link_of_its_page(links: str, url: str | None) -> None:
    other = "<entry><title>U</title><link href='/2'/></entry>"
    body = f"<entry><title>T</title>{links}</entry>{other}"
    assert read(f"<feed xmlns='http://www.w3.org/2005/Atom'>{body}</feed>").entries[0].url == url


def test_xml_base_counts_where_it_is_in_effect() -> None:
    first, second = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://kabar.example/a/'>"
        "<entry xml:base='b/'><title>T</title><id>1</id><link href='1'/></entry>"
        "<entry><title>U</title><id>2</id><link href='2'/></entry></feed>",
        "https://penyimpanan.example/feeds/1",
    ).entries
    assert (first.url, second.url) == ("https://kabar.example/a/b/1", "https://kabar.example/a/2")


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://umpan.example/kabar", "https://kabar.example/berita/1"),
        ("https://www.kabar.example/rss/x.xml", "https://www.kabar.example/berita/1"),
        ("http://127.0.0.1:8000/rss", "http://127.0.0.1:8000/berita/1"),
    ],
)
def test_a_feed_service_does_not_make_its_sites_links_its_own(base: str, url: str) -> None:
    head = "<link>https://kabar.example/</link>"
    (entry,) = read(rss("<title>T</title><link>/berita/1</link>", head), base).entries
    assert entry.url == url


def test_links_in_an_articles_text_are_made_absolute() -> None:
    links = "<a href='/2'>dua</a> <a href='//lain.example/'>tiga</a> <a href='javascript:x'>x</a>"
    content = f"<p>{links} <img src='a.jpg'></p>"
    entry = FeedEntry("1", "https://kabar.example/berita/1", content=content)
    (clean,) = run(b"", {"task": "sanitise", "entries": [plain_form(entry)]})["entries"]
    assert 'href="https://kabar.example/2"' in clean["content"]
    assert 'href="https://lain.example/"' in clean["content"]
    assert 'src="https://kabar.example/berita/a.jpg"' in clean["content"]
    assert "javascript" not in clean["content"]


@pytest.mark.parametrize(
    "body",
    [
        rss(f"<title>T</title>{LINK}</item><item>" * 20_003).replace("<item></item>", ""),
        '{"items": [' + ",".join(['{"url": "/1"}'] * 20_003) + "]}",
    ],
    ids=["rss", "json"],
)
def test_of_more_entries_than_are_read_the_rest_is_counted(body: str) -> None:
    found = read(body)
    assert (len(found.entries), found.entries_dropped) == (ENTRY_LIMIT, 3)
