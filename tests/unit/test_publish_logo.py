"""The logo: a drawing that does nothing else, of a size that pages can reserve."""

from __future__ import annotations

import struct

import pytest

from functions.publish.logo import LogoError, Measured, measured

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'
BOX = 'viewBox="0 0 300 60"'


def svg(content: str = "<path d='M0 0h9v9z'/>", root: str = BOX) -> bytes:
    return SVG.format(root, content).encode()


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + bytes(16)


@pytest.mark.parametrize(
    ("root", "size"),
    [
        (BOX, (300, 60)),
        ('viewBox="-5,-5, 30.4 , 20"', (30, 20)),
        ('width="120" height="40px" viewBox="0 0 3 1"', (120, 40)),
        ('width="100%" height="100%" viewBox="0 0 30 10"', (30, 10)),
    ],
)
def test_a_drawing_has_its_own_size(root: str, size: tuple[int, int]) -> None:
    assert measured("logo.svg", svg(root=root)) == Measured("image/svg+xml", *size)


def test_a_png_has_the_size_in_its_header() -> None:
    assert measured("logo.png", png(640, 128)) == Measured("image/png", 640, 128)


def test_what_draws_is_allowed() -> None:
    drawing = """
      <title>Kabar</title><desc>Lambang</desc>
      <defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient>
        <clipPath id="c"><circle r="5"/></clipPath></defs>
      <style>.a { fill: url( '#g' ) } @media (prefers-color-scheme: dark) { .a { fill: #fff } }</style>
      <g clip-path="url(#c)" style="fill:url(#g)"><use xlink:href="#x" href="#x"/></g>
      <text xml:space="preserve" font-family="Georgia, serif">Kabar</text>"""
    assert measured("logo.svg", svg(drawing)).width == 300


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<script>alert(1)</script>", "has the element script, which is not for drawing"),
        ("<foreignObject/>", "has the element foreignObject"),
        ("<image href='https://x.example/a.png'/>", "has the element image"),
        ("<animate attributeName='href' to='javascript:alert(1)'/>", "has the element animate"),
        ("<set attributeName='onload' to='x'/>", "has the element set"),
        ("<a href='https://x.example'/>", "has the element a,"),
        ("<svg/>", "has the element svg,"),
        ("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>x</h:script>", "has the element script"),
        ("<path xmlns='http://www.w3.org/1999/xhtml'/>", "has the element path"),
        ("<path onload='alert(1)'/>", "has the attribute onload, which is a script"),
        ("<path ONCLICK='alert(1)'/>", "has the attribute ONCLICK, which is a script"),
        ("<path xmlns:i='http://inkscape.example' i:label='x'/>", "has the attribute label of an editor"),
        ("<use xlink:href='https://x.example/a.svg#b'/>", "refers to 'https://x.example/a.svg#b'"),
        ("<use href='data:image/svg+xml,x'/>", r"refers to 'data:image/svg\+xml,x'"),
        ("<g xml:base='https://x.example/'/>", "refers to 'https://x.example/'"),
        ("<g fill='url(https://x.example/#a)'/>", r"has 'url\(https://x.example/#a\)' in fill"),
        ("<g style='fill: URL(\"//x.example/#a\")'/>", "in style; references inside of the file are allowed"),
        ("<style>@import 'https://x.example/a.css';</style>", "has .@import"),
        ("<style>.a { background: u\\72l(https://x.example) }</style>", r"has '\\\\72l"),
        ("<style>.a { background: image-set('https://x.example' 1x) }</style>", "has .image-set"),
        (
            "<?xml-stylesheet href='https://x.example/a.css'?>",
            "has the processing instruction xml-stylesheet",
        ),
        ("<path>", "is no SVG file: mismatched tag"),
        ("<g>" * 60 + "</g>" * 60, "has more than 5000 elements or 40 levels"),
        ("<g/>" * 5001, "has more than 5000 elements or 40 levels"),
    ],
)
def test_what_does_more_than_draw_is_refused_by_name(content: str, message: str) -> None:
    with pytest.raises(LogoError, match=message):
        measured("logo.svg", svg(content))


def test_entities_are_never_expanded() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + svg("<title>&b;</title>")
    with pytest.raises(LogoError, match="has a document type declaration"):
        measured("logo.svg", bomb)


@pytest.mark.parametrize("root", ["", 'viewBox="0 0 3"', 'width="3em" height="1em"', 'viewBox="0 0 a b"'])
def test_a_drawing_without_a_size_is_refused_because_its_space_could_not_be_kept(root: str) -> None:
    with pytest.raises(LogoError, match="has neither a viewBox nor width and height in pixels"):
        measured("logo.svg", svg(root=root))


@pytest.mark.parametrize("root", ['viewBox="0 0 0 5"', 'width="20000" height="5"', 'viewBox="0 0 nan 5"'])
def test_a_size_that_no_page_has_room_for_is_refused(root: str) -> None:
    with pytest.raises(LogoError, match="pixels wide or high; 1 to 10000 are allowed"):
        measured("logo.svg", svg(root=root))


@pytest.mark.parametrize("body", [b"", b"GIF89a", svg(), png(1, 1)[:20]])
def test_what_only_calls_itself_png_is_refused(body: bytes) -> None:
    with pytest.raises(LogoError, match="is no PNG file"):
        measured("logo.png", body)


def test_a_file_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(LogoError, match="has 262145 bytes; at most 262144 are allowed"):
        measured("logo.svg", b" " * (256 * 1024 + 1))
