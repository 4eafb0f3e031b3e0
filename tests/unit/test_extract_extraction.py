"""The worker's entry: bytes of any page in, an article's fields out."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.extract.extracted_page import MAX_FURNITURE
from functions.extract.extraction import extract_page
from newswire.article_text import text_of
from newswire.sanitise import clean_html

ATTACKS = Path(__file__).parents[3] / "shared" / "attack"
HOSTILE = [
    path for path in sorted((ATTACKS / "hostile").glob("*")) if path.name.startswith(("hd-", "nh3-", "tr-"))
]
URL = "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun"
FIELDS = {
    "notice",
    *(
        "title",
        "authors",
        "published",
        "updated",
        "language",
        "canonical_url",
        "foreign_canonical_url",
        "site_name",
        "tags",
        "categories",
    ),
    *(
        "excerpt",
        "text",
        "html",
        "images",
        "directives",
        "paywalled",
        "attributions",
        "extractor",
    ),
    *("whole_page", "further_pages", "notice", "furniture"),
}
SOUP = (
    "<p> <div> </div> <b> </b> <a/href='/x'> </a> <table> <tr> <td> </table> <ul> <li> <br> <br> <q> </q>"
    " <pre> </pre> <h1> <h2> kata &#xF0000; &#xF0104; &lt;b&gt; &#1; <title> <script> </script> <svg>"
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harga Beras Turun - Kabar Nusantara</title>
<meta property="og:site_name" content="Kabar Nusantara">
<link rel="canonical" href="/nasional/harga-beras-turun">
<meta property="og:image" content="/foto/beras.jpg"></head>
<body><nav><ul><li><a href="/">Beranda</a></li><li><a href="/ekonomi">Ekonomi</a></li></ul></nav>
<article><h1>Harga Beras Turun</h1><div class="byline">Oleh Siti Rahma, Senin 2 Juni 2025 09.15 WIB</div>
<p><b>Jakarta</b> - Harga beras di pasar induk turun pada pekan ini karena panen raya sudah dimulai.</p>
<p>“Pasokan akan tetap cukup untuk bulan depan,” kata <a href="/tokoh/menteri">menteri</a> di Jakarta,
Senin.</p>
<h2>Panen raya</h2>
<p>Petani tidak perlu menunggu lebih lama, dan pedagang bisa menjual dengan harga yang lebih rendah lagi.</p>
<p>Di sejumlah daerah, harga gabah kering panen masih di atas harga pembelian yang ditetapkan pemerintah.</p>
</article><footer>© 2025 Kabar Nusantara</footer></body></html>"""


def extract(page: str | bytes, **params: Any) -> dict[str, Any]:
    body = page.encode() if isinstance(page, str) else page
    return extract_page(
        body, {"url": URL, "content_type": "text/html", "timezone": None, "language": "id"} | params
    )


def test_an_article_is_told_whole() -> None:
    found = extract(PAGE, timezone="Asia/Jakarta")
    assert found.keys() == FIELDS
    assert found["title"] == "Harga Beras Turun"
    assert found["authors"] == ["Siti Rahma"]
    assert found["language"] == "id"
    assert found["canonical_url"] == "https://www.kabar.example/nasional/harga-beras-turun"
    assert found["images"][0]["url"] == "https://www.kabar.example/foto/beras.jpg"
    assert found["extractor"].startswith("trafilatura ")
    assert "<p><strong>Jakarta</strong> - Harga beras" in found["html"]
    assert (
        '<a href="https://www.kabar.example/tokoh/menteri" rel="nofollow noopener">menteri</a>'
        in found["html"]
    )
    assert "“Pasokan akan tetap cukup untuk bulan depan,” kata menteri di Jakarta, Senin." in found[
        "text"
    ].split("\n")
    assert "Beranda" not in found["text"]


def test_the_text_is_the_text_of_the_html_and_sanitising_again_changes_nothing() -> None:
    found = extract(PAGE)
    assert found["text"] == text_of(found["html"])
    assert clean_html(found["html"]) == found["html"]


def test_times_without_an_offset_are_read_in_the_sources_zone() -> None:
    page = PAGE.replace(
        "</head>", '<meta property="article:published_time" content="2025-06-02 09:15"></head>'
    )
    assert extract(page, timezone="Asia/Makassar")["published"] == "2025-06-02T09:15:00+08:00"
    english = page.replace("Oleh Siti Rahma, Senin 2 Juni 2025 09.15 WIB", "By Siti Rahma")
    english = re.sub(r"(?s)<p>.*</p>", "<p>The price of rice fell.</p>", english)
    assert extract(english, timezone="Mars/Olympus")["published"] == "2025-06-02T09:15:00Z"


def test_what_the_page_does_not_tell_of_its_language_the_source_does() -> None:
    assert extract("<html><body><p>Pendek</p></body></html>")["language"] == "id"


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n\x1a\n\x00", b"<html></html>", b"<!-- -->"])
def test_what_is_no_article_has_all_fields_and_no_text(body: bytes) -> None:
    found = extract(body)
    assert found.keys() == FIELDS
    assert (found["text"], found["html"], found["authors"]) == ("", "", [])


@given(st.lists(st.sampled_from(SOUP.split()), max_size=40))
def test_any_tag_soup_keeps_text_and_html_in_step(parts: list[str]) -> None:
    prose = "<p>Harga beras di pasar induk turun pada pekan ini karena panen raya sudah dimulai.</p>" * 8
    found = extract(f"<html><body><article>{prose}{' '.join(parts)}</article></body></html>")
    assert found["text"] == text_of(found["html"])
    assert clean_html(found["html"]) == found["html"]


@pytest.mark.skipif(not HOSTILE, reason=f"the hostile pages below {ATTACKS} are not on this machine")
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_a_hostile_page_is_survived_within_the_budget(path: Path) -> None:
    start = time.process_time()
    found = extract(path.read_bytes())
    assert time.process_time() - start < 5
    assert json.loads(json.dumps(found)).keys() == FIELDS
    assert found["title"] is None or isinstance(found["title"], str)
    assert all(isinstance(name, str) for name in found["authors"] + found["tags"] + found["categories"])


@pytest.mark.skipif(not ATTACKS.exists(), reason=f"the payload list below {ATTACKS} is not on this machine")
def test_no_payload_is_active_in_any_field() -> None:
    payloads = [
        row["payload"] for row in json.loads((ATTACKS / "xss_payloads.json").read_text(encoding="utf-8"))
    ]
    for payload in payloads[::10]:
        attribute = payload.replace('"', "&quot;")
        head = (
            f'<head><title>{payload}</title><meta name="author" content="{attribute}"><link rel="canonical"'
            f' href="{attribute}"><meta property="og:image" content="{attribute}"></head><body>'
        )
        page = PAGE.replace("</head>", head).replace(
            "</article>", f'{payload}<a href="{attribute}">x</a></article>'
        )
        found = extract(page)
        assert clean_html(found["html"]) == found["html"]
        for link in [found["canonical_url"] or "https:", *(image["url"] for image in found["images"])]:
            assert link.startswith(("http:", "https:"))


def test_what_a_page_says_of_its_origin_is_read_from_its_text_and_its_json_ld() -> None:
    declared = '<script type="application/ld+json">{"@type": "NewsArticle", "isBasedOn": "https://a.example/1"}</script>'
    line = '<p>Artikel ini telah tayang di <a href="https://b.example/">B</a> dengan judul Harga.</p>'
    source = PAGE
    found = extract(
        source.replace("</head>", declared + "</head>").replace("</article>", line + "</article>")
    )
    assert [(sign["kind"], sign["url"]) for sign in found["attributions"]] == [
        ("based on", "https://a.example/1"),
        ("statement", "https://b.example/"),
    ]


def test_what_is_taken_out_as_furniture_is_told_so_that_a_wall_is_known_by_it() -> None:
    cookies = "We use cookies to personalise content. By clicking Accept all you agree to our cookie policy."
    found = extract(PAGE.replace("<p>", f"<p>{cookies}</p><p>", 1))
    assert cookies not in found["text"]
    assert found["furniture"] == cookies
    each = "".join(f"<p>{cookies.replace('content', f'part {number}')}</p>" for number in range(60))
    many = extract(PAGE.replace("<p>", f"{each}<p>", 1))
    assert len(many["furniture"]) == MAX_FURNITURE


@pytest.mark.parametrize("block", ["<p>a", "<li>a", "<td>a", "<h2>a</h2>", "<div>a</div>", "<br><br>a"])
def test_no_number_of_short_blocks_takes_the_workers_time(block: str) -> None:
    prose = "<p>Harga beras di pasar induk turun pada pekan ini karena panen raya sudah dimulai.</p>" * 8
    start = time.process_time()
    found = extract(f"<html><body><article><h1>Judul</h1>{prose}</article>{block * 20_000}</body></html>")
    assert time.process_time() - start < 5
    assert "panen raya" in found["text"]
