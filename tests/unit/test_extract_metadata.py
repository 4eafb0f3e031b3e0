"""What a page says about its article: titles, names, dates, images and rights, in every shape."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.metadata_pages import article, json_ld, read, script

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


def test_a_headline_that_begins_with_the_sites_name_is_a_headline() -> None:
    head = '<meta property="og:site_name" content="Kabar">'
    head += "<title>Kabar buka kantor baru di Medan | Kabar, berita dari seluruh penjuru Nusantara</title>"
    assert read(head).title == "Kabar buka kantor baru di Medan"


def test_what_readers_see_outweighs_a_wording_for_search_engines() -> None:
    wording = "Harga Beras Turun Juni 2025"
    head = f'<meta property="og:title" content="{wording}"><title>{wording}</title>'
    assert read(head, "<h1>Harga Beras di Pasar Turun</h1>").title == "Harga Beras di Pasar Turun"


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
        ('<link rel="canonical" href="https://bola.kabar.example/a">', "https://bola.kabar.example/a"),
        ('<link rel="canonical" href="https://lain.example/a">', None),
    ],
)
def test_the_canonical_url_is_absolute_and_never_the_front_page(head: str, canonical: str | None) -> None:
    assert read(head).canonical_url == canonical


def test_a_canonical_url_of_another_domain_is_kept_apart() -> None:
    foreign = '<link rel="canonical" href="https://asli.example/berita/1">'
    found = read(foreign + '<meta property="og:url" content="https://www.kabar.example/a">')
    assert found.canonical_url == "https://www.kabar.example/a"
    assert found.foreign_canonical_url == "https://asli.example/berita/1"
    assert read('<link rel="canonical" href="https://asli.example/">').foreign_canonical_url is None
    assert read('<link rel="canonical" href="/a">').foreign_canonical_url is None


def test_microdata_tell_what_nothing_else_tells() -> None:
    body = (
        '<div itemscope itemtype="https://schema.org/NewsArticle"><b itemprop="headline">Harga Beras</b>'
        '<div itemprop="author" itemscope><b itemprop="name">Siti Rahma</b></div>'
        '<meta itemprop="datePublished" content="2025-06-01T10:00:00+07:00">'
        '<img itemprop="image" src="/a.jpg">'
        '<div itemscope itemtype="https://schema.org/Comment"><b itemprop="headline">Komentar</b></div></div>'
    )
    found = read("", body)
    assert (found.title, found.authors) == ("Harga Beras", ["Siti Rahma"])
    assert found.published == "2025-06-01T10:00:00+07:00"
    assert found.images[0].url == "https://www.kabar.example/a.jpg"


def test_tags_categories_site_and_excerpt() -> None:
    head = json_ld(article(keywords="beras, Pasar,beras", articleSection=["Ekonomi"])) + (
        '<meta property="og:site_name" content="Kabar"><meta name="description" content=" Harga  turun. ">'
        '<meta name="keywords" content="seo,spam">'
    )
    found = read(head)
    assert (found.tags, found.categories) == (["beras", "Pasar"], ["Ekonomi"])
    assert (found.site_name, found.excerpt) == ("Kabar", "Harga turun.")


@pytest.mark.parametrize(
    ("stated", "excerpt"),
    [
        ("Naik &amp;amp; turun", "Naik & turun"),
        ("Kata &amp;#039;damai&amp;#039;&amp;nbsp;itu", "Kata 'damai' itu"),
        ("&lt;p&gt;Satu.&lt;/p&gt;&lt;p&gt;&lt;b&gt;D&lt;/b&gt;ua.&lt;/p&gt;", "Satu. Dua."),
        ("Baca &lt;a href=&quot;https://www.kabar.example/a", "Baca"),
        ("Film &lt;The Palace: Kisah&gt; tayang", "Film <The Palace: Kisah> tayang"),
        ("AT&amp;T; 3 &lt; 4", "AT&T; 3 < 4"),
        ("Tag &lt;i&gt; dan &lt;b&gt; kembali", "Tag <i> dan <b> kembali"),
        ("&lt;p&gt;&lt;/p&gt;", None),
    ],
)
def test_a_description_that_was_escaped_twice_is_read_as_it_was_meant(
    stated: str, excerpt: str | None
) -> None:
    assert read(f'<meta name="description" content="{stated}">').excerpt == excerpt


def test_a_paywall_is_recorded() -> None:
    assert read(json_ld(article(isAccessibleForFree="False"))).paywalled is True
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
