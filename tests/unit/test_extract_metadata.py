"""What a page says about its article: titles, names, dates, images and rights, in every shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.extract.metadata import PageMetadata, read_metadata
from functions.extract.page_tree import parse_page
from functions.extract.publisher_zone import KnownZones

URL = "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun"
JAKARTA = KnownZones(source=ZoneInfo("Asia/Jakarta"))


def read(
    head: str = "",
    body: str = "",
    *,
    url: str = URL,
    zones: KnownZones = KnownZones(),  # noqa: B008 - frozen
    lang: str = "",
    now: datetime | None = None,
) -> PageMetadata:
    root = f'<html lang="{lang}">' if lang else "<html>"
    page = parse_page(f"{root}<head>{head}</head><body>{body}</body></html>")
    assert page is not None
    return read_metadata(page, url, zones, now=now)


def json_ld(*nodes: Any) -> str:
    return script(json.dumps(nodes[0] if len(nodes) == 1 else list(nodes)))


def script(source: str) -> str:
    return f'<script type="application/ld+json">{source}</script>'


def article(**properties: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", **properties}


# --- Shapes of JSON-LD ---


@pytest.mark.parametrize(
    "head",
    [
        json_ld(article(headline="Harga Beras Turun")),
        json_ld(article(headline=["Harga Beras Turun", "x"])),
        json_ld(article(headline={"@value": "Harga Beras Turun"})),
        json_ld({"@type": "WebSite", "name": "Kabar"}, article(headline="Harga Beras Turun")),
        json_ld({"@graph": [{"@type": "WebPage"}, article(headline="Harga Beras Turun")]}),
        json_ld([[article(headline="Harga Beras Turun")]]),
        json_ld({"@type": "WebPage", "mainEntity": article(headline="Harga Beras Turun")}),
        json_ld({"@type": ["Thing", "https://schema.org/Article"], "headline": "Harga Beras Turun"}),
        script('{"@type": "Article", "headline": "Harga Beras Turun",}'),
        script('//<![CDATA[\n{"@type": "Article", "headline": "Harga\nBeras Turun"}\n//]]>'),
        script("{broken") + json_ld(article(headline="Harga Beras Turun")),
    ],
)
def test_the_headline_is_found_in_every_shape_of_json_ld(head: str) -> None:
    assert read(head).title == "Harga Beras Turun"


@pytest.mark.parametrize(
    "value", [None, 7, True, {}, [], {"name": {"name": 1}}, [[[[["a"]]]]], {"@id": ["x"]}, "  "]
)
def test_values_of_wrong_types_are_as_good_as_none(value: Any) -> None:
    everything = dict.fromkeys(
        (
            "headline",
            "author",
            "datePublished",
            "dateModified",
            "image",
            "keywords",
            "publisher",
            "description",
        ),
        value,
    )
    found = read(json_ld(article(**everything)), url="https://kabar.example/a")
    assert (found.title, found.published, found.updated, found.excerpt) == (None, None, None, None)
    assert (found.authors, found.tags, found.images) == ([], [], [])


def test_nesting_without_end_is_left_unread() -> None:
    value: Any = "x"
    for _ in range(400):
        value = {"name": [value]}
    assert read(json_ld(article(author=value, headline="Judul"))).authors == []
    assert read(script("[" * 100_000)).title is None


# --- Title ---


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>Harga Beras Turun - Kabar</title><meta property=og:site_name content=Kabar>", ""),
        ("<title>Harga Beras Turun | Nasional</title>", "<h1>Harga Beras Turun</h1>"),
        ("<title>Kabar: Harga Beras Turun</title>", "<h1>Kabar</h1>"),
        ("<title>Harga Beras Turun Halaman all - Kabar.example</title>", ""),
        ('<meta property="og:title" content="Harga Beras Turun - kabar.example"><title>x</title>', ""),
        ("<title>Harga Beras Turun - Kabar</title>", "<h1>Bola</h1><h1>Harga Beras Turun</h1><h1>Tag</h1>"),
    ],
)
def test_the_title_has_no_site_name_and_is_no_logo(head: str, body: str) -> None:
    assert read(head, body).title == "Harga Beras Turun"


def test_what_readers_see_outweighs_a_wording_for_search_engines() -> None:
    wording = "Harga Beras Turun Juni 2025"
    head = f'<meta property="og:title" content="{wording}"><title>{wording}</title>'
    assert read(head, "<h1>Harga Beras di Pasar Turun</h1>").title == "Harga Beras di Pasar Turun"


# --- Authors ---


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (json_ld(article(author={"@type": "Person", "name": "Siti Rahma"})), "", ["Siti Rahma"]),
        (
            json_ld(article(author=[{"name": "Siti Rahma"}, "Budi Santoso"])),
            "",
            ["Siti Rahma", "Budi Santoso"],
        ),
        (
            json_ld(
                {
                    "@graph": [
                        article(author={"@id": "#p"}),
                        {"@type": "Person", "@id": "#p", "name": "Siti Rahma"},
                    ]
                }
            ),
            "",
            ["Siti Rahma"],
        ),
        (
            '<meta name="author" content="Siti Rahma, Budi Santoso dan Dewi">',
            "",
            ["Siti Rahma", "Budi Santoso", "Dewi"],
        ),
        (
            '<meta name="author" content="https://facebook.com/siti">',
            "<p class=byline>Oleh: Siti Rahma</p>",
            ["Siti Rahma"],
        ),
        ('<meta name="author" content="Redaksi">', "<a rel=author href=/p>Siti Rahma</a>", ["Siti Rahma"]),
        ("", "<div class=author>Penulis : Siti Rahma | 2 Juni 2025, 10:00 WIB</div>", ["Siti Rahma"]),
        ("", "<p class=byline>By Jane Doe and John Roe, Jr</p>", ["Jane Doe", "John Roe, Jr"]),
        ("", "<p class=byline>Follow us</p>", []),
        ("", "<li class=comment><b class=comment-author>Pembaca</b></li>", []),
        ('<meta name="author" content="Redaksi Kabar">', "", ["Redaksi Kabar"]),
    ],
)
def test_authors_are_names_and_people_before_desks(head: str, body: str, authors: list[str]) -> None:
    assert read(head, body).authors == authors


def test_the_publisher_is_the_author_only_where_nobody_else_is_named() -> None:
    head = json_ld(article(author={"name": "Kabar Nusantara"}, publisher={"name": "Kabar Nusantara"}))
    assert read(head, "<span class=byline>Siti Rahma</span>").authors == ["Siti Rahma"]
    assert read(head).authors == ["Kabar Nusantara"]


# --- Dates ---


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        (json_ld(article(datePublished="2025-06-01T23:00:00+07:00")), "", "2025-06-01T23:00:00+07:00"),
        (
            '<meta property="article:published_time" content="2025-06-01T23:00:00">',
            "",
            "2025-06-01T23:00:00+07:00",
        ),
        ("", "<time pubdate datetime='2025-06-01 23:00'>", "2025-06-01T23:00:00+07:00"),
        ("", "<time datetime='2024-01-01'></time>", "2025-06-02T00:00:00+07:00"),
    ],
)
def test_the_publication_is_read_in_order_of_trust(head: str, body: str, published: str) -> None:
    assert read(head, body).published == published


def test_a_line_under_the_headline_tells_the_date_and_one_above_does_not() -> None:
    body = (
        "<div>Senin, 9 Juni 2025</div><h1>Judul Berita Ini</h1><p>Kabar - Jumat, 6 Juni 2025 | 14.30 WIB</p>"
    )
    assert read("", body, url="https://kabar.example/a").published == "2025-06-06T14:30:00+07:00"


def test_a_page_without_a_date_has_none() -> None:
    assert read("", "<h1>Judul</h1><p>Dibaca 2025 kali</p>", url="https://kabar.example/a").published is None


def test_utc_is_written_in_the_publishers_zone_and_an_inverted_offset_is_righted() -> None:
    utc = '<meta property="article:published_time" content="2025-06-01T20:00:00Z">'
    assert read(utc).published == "2025-06-02T03:00:00+07:00"
    assert read(utc, zone=None).published == "2025-06-01T20:00:00Z"
    inverted = '<meta property="article:published_time" content="2025-06-02T08:00:00-07:00">'
    assert read(inverted).published == "2025-06-02T08:00:00+07:00"


def test_an_update_is_one_only_after_publication() -> None:
    later = article(datePublished="2025-06-01T10:00:00Z", dateModified="2025-06-01T11:00:00Z")
    same = article(datePublished="2025-06-01T10:00:00Z", dateModified="2025-06-01T10:00:00Z")
    assert read(json_ld(later), zone=None).updated == "2025-06-01T11:00:00Z"
    assert read(json_ld(same), zone=None).updated is None


# --- Everything else ---


def test_the_main_image_is_absolute_with_what_is_known_of_it() -> None:
    head = (
        '<meta property="og:image" content="/foto/beras.jpg"><meta property="og:image:width" content="1200">'
        '<meta property="og:image:height" content="abc">'
    )
    found = read(head, '<img src="/foto/beras.jpg?w=300" alt="Pasar induk">').images[0]
    assert (found.url, found.alt) == ("https://www.kabar.example/foto/beras.jpg", "Pasar induk")
    assert (found.width, found.height) == (1200, None)


def test_an_image_of_json_ld_brings_caption_and_size() -> None:
    image = {
        "@type": "ImageObject",
        "url": "https://cdn.example/a.jpg",
        "caption": "Foto: AFP",
        "width": "800px",
    }
    found = read(json_ld(article(image=[image]))).images[0]
    assert (found.url, found.caption, found.width) == ("https://cdn.example/a.jpg", "Foto: AFP", 800)


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,AAAA", "javascript:x", "https://kabar.example/img/logo.png", "http://["]
)
def test_a_logo_and_an_address_that_is_none_are_no_image(url: str) -> None:
    assert read(f'<meta property="og:image" content="{url}">').images == []


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/nasional/harga">', "https://www.kabar.example/nasional/harga"),
        ('<base href="https://kabar.example/x/"><link rel=canonical href="y">', "https://kabar.example/x/y"),
        ('<meta property="og:url" content="https://kabar.example/a">', "https://kabar.example/a"),
        ('<link rel="canonical" href="https://www.kabar.example/">', None),
        ('<link rel="canonical" href="javascript:x">', None),
    ],
)
def test_the_canonical_url_is_absolute_and_never_the_front_page(head: str, canonical: str | None) -> None:
    assert read(head).canonical_url == canonical


def test_tags_categories_site_and_excerpt() -> None:
    head = json_ld(article(keywords="beras, Pasar,beras", articleSection=["Ekonomi"])) + (
        '<meta property="og:site_name" content="Kabar"><meta name="description" content=" Harga  turun. ">'
        '<meta name="keywords" content="seo,spam">'
    )
    found = read(head)
    assert (found.tags, found.categories) == (["beras", "Pasar"], ["Ekonomi"])
    assert (found.site_name, found.excerpt) == ("Kabar", "Harga turun.")


def test_rights_are_recorded() -> None:
    head = (
        '<meta name="robots" content="noindex, max-snippet:50"><meta name="Newswire" content="nosnippet">'
        '<meta name="tdm-reservation" content="1">'
    )
    found = read(head + json_ld(article(isAccessibleForFree="False")))
    assert found.robots == ["noindex, max-snippet:50", "nosnippet"]
    assert (found.tdm_reservation, found.paywalled) == ("1", True)
    assert read(json_ld(article(isAccessibleForFree=True))).paywalled is False


def test_every_field_is_capped_and_of_xml_characters() -> None:
    long = "a\x0b\ud800" + "kata " * 500
    head = json_ld(article(headline=long, description=long, keywords=[long] * 90, articleSection=[long] * 90))
    found = read(head)
    assert found.title is not None
    assert found.excerpt is not None
    assert len(found.title) <= 500
    assert len(found.excerpt) <= 1000
    assert all(len(tag) <= 100 for tag in found.tags + found.categories)
    assert "\x0b" not in found.title + found.excerpt
    assert "\ud800" not in found.title + found.excerpt
