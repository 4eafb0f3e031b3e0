"""Page bytes to text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.extract.decoding import MAX_BYTES, decode_page


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("<p>café</p>".encode(), None, "<p>café</p>"),
        ("<p>café</p>".encode("latin-1"), None, "<p>café</p>"),
        ("<p>“café”</p>".encode("cp1252"), "text/html; charset=iso-8859-1", "<p>“café”</p>"),
        (
            '<meta charset="shift_jis"><p>日本</p>'.encode("cp932"),
            None,
            '<meta charset="shift_jis"><p>日本</p>',
        ),
        ("<p>북한</p>".encode("cp949"), 'text/html; charset="EUC-KR"', "<p>북한</p>"),
        ("<p>日本</p>".encode("iso-2022-jp"), "text/html; charset=ISO-2022-JP", "<p>日本</p>"),
        (codecs.BOM_UTF16_LE + "<p>é</p>".encode("utf-16-le"), "text/html; charset=utf-8", "<p>é</p>"),
        ("<p>日本</p>".encode("utf-16-le"), "text/html; charset=utf-16", "<p>日本</p>"),
        ("<p>日本</p>".encode("utf-16-be"), "text/html; charset=utf-16be", "<p>日本</p>"),
        (codecs.BOM_UTF8 + "<p>é</p>".encode(), "text/html; charset=iso-8859-1", "<p>é</p>"),
    ],
)
def test_the_encoding_is_found_where_it_is_stated(body: bytes, content_type: str | None, text: str) -> None:
    assert decode_page(body, content_type) == text


def test_valid_utf8_is_read_as_such_whatever_the_server_says() -> None:
    assert decode_page("<p>“Jakarta”</p>".encode(), "text/html; charset=iso-8859-1") == "<p>“Jakarta”</p>"


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "utf-16be", "UTF-16LE"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_what_can_be_read_to_say_utf_16_is_not_utf_16(label: str, encoding: str) -> None:
    """HTML standard, "prescan a byte stream to determine its encoding"."""
    page = f'<meta charset="{label}"><p>“Jakarta” – café</p>'
    assert decode_page(page.encode(encoding), None) == page
    assert decode_page(page.encode(encoding), f"text/html; charset={label}") == page


def test_the_header_outweighs_the_page() -> None:
    body = '<meta charset="iso-8859-5"><p>é</p>'.encode("cp1252")
    assert decode_page(body, "text/html; charset=windows-1252").endswith("<p>é</p>")


def test_broken_bytes_of_a_declared_encoding_become_replacement_characters() -> None:
    assert decode_page(b"<p>\x93\xfa\x85 </p>", "text/html; charset=shift_jis") == "<p>日\ufffd </p>"


@pytest.mark.parametrize("content_type", ["text/html; charset=base64", "text/html; charset=\x00", "charset="])
def test_an_unusable_declaration_is_passed_over(content_type: str) -> None:
    assert decode_page(b"<p>caf\xe9</p>", content_type) == "<p>café</p>"


@pytest.mark.parametrize(
    "body", [b"\x1f\x8b\x08\x00\x00", b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.7\n\x00\x01"]
)
def test_what_is_no_text_is_not_read(body: bytes) -> None:
    assert decode_page(body, "text/html") == ""


def test_a_page_is_cut_off_at_the_cap_even_inside_a_character() -> None:
    text = decode_page(b"x" * (MAX_BYTES - 1) + "é".encode() + b"never read", None)
    assert text == "x" * (MAX_BYTES - 1)


@given(st.binary(max_size=300), st.text(max_size=60))
def test_no_bytes_and_no_header_raise(body: bytes, header: str) -> None:
    assert isinstance(decode_page(body, header), str)


def test_one_broken_byte_does_not_spoil_a_utf8_page() -> None:
    body = "<p>“Harga” naik – kata “menteri” – hari ini</p>".encode() + b"\xff"
    assert (
        decode_page(body, "text/html; charset=utf-8")
        == "<p>“Harga” naik – kata “menteri” – hari ini</p>\ufffd"
    )


def test_a_page_that_is_not_the_utf8_it_claims_to_be_is_western_european() -> None:
    assert decode_page(b"<p>caf\xe9 cr\xe8me</p>", "text/html; charset=utf-8") == "<p>café crème</p>"
