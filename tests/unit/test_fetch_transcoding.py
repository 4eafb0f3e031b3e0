"""Bytes of any encoding to UTF-8: RFC 7303's order, and what the wild makes of it."""

from __future__ import annotations

import gzip

import pytest

from functions.fetch.feed_entry import NotAFeed
from functions.fetch.transcoding import inflated, to_utf8

TEXT = "<rss>Café “x”</rss>"


def declared(encoding: str, text: str = TEXT) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("says", ["utf-8", "utf-16", "windows-1252", "koi8-r", "nonsense"])
def test_a_byte_order_mark_wins_over_header_and_declaration(encoding: str, says: str) -> None:
    text = declared(says)
    assert to_utf8(("\ufeff" + text).encode(encoding), "text/xml; charset=koi8-r").decode() == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark_is_known_by_its_nuls(encoding: str) -> None:
    text = declared("utf-8")
    assert to_utf8(text.encode(encoding), "text/xml; charset=utf-8").decode() == text


@pytest.mark.parametrize(
    ("content_type", "says", "encoding"),
    [
        ("text/xml; charset=windows-1251", "koi8-r", "windows-1251"),
        ('text/xml; charset="koi8-r"', "windows-1251", "koi8-r"),
        ("text/xml; charset=utf-8", "windows-1251", "windows-1251"),
        ("text/xml", "windows-1251", "windows-1251"),
        (None, "koi8-r", "koi8-r"),
        ("text/xml; charset=undefined", "koi8-r", "koi8-r"),
        ("text/xml; charset=rot13", "koi8-r", "koi8-r"),
        ("text/xml; charset=utf-16", "koi8-r", "koi8-r"),
    ],
)
def test_the_header_comes_before_the_declaration_where_the_bytes_are_valid_in_it(
    content_type: str | None, says: str, encoding: str
) -> None:
    text = declared(says, "<rss>Новости</rss>")
    assert to_utf8(text.encode(encoding), content_type).decode() == text


@pytest.mark.parametrize("says", ["iso-8859-1", "windows-1251", "utf-16", "utf-32", "us-ascii", "shift_jis"])
def test_valid_utf_8_is_utf_8_whatever_is_declared(says: str) -> None:
    text = declared(says)
    assert to_utf8(text.encode(), f"text/xml; charset={says}").decode() == text


def test_windows_1252_that_is_declared_utf_8_keeps_every_character() -> None:
    text = declared("utf-8")
    assert to_utf8(text.encode("cp1252"), "text/xml; charset=utf-8").decode() == text


def test_a_stray_byte_in_utf_8_costs_itself_only() -> None:
    assert to_utf8("<rss>Café ".encode() + b"\x93x\x94" + " 東京</rss>".encode(), None).decode() == (
        "<rss>Café “x” 東京</rss>"
    )


def test_iso_8859_1_means_windows_1252() -> None:
    text = declared("ISO-8859-1")
    assert to_utf8(text.encode("cp1252"), None).decode() == text


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "shift_jis", "euc-jp", "gb2312", "big5"])
def test_east_asian_encodings_are_read_as_declared(encoding: str) -> None:
    text = declared(encoding, "<rss>中文</rss>")
    assert to_utf8(text.encode(encoding), None).decode() == text


@pytest.mark.parametrize("label", ["utf-7", "UTF7", "unicode-1-1-utf-7"])
def test_utf_7_is_never_decoded(label: str) -> None:
    text = declared(label, "<rss>+ADw-script+AD4-</rss>")
    assert to_utf8(text.encode(), f"text/xml; charset={label}").decode() == text


@pytest.mark.parametrize("label", ["undefined", "rot13", "base64", "unicode_escape", "idna", "", "\u00e9"])
def test_a_label_that_names_no_text_encoding_names_nothing(label: str) -> None:
    text = declared(label)
    assert to_utf8(text.encode(), f"text/xml; charset={label}").decode() == text


def test_marks_white_space_and_control_characters_are_stripped() -> None:
    assert to_utf8(b"\xef\xbb\xbf\r\n\t \xef\xbb\xbf\n<rss>a\x00\x0b\x1fb\tc\n</rss>", None) == (
        b"<rss>ab\tc\n</rss>"
    )
    assert to_utf8(b" \x00\n", None) == b""


def test_any_bytes_become_utf_8() -> None:
    for body in (bytes(range(256)), b"\xff" * 1001, b"\x4c\x6f\xa7\x94", b"<\0", b"\xfe\xff\xd8"):
        to_utf8(body, "text/xml; charset=utf-16").decode()


def test_a_gzip_file_is_inflated_whatever_its_name() -> None:
    assert inflated(gzip.compress(b"<rss/>")) == b"<rss/>"
    assert inflated(gzip.compress(b"<rss>") + gzip.compress(b"</rss>")) == b"<rss></rss>"
    assert inflated(gzip.compress(b"<rss/>") + b"padding") == b"<rss/>"
    assert inflated(b"<rss/>") == b"<rss/>"


def test_a_gzip_file_ends_at_the_limit() -> None:
    bomb = gzip.compress(b" " * 5_000_000)
    assert len(inflated(bomb, 5_000_000)) == 5_000_000
    for body in (bomb, bomb * 3, gzip.compress(b"x" * 4_000_000) * 2):
        with pytest.raises(NotAFeed, match=r"^a gzip file of more than 4999999 bytes$"):
            inflated(body, 4_999_999)


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"<rss/>" * 100)[:-20], b"\x1f\x8b", b"\x1f\x8b" + b"x" * 50],
    ids=["cut-off", "two-bytes", "no-gzip"],
)
def test_a_damaged_gzip_file_is_refused(body: bytes) -> None:
    with pytest.raises(NotAFeed, match=r"^a damaged gzip file$"):
        inflated(body)
