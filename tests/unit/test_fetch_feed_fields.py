"""What an entry says, however its feed says it: dates, titles, links, names and pictures."""

from __future__ import annotations

import pytest

from tests.support.read_feeds import ITEM, document, entry

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
