"""Pictures in the text: with what browsers need, or ours in their place, and never anything active."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from functions.publish.text_images import TEXT_SIZES, loaded_late, with_copies, without_plain_http
from newswire.article_text import text_of
from newswire.image_copies import ImageCopy
from newswire.sanitise import clean_html

COPY = ImageCopy("https://harian.example/a.jpg?x=1&y=2", "images/abc/0123", (320, 640, 900), 600)
OTHER = "https://lain.example/b.jpg"
FIGURE = (
    '<figure><img src="{}" alt="Sawah &amp; &quot;ladang&quot;">'
    "<figcaption>Foto: <b>Ani</b></figcaption></figure>"
)


def cleaned(markup: str) -> str:
    return clean_html(markup)


def test_ours_stands_in_the_place_of_a_picture_that_we_copied() -> None:
    before = cleaned(f"<p>Satu</p>{FIGURE.format('https://harian.example/a.jpg?x=1&amp;y=2')}<p>Dua</p>")

    after = with_copies(before, [COPY])

    (image,) = lxml_html.fromstring(f"<div>{after}</div>").iter("img")
    assert dict(image.attrib) == {
        "src": "/images/abc/0123-640.webp",
        "srcset": ", ".join(f"/images/abc/0123-{width}.webp {width}w" for width in (320, 640, 900)),
        "sizes": TEXT_SIZES,
        "alt": 'Sawah & "ladang"',
        "width": "900",
        "height": "600",
        "loading": "lazy",
        "decoding": "async",
    }
    assert "Foto: <b>Ani</b>" in after
    assert "harian.example" not in after
    assert text_of(after) == text_of(before)


def test_elsewhere_the_address_is_absolute_and_there_is_no_choice() -> None:
    after = with_copies(cleaned(FIGURE.format(COPY.url)), [COPY], "https://kabar.example")

    (image,) = lxml_html.fromstring(f"<div>{after}</div>").iter("img")
    assert image.get("src") == "https://kabar.example/images/abc/0123-900.webp"
    assert "srcset" not in image.attrib


def test_a_picture_without_a_copy_goes_with_its_caption_and_the_text_stays() -> None:
    before = cleaned(f"<p>Satu</p>{FIGURE.format(OTHER)}<p>Dua</p><p>x<img src='{OTHER}'>y</p>")

    after = with_copies(before, [COPY])

    assert after == "<p>Satu</p><figure></figure><p>Dua</p><p>xy</p>"
    assert text_of(after) == text_of(before)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<figure><table><tr><td>1</td></tr></table><figcaption>Tabel</figcaption></figure>", None),
        (f"<figure><img src='{OTHER}'><p>kata</p><figcaption>K</figcaption></figure>", "<p>kata</p>"),
        (f"<figcaption>K</figcaption><img src='{OTHER}'>", "<figcaption>K</figcaption>"),
        (
            f"<figure><figure><img src='{OTHER}'></figure><figcaption>K</figcaption></figure>",
            "<figure></figure>",
        ),
    ],
)
def test_a_caption_goes_only_with_the_picture_that_it_is_of(markup: str, expected: str | None) -> None:
    before = cleaned(markup)

    after = with_copies(before, [])

    assert after == before if expected is None else expected in after
    assert text_of(after) == text_of(before)
    assert "<img" not in after


def test_a_figure_that_keeps_one_of_its_pictures_keeps_its_caption() -> None:
    markup = f"<figure><img src='{OTHER}'><img src='{COPY.url}'><figcaption>K</figcaption></figure>"

    after = with_copies(cleaned(markup), [COPY])

    assert after.count("<img") == 1
    assert "<figcaption>K</figcaption>" in after


def test_a_page_with_tls_shows_no_picture_without_and_keeps_all_others_as_they_are() -> None:
    plain = cleaned(f"<p>Satu</p>{FIGURE.format('HTTP://harian.example/a.jpg')}<p>Dua</p>")
    secure = cleaned(FIGURE.format(OTHER))

    assert without_plain_http(plain + secure) == f"<p>Satu</p><figure></figure><p>Dua</p>{secure}"


def test_the_publishers_pictures_are_loaded_when_a_reader_comes_to_them() -> None:
    before = cleaned(f"<p>A</p><img src='{OTHER}' alt='b'>")

    after = loaded_late(before)

    (image,) = lxml_html.fromstring(f"<div>{after}</div>").iter("img")
    assert (image.get("loading"), image.get("referrerpolicy")) == ("lazy", "no-referrer")
    assert after.replace(' loading="lazy" decoding="async"', "") == before


PIECES = st.sampled_from(
    [
        '"', "'", "<", ">", "&quot;", "&lt;", " ", "=", "/", "x",
        "<img src=", "<figure>", "</figure>", "<figcaption>", "</figcaption>",
        "<abbr title=", "<p lang=", "<p>", "</p>", "onerror=alert(1)", "<script>", "alt=", COPY.url, OTHER,
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_markup_makes_what_was_sanitised_active(markup: str) -> None:
    before = cleaned(markup)

    for after in (with_copies(before, [COPY]), loaded_late(before)):
        tree = lxml_html.fromstring(f"<div>{after}</div>")
        names = {name for element in tree.iter() for name in element.attrib}
        assert not {name for name in names if name.startswith("on")}
        assert not list(tree.iter("script"))
        assert text_of(after) == text_of(before)
        # What the sanitiser makes of it are the same elements.
        again = lxml_html.fromstring(f"<div>{clean_html(after, base='https://kabar.example/')}</div>")
        assert [element.tag for element in again.iter()] == [element.tag for element in tree.iter()]


@pytest.mark.parametrize(
    "markup",
    [
        f'<abbr title="&lt;img src=&quot;{COPY.url}&quot;>">a</abbr>',
        f"<abbr title='<img src=\"{COPY.url}\">'>a</abbr>",
        "<abbr title='<figure><img src=x>'>a</abbr><p lang='</figcaption></figure>'>b</p>",
        "<abbr title='<figure><figcaption>'>a</abbr><p lang='</figcaption></figure>'>b</p>",
    ],
)
def test_what_looks_like_a_picture_in_an_attribute_is_none(markup: str) -> None:
    before = cleaned(markup)

    assert with_copies(before, [COPY]) == before
    assert loaded_late(before) == before
