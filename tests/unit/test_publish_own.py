"""The operator's own: logo, accent, pages and HTML are on every page, allowed by its policy, and no more."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

import html5lib
import pytest
from lxml import html

from functions.publish.own_files import OwnFileError, OwnFiles, own_files
from functions.publish.static_files import edition
from newswire.sources import Catalogue, Own
from tests.support.publish_catalogues import catalogue
from tests.support.publish_world import World

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60"><path d="M0 0h9v9z"/></svg>'
REDAKSI = b"""\
# Susunan *Redaksi* & kawan

Pemimpin redaksi: **Bagus**. Lihat [pedoman](pedoman.html) atau <redaksi@kabar.example>.

## Alamat

| Kota | Jalan |
| --- | --- |
| Jakarta | Dermaga 12 |
"""
FILES = {"logo.svg": LOGO, "pages/redaksi.md": REDAKSI, "pages/pedoman.md": b"Pedoman\n=======\nIsi."}
INLINE = "window.a = '</div>' && 1 < 2;"
HEAD = (
    f'<script async src="https://cdn.example/a.js"></script>\n<script>{INLINE}</script><style>p{{}}</style>'
)
OWN = Own(
    logo="logo.svg",
    accent="#0b6b63",
    pages=("redaksi", "pedoman"),
    head_html=HEAD,
    csp={"script": ("https://cdn.example",), "connect": ("https://*.stat.example",)},
)


def read(own: Own, files: Mapping[str, bytes] = FILES) -> OwnFiles:
    def problem(_: str, name: str, error: OwnFileError) -> None:
        pytest.fail(f"{name} {error}")

    return own_files(own, files.get, problem)


def problems(own: Own, files: Mapping[str, bytes]) -> list[str]:
    found: list[str] = []
    own_files(own, files.get, lambda key, name, error: found.append(f"{key}: {name} {error}"))
    return found


def with_own(own: Own) -> Catalogue:
    return replace(catalogue(), own=own)


def world(own: Own = OWN, files: Mapping[str, bytes] = FILES) -> World:
    return World(with_own(own), own=read(own, files))


def published(own: Own = OWN, files: Mapping[str, bytes] = FILES) -> World:
    made = world(own, files)
    made.refresh()
    assert made.publish(made.add(1)) == set()
    return made


def article_page(made: World) -> str:
    (key,) = [key for key in made.site.objects if key.startswith("a/")]
    return made.site.text(key)


def policy(page: str) -> dict[str, list[str]]:
    (text,) = html.fromstring(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return {name: sources for name, *sources in (part.split() for part in text.split(";"))}


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_every_page_is_valid_and_shows_the_logo_by_the_portals_name() -> None:
    made = published()
    pages = {key: body.decode() for key, body in made.written().items() if key.endswith(".html")}
    assert {"p/redaksi.html", "p/pedoman.html", "index.html", "404.html"} <= pages.keys()
    for key, page in pages.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(page)
        assert parser.errors == [], key
        (image,) = html.fromstring(page).find_class("logo")
        assert (image.get("alt"), image.get("width"), image.get("height")) == ("Kabar Nusantara", "300", "60")
        assert made.site.objects[image.get("src").removeprefix("/")].body == LOGO


def test_logo_and_accent_are_files_under_hashed_names_that_caches_keep() -> None:
    made = published()
    keys = [key for key in made.site.objects if key.startswith(("static/logo.", "static/accent."))]
    assert [key.rpartition(".")[2] for key in sorted(keys)] == ["css", "svg"]
    types = {made.site.objects[key].content_type for key in keys}
    assert types == {"image/svg+xml", "text/css; charset=utf-8"}
    sheets = html.fromstring(made.site.text("index.html")).xpath("//link[@rel='stylesheet']/@href")
    assert len(sheets) == 2
    assert sheets[1].startswith("/static/accent.")


def test_without_anything_of_his_own_no_page_mentions_it() -> None:
    made = published(Own(), {})
    home = made.site.text("index.html")
    assert "accent" not in home
    assert 'class="logo"' not in home
    assert policy(home).keys() == {
        "default-src",
        "style-src",
        "img-src",
        "script-src",
        "base-uri",
        "form-action",
    }
    assert policy(home)["script-src"] == ["'self'"]
    assert not [key for key in made.site.objects if key.startswith("p/")]


def test_a_page_has_its_title_from_the_first_heading_and_the_rest_as_text() -> None:
    made = published()
    page = html.fromstring(made.site.text("p/redaksi.html"))
    assert [one.text_content() for one in page.xpath("//h1")] == ["Susunan Redaksi & kawan"]
    assert page.findtext(".//title") == "Susunan Redaksi & kawan – Kabar Nusantara"
    assert [one.text_content() for one in page.xpath("//main//h2")] == ["Alamat"]
    assert page.xpath("//main//td/text()") == ["Jakarta", "Dermaga 12"]
    assert page.xpath("//main//a/@href") == [
        "https://kabar.example/p/pedoman.html",
        "mailto:redaksi@kabar.example",
    ]
    assert page.xpath("//meta[@name='description']/@content")[0].startswith("Pemimpin redaksi: Bagus.")


def test_pages_are_linked_from_every_footer_in_the_order_of_the_catalogue() -> None:
    made = published()
    for key in ("index.html", "404.html", "p/pedoman.html"):
        links = html.fromstring(made.site.text(key)).xpath("//footer//a[starts-with(@href, '/p/')]")
        assert [(link.get("href"), link.text) for link in links] == [
            ("/p/redaksi.html", "Susunan Redaksi & kawan"),
            ("/p/pedoman.html", "Pedoman"),
        ]
    here = html.fromstring(made.site.text("p/pedoman.html")).xpath("//footer//a[@aria-current]/@href")
    assert here == ["/p/pedoman.html"]
    assert "https://kabar.example/p/redaksi.html" in made.site.text("sitemap-sections.xml")


def test_html_in_a_page_is_made_harmless() -> None:
    text = b"""# <b>Redaksi</b>

<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) ![y](https://t.example/p.gif)
<iframe src=https://x.example></iframe> <p style="color:red" onclick=go()>teks</p>
"""
    own = Own(pages=("redaksi",))
    made = published(own, {"pages/redaksi.md": text})
    (main,) = html.fromstring(made.site.text("p/redaksi.html")).xpath("//main")
    assert {element.tag for element in main.iter()} == {"main", "article", "header", "h1", "p"}
    assert {name for element in main.iter() for name in element.attrib} == {"id", "class", "tabindex"}
    assert "teks" in main.text_content()


def test_the_operators_html_is_in_every_head_as_it_stands_and_in_no_notice() -> None:
    made = published()
    gone = made.add(2)
    made.publish(gone)
    made.retract(gone)
    made.publish(gone)
    for key in ("index.html", "about.html", "p/redaksi.html"):
        assert f"{HEAD}\n</head>" in made.site.text(key)
    articles = {key: made.site.text(key) for key in made.site.objects if key.startswith("a/")}
    assert {key: HEAD in page for key, page in articles.items()} == {
        key: gone.id not in key for key in articles
    }
    for notice in (made.site.text("404.html"), made.page(gone)):
        assert "cdn.example" not in notice


def test_the_policy_names_the_hosts_and_hashes_what_stands_in_the_html() -> None:
    found = policy(published().site.text("index.html"))
    assert found["script-src"] == ["'self'", "https://cdn.example", hash_of(INLINE)]
    assert found["style-src"] == ["'self'", hash_of("p{}")]
    assert found["connect-src"] == ["https://*.stat.example"]
    assert found["default-src"] == ["'none'"]
    assert "unsafe" not in str(found)


def test_the_logo_is_the_providers_in_structured_data_and_never_the_publishers() -> None:
    page = html.fromstring(article_page(published()))
    data = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])
    assert data["provider"]["logo"].startswith("https://kabar.example/static/logo.")
    assert "logo" not in data["publisher"]


def test_a_page_that_is_left_out_becomes_a_notice_and_comes_back() -> None:
    made = published()
    fewer = replace(OWN, pages=("pedoman",))
    made.catalogue, made.own = with_own(fewer), read(fewer)
    made.refresh()
    assert made.site.objects["p/redaksi.html"].metadata == {"gone": "1"}
    assert "Halaman tidak ditemukan" in made.site.text("p/redaksi.html")
    assert "p/redaksi" not in made.site.text("sitemap-sections.xml")
    assert "p/redaksi" not in made.site.text("index.html")
    made.catalogue, made.own = with_own(OWN), read(OWN)
    made.refresh()
    assert made.site.objects["p/redaksi.html"].metadata == {}
    assert "Susunan" in made.site.text("p/redaksi.html")


def test_a_page_whose_file_is_missing_for_now_stays_as_it_was() -> None:
    made = published()
    made.own = own_files(OWN, {**FILES, "pages/redaksi.md": None}.get, lambda *_: None)
    made.refresh()
    assert "Susunan" in made.site.text("p/redaksi.html")


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("pages/redaksi.md", None, "pages: pages/redaksi.md is missing"),
        (
            "pages/redaksi.md",
            b"Tanpa judul",
            "pages: pages/redaksi.md has no heading; the first one becomes the",
        ),
        ("pages/redaksi.md", b"# \xff", "pages: pages/redaksi.md is not UTF-8: invalid start byte at byte 2"),
        (
            "pages/redaksi.md",
            b"#" * 65537,
            "pages: pages/redaksi.md has 65537 bytes; at most 65536 are allowed",
        ),
        ("logo.svg", None, "logo: logo.svg is missing"),
        ("logo.svg", b"<svg/>", "logo: logo.svg has the element svg, which is not for drawing"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_left_out(
    name: str, body: bytes | None, message: str
) -> None:
    files = {**FILES, name: body}
    (found,) = problems(OWN, {key: one for key, one in files.items() if one is not None})
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("own", "files"),
    [
        (replace(OWN, accent="#0b6b64"), FILES),
        (replace(OWN, head_html="<meta name=a>"), FILES),
        (replace(OWN, pages=("pedoman", "redaksi")), FILES),
        (OWN, {**FILES, "logo.svg": LOGO + b" "}),
        (OWN, {**FILES, "pages/redaksi.md": REDAKSI + b"."}),
    ],
)
def test_whatever_changes_is_another_edition(own: Own, files: Mapping[str, bytes]) -> None:
    assert edition(with_own(own), own=read(own, files)) != edition(with_own(OWN), own=read(OWN))


def test_the_same_files_are_published_once() -> None:
    made = published()
    made.refresh()
    written = len(made.site.puts)
    made.refresh()
    assert len(made.site.puts) == written
