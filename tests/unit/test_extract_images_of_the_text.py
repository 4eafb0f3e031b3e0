"""Images of the text: kept beside their paragraphs, with caption and alternative text, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from functions.extract.extraction import extract_page
from functions.extract.image_marks import MAX_IMAGES
from newswire.sanitise import clean_html

URL = "https://www.kabar.example/nasional/harga-beras"
BEFORE = "Harga beras di pasar induk turun pekan ini karena panen raya di sejumlah daerah sudah dimulai."
AFTER = "Pedagang mengatakan pasokan akan tetap cukup sampai bulan depan, dan pembeli pun mulai kembali."
PROSE = "".join(f"<p>Alinea {number}: {BEFORE}</p>" for number in range(4))


def extracted(content: str, head: str = "") -> dict[str, Any]:
    page = f"<html><head>{head}</head><body><article>{PROSE}{content}{PROSE}</article></body></html>"
    params = {"url": URL, "content_type": "text/html; charset=utf-8", "timezone": None, "language": "id"}
    found = extract_page(page.encode(), params)
    assert clean_html(found["html"]) == found["html"]
    return found


def between(picture: str) -> str:
    return f"<p>{BEFORE}</p>{picture}<p>{AFTER}</p>"


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="/a.jpg" alt="Beras">',
        '<figure><img src="/a.jpg" alt="Beras"></figure>',
        '<p><a href="/a.html"><img src="/a.jpg" alt="Beras"></a></p>',
        '<div><div><picture><source srcset="/b.webp"><img src="/a.jpg" alt="Beras"></picture></div></div>',
        '<img src="data:image/gif;base64,R0lGOD" data-src="/a.jpg" alt="Beras">',
        '<img data-srcset="/b,w_3.jpg 300w, /a.jpg 800w,/c.jpg 4000w" src="data:x" alt="Beras">',
        '<img srcset="/b.jpg, /a.jpg 2x" alt="Beras">',
        '<picture><source srcset="/a.jpg 2x"><source srcset="/b.jpg"><img alt="Beras"></picture>',
        '<br><img src="https://www.kabar.example/a.jpg" alt="Beras"><br>',
    ],
    ids=["bare", "figure", "linked", "wrapped", "lazy", "late sizes", "sizes", "sources", "breaks"],
)
def test_an_image_between_paragraphs_stays_between_them(picture: str) -> None:
    html = extracted(between(picture))["html"]
    image = '<img src="https://www.kabar.example/a.jpg" alt="Beras" referrerpolicy="no-referrer">'
    assert f"<p>{BEFORE}</p>\n<figure>{image}</figure>\n<p>{AFTER}</p>" in html


def test_a_caption_goes_with_its_image_and_is_no_part_of_the_text() -> None:
    caption = "<figcaption>Panen raya di <b>Karawang</b> (Foto: Ani)</figcaption>"
    found = extracted(between(f'<figure><img src="/a.jpg">{caption}</figure>'))
    assert "<figcaption>Panen raya di Karawang (Foto: Ani)</figcaption></figure>" in found["html"]
    assert "Karawang" not in found["text"]
    assert found["images"][0]["caption"] == "Panen raya di Karawang (Foto: Ani)"


def test_a_caption_of_wordpress_is_no_paragraph() -> None:
    box = (
        '<div class="wp-caption"><a href="/a.html"><img src="/a.jpg"></a>'
        f'<p class="wp-caption-text">Suasana pasar. {AFTER}</p></div>'
    )
    found = extracted(
        f"<p>{BEFORE}</p>{box}<p>Selesai sudah panen raya di daerah itu pekan ini, kata dia.</p>"
    )
    assert "<figcaption>Suasana pasar." in found["html"]
    assert "Suasana pasar" not in found["text"]


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="javascript:alert(1)">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="http://[">',
        '<img src="/ikon.png" width="16" height="16">',
        '<img src="/assets/logo.png">',
        '<img alt="tanpa alamat">',
    ],
    ids=["script", "data", "broken", "icon", "logo", "none"],
)
def test_what_is_no_picture_is_left_out(picture: str) -> None:
    found = extracted(between(picture))
    assert "<img" not in found["html"]
    assert found["images"] == []
    assert BEFORE in found["text"]


def test_a_picture_that_stands_beside_no_paragraph_of_the_article_is_left_out() -> None:
    teasers = '<ul><li><a href="/1"><img src="/t1.jpg"></a><a href="/1">Harga gula naik</a></li></ul>'
    assert "t1.jpg" not in extracted(teasers)["html"]


def test_each_image_stands_once_and_the_main_one_leads_the_list() -> None:
    head = '<meta property="og:image" content="/utama.jpg">'
    content = (
        between('<img src="/a.jpg">') + between('<img src="/a.jpg">') + between('<img src="/utama.jpg">')
    )
    found = extracted(content, head)
    assert [image["url"].rsplit("/", 1)[1] for image in found["images"]] == ["utama.jpg", "a.jpg"]
    assert found["html"].count("/utama.jpg") == 1


def test_no_more_images_are_kept_than_an_article_has() -> None:
    content = "".join(between(f'<img src="/{number}.jpg">') for number in range(MAX_IMAGES + 20))
    assert extracted(content)["html"].count("<img") <= MAX_IMAGES
