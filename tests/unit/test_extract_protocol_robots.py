"""What a robots.txt says to Newswire (RFC 9309)."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.extract.path_patterns import matches, path_of, pattern_of
from functions.extract.robots import CLOSED, PRODUCT, Rule, allows, read_rules

PAGE = "https://kabar.example/berita/1?id=7"
CLOSES = "User-agent: *\nDisallow: /\n"


def allowed(rules: str | bytes, url: str = PAGE) -> bool:
    return allows(read_rules(rules.encode() if isinstance(rules, str) else rules), url)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /berita/\n", False),
        ("User-agent: *\nDisallow: /Berita/\n", True),
        ("User-agent: *\nDisallow: /berita/\nAllow: /berita/1\n", True),
        ("User-agent: *\nAllow: /berita/\nDisallow: /berita/1\n", False),
        ("User-agent: *\nDisallow: /berita/1\nAllow: /berita/1\n", True),
        ("User-agent: *\nDisallow: /*?id=\n", False),
        ("User-agent: *\nDisallow: /berita/1$\n", True),
        ("User-agent: *\nDisallow: /*=7$\n", False),
        ("User-agent: *\nDisallow: /*=7*8$\n", True),
        ("user-agent: NEWSWIRE\ndisallow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Newswire\nDisallow:\n", True),
        ("User-agent: Newswire\nDisallow: /\n\nUser-agent: *\nDisallow:\n", False),
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n", True),
        ("User-agent: Googlebot\nUser-agent: Newswire\nDisallow: /\n", False),
        ("User-agent: *\r\nDisallow: /berita/ # tutup\r\n", False),
        ("User-agent: *\rDisallow: /berita/\r", False),
        ("<!doctype html><title>Tidak ditemukan</title>", True),
        ("Disallow: /\n", True),
        ("user-agent *\ndisallow /\n", False),
        ("disallow everything you like\n", True),
        ("User-agent: *\nDisalow: /\n", False),
    ],
)
def test_rules_are_obeyed(rules: str, expected: bool) -> None:
    assert allowed(rules) is expected


@pytest.mark.parametrize(
    ("agent", "is_ours"),
    [
        ("Newswire", True),
        ("newswire/2.0", True),
        ("Newswire bot", True),
        ("Newswires", False),
        ("News", False),
        ("Newswire2", False),
        ("My-Newswire", False),
        ("News*", False),
    ],
)
def test_a_group_is_ours_only_if_its_token_is_our_name(agent: str, is_ours: bool) -> None:
    assert allowed(f"User-agent: {agent}\nDisallow: /\n") is not is_ours


def test_all_groups_of_one_name_are_one() -> None:
    groups = (("Newswire", "/a"), ("X", "/"), ("Newswire", "/b"))
    rules = "\n".join(f"User-agent: {name}\nDisallow: {path}\n" for name, path in groups)
    assert [allowed(rules, f"https://kabar.example/{path}") for path in "abc"] == [False, False, True]


@pytest.mark.parametrize("record", ["Crawl-delay: 10", "Sitemap: https://kabar.example/s.xml", "Nonsense: 1"])
def test_only_rules_end_the_list_of_a_groups_names(record: str) -> None:
    assert not allowed(f"User-agent: Newswire\n{record}\nUser-agent: X\nDisallow: /\n")


def test_the_robots_file_itself_is_always_allowed() -> None:
    assert allowed(CLOSES, "https://kabar.example/robots.txt")


def test_the_file_may_have_a_byte_order_mark() -> None:
    assert not allowed("\ufeffUser-agent: *\nDisallow: /\n")


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert not allowed(b"\xff\xfe\x00\nUser-agent: *\nDisallow: /\n\xf0\x28")


@pytest.mark.parametrize(
    ("pattern", "path", "same"),
    [
        ("/café/".encode(), "/caf%C3%A9/1", True),
        ("/café/".encode(), "/café/1", True),
        (b"/caf%c3%a9/", "/caf%C3%A9/1", True),
        (b"/caf\xe9/", "/caf%E9/1", True),  # Latin-1: the octets count, not the characters
        (b"/caf\xe9/", "/café/1", False),
        (b"/%62erita/", "/berita/1", True),
        (b"/a%2Fb", "/a/b", False),
        (b"/a b", "/a%20b", True),
        (b"/a%2Ab", "/a*b", True),
        (b"/a%24", "/a$", True),
        (b"/a%zz", "/a%zz", True),
    ],
)
def test_paths_are_compared_by_their_octets(pattern: bytes, path: str, same: bool) -> None:
    rules = b"User-agent: *\nDisallow: " + pattern + b"\n"
    assert allowed(rules, f"https://kabar.example{path}") is not same


def test_only_the_rules_that_concern_us_are_kept() -> None:
    others = b"".join(b"User-agent: Bot%d\nDisallow: /%d\n" % (number, number) for number in range(1000))
    assert read_rules(others + b"User-agent: *\nDisallow: /x\nDisallow: /x\n") == (Rule("/x", allows=False),)
    assert read_rules(others + b"User-agent: *\nAllow: /\n") == ()
    assert read_rules(CLOSES.encode()) == CLOSED


def test_a_file_full_of_wildcards_is_judged_in_one_pass() -> None:
    rules = read_rules(b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"b\n")
    assert allows(rules, "https://kabar.example/" + "a" * 2000)


def test_publishers_know_us_by_one_name() -> None:
    assert PRODUCT == "Newswire"


@given(st.binary(max_size=300), st.text(st.characters(), max_size=60))
def test_no_file_and_no_address_is_too_strange_to_be_judged(body: bytes, address: str) -> None:
    rules = read_rules(b"User-agent: *\nDisallow: " + body)
    assert allows(rules, f"https://kabar.example/{address}") in (True, False)
    assert all(rule.pattern.isascii() for rule in rules)


@given(st.binary(max_size=60).map(lambda octets: octets.replace(b"*", b"").replace(b"$", b"")))
def test_a_path_is_matched_by_itself_however_it_is_written(octets: bytes) -> None:
    url = "https://kabar.example/" + quote_from_bytes(octets, safe="")
    assert matches(
        pattern_of(b"/" + quote_from_bytes(octets).encode()) + "$", path_of(url.replace("%2F", "/"))
    )
