"""What is believed of the worker's answer: typed, bounded, and nothing that could act."""

from __future__ import annotations

from typing import Any

import pytest

from functions.extract.extracted_page import MAX_FURNITURE, MAX_TEXT, BadAnswer, ExtractedPage
from functions.extract.extraction import extract_page
from newswire.article import Image
from newswire.directives import Directives
from tests.support.active_content import _PASSIVE
from tests.support.attack_payloads import page_with
from tests.support.extract_pages import extracted

IMAGE = {"url": "https://kabar.example/a.jpg", "alt": "Beras", "caption": None, "width": 800, "height": 600}
LINK = "<a href='/b?c&d=\"e'>tautan &amp; <b>lagi</b></a>"
HEAD = "<title>Judul</title><meta property=og:image content=/a.jpg><meta name=robots content=noindex>"


def test_an_honest_answer_is_believed() -> None:
    params = {"url": "https://kabar.example/1", "content_type": None, "timezone": None, "language": None}
    answer = extract_page(page_with(LINK, "body").replace("<head>", f"<head>{HEAD}").encode(), params)
    page = ExtractedPage.from_answer(answer)
    assert (page.text, page.html, page.title) == (answer["text"], answer["html"], "Judul")
    assert page.images == (Image("https://kabar.example/a.jpg"),)
    assert page.directives == Directives(noindex=True)
    assert "<a " in page.html


def test_what_is_not_asked_for_is_ignored() -> None:
    assert ExtractedPage.from_answer(extracted(more="x")) == ExtractedPage.from_answer(extracted())


@pytest.mark.parametrize("key", extracted().keys())
def test_every_field_must_be_there(key: str) -> None:
    with pytest.raises(BadAnswer, match=f"^{key}$"):
        ExtractedPage.from_answer({name: value for name, value in extracted().items() if name != key})


@pytest.mark.parametrize("key", extracted().keys())
@pytest.mark.parametrize(
    "value", [7, 1.5, {}, {"a": 1}, [7], [None], [["a"]], b"a", "\ud800", "a\x00", "a\ufffe"]
)
def test_no_field_takes_a_wrong_type_or_a_forbidden_character(key: str, value: object) -> None:
    if (key, value) == ("directives", {}):
        return  # a page that asks nothing
    with pytest.raises(BadAnswer, match=f"^{key}$"):
        ExtractedPage.from_answer(extracted() | {key: value})


BROKEN: dict[str, list[Any]] = {
    "text": ["x" * (MAX_TEXT + 1), None],
    "furniture": ["x" * (MAX_FURNITURE + 1), None],
    "html": [
        "<p>" + "x" * MAX_TEXT,
        None,
        "<script>alert(1)</script>",
        "<p onclick=a>b</p>",
        '<p onclick="a">b</p>',
        '<p style="a">b</p>',
        '<a href="javascript:alert(1)">b</a>',
        '<a href="/relative">b</a>',
        '<img src="data:image/png,a">',
        "<a href='https://kabar.example/'>b</a>",
        "<svg></svg>",
        "<P>a</P>",
        "<!-- a -->",
        "<!DOCTYPE html>",
        "<p/onclick=a>",
        "a <",
        "</p onclick=a>",
        '<p lang="a"onclick="b">',
    ],
    "title": ["x" * 501, "a\nb", "a\tb"],
    "authors": ["Siti", ["x" * 201], ["Siti"] * 21, ["a\nb"], None],
    "published": ["2024-05-12", "2024-05-12T10:00:00", "2024-02-30T10:00:00Z", "12 Mei 2024", "x" * 99],
    "updated": ["2024-05-12T10:00:00+7", "2024-05-12T25:00:00Z", "２024-05-12T10:00:00Z"],
    "language": ["", "ID", "ind", "id-ID", "1d"],
    "canonical_url": [
        "",
        "javascript:alert(1)",
        "//kabar.example/",
        "https://a b/",
        "HTTPS://kabar.example/",
    ],
    "images": [
        None,
        ["https://kabar.example/a.jpg"],
        [IMAGE | {"url": "data:image/png,a"}],
        [IMAGE | {"url": None}],
        [IMAGE | {"alt": 7}],
        [IMAGE | {"caption": "a\x00"}],
        [IMAGE | {"width": True}],
        [IMAGE | {"width": -1}],
        [IMAGE | {"height": 10**9}],
        [IMAGE | {"height": "600"}],
        [IMAGE] * 101,
    ],
    "tags": [["x"] * 51],
    "categories": [["x"] * 51, None],
    "paywalled": [None, 0, "false"],
}


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in BROKEN.items() for value in values]
)
def test_what_breaks_a_bound_is_not_believed(key: str, value: object) -> None:
    with pytest.raises(BadAnswer, match=f"^{key}$"):
        ExtractedPage.from_answer(extracted() | {key: value})


@pytest.mark.parametrize("name", sorted(_PASSIVE))
def test_every_passive_element_may_come(name: str) -> None:
    html = f'<{name} lang="id">a</{name}>'
    assert ExtractedPage.from_answer(extracted() | {"html": html}).html == html
