"""What a robots.txt says to Newswire (RFC 9309)."""

from __future__ import annotations

import pytest

from functions.extract.robots import PRODUCT, allows

PAGE = "https://kabar.example/berita/1?id=7"


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /berita/\n", False),
        ("User-agent: *\nDisallow: /Berita/\n", True),
        ("User-agent: *\nDisallow: /berita/\nAllow: /berita/1\n", True),
        ("User-agent: *\nAllow: /berita/\nDisallow: /berita/1\n", False),
        ("User-agent: *\nDisallow: /*?id=\n", False),
        ("User-agent: *\nDisallow: /berita/1$\n", True),
        ("user-agent: NEWSWIRE\ndisallow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Newswire\nDisallow:\n", True),
        ("User-agent: Newswire\nDisallow: /\n\nUser-agent: *\nDisallow:\n", False),
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n", True),
        ("User-agent: Googlebot\nUser-agent: Newswire\nDisallow: /\n", False),
        ("User-agent: *\r\nDisallow: /berita/ # tutup\r\n", False),
        ("<!doctype html><title>Tidak ditemukan</title>", True),
    ],
)
def test_rules_are_obeyed(rules: str, allowed: bool) -> None:
    assert allows(rules.encode(), PAGE) is allowed


def test_the_file_may_have_a_byte_order_mark() -> None:
    assert not allows("\ufeffUser-agent: *\nDisallow: /\n".encode(), PAGE)


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert not allows(b"\xff\xfe\x00\nUser-agent: *\nDisallow: /\n\xf0\x28", PAGE)


def test_a_path_may_be_written_in_its_own_letters() -> None:
    rules = "User-agent: *\nDisallow: /café/\n".encode()
    assert not allows(rules, "https://kabar.example/caf%C3%A9/1")


def test_publishers_know_us_by_one_name() -> None:
    assert PRODUCT == "Newswire"
