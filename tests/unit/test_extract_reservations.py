"""The TDM Reservation Protocol: what a site's file, an answer's header and a page's meta elements say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.extract.reservations import (
    UNSAID,
    Reservation,
    Rule,
    read_rules,
    reservation_at,
    stated,
    superseded,
)

SITE = "https://kabar.example"
POLICY = "https://kabar.example/policy.json"
RESERVED = Reservation(reserved=True)


def rule(location: str, reservation: Any = 1, **more: Any) -> dict[str, Any]:
    return {"location": location, "tdm-reservation": reservation, **more}


def said(rules: Any, path: str = "/berita/1") -> Reservation:
    return reservation_at(read_rules(json.dumps(rules).encode()), SITE + path)


def test_the_first_rule_that_matches_decides() -> None:
    rules = [rule("/berita/foto/", 0), rule("/berita/"), rule("/", 0)]
    assert said(rules, "/berita/foto/1").reserved is False
    assert said(rules, "/berita/1").reserved is True
    assert said(rules, "/").reserved is False
    assert said([rule("/", 0), rule("/berita/")], "/berita/1").reserved is False


@pytest.mark.parametrize(
    ("location", "matches"),
    [
        ("/", True),
        ("/berita/1", True),
        ("/berita/1$", True),
        ("/berita$", False),
        ("/*/1", True),
        ("/*.jpg", False),
        ("/Berita/", False),
        ("/%62erita/", True),
    ],
)
def test_locations_are_matched_as_in_robots_txt(location: str, matches: bool) -> None:
    assert (said([rule(location)]) == RESERVED) is matches


@pytest.mark.parametrize(
    ("value", "reserved"),
    [(1, True), (0, False), ("1", True), ("0", False), (True, True), (False, False)],
    ids=repr,
)
def test_a_reservation_is_0_or_1(value: Any, reserved: bool) -> None:
    assert said([rule("/", value)]).reserved is reserved


@pytest.mark.parametrize("value", [2, -1, "yes", "", None, [], {}, 1.5, "1 "], ids=repr)
def test_any_other_value_says_nothing(value: Any) -> None:
    assert said([rule("/", value)]) == UNSAID


def test_a_policy_goes_with_a_reservation_only() -> None:
    policy = {"tdm-policy": POLICY}
    assert said([rule("/", 1, **policy)]) == Reservation(reserved=True, policy=POLICY)
    assert said([rule("/", 0, **policy)]) == Reservation(reserved=False)
    for broken in ("javascript:alert(1)", "/policy.json", 7, "https://kabar.example/" + "x" * 2000):
        assert said([rule("/", 1, **{"tdm-policy": broken})]) == RESERVED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html>",
        b"\xff\xfe",
        b"null",
        b"1",
        b'{"location": "/", "tdm-reservation": 1}',
        b"[" * 100_000,
        b'[1, null, [], "x", {}, {"tdm-reservation": 1}, {"location": 7, "tdm-reservation": 1}]',
    ],
)
def test_what_is_no_such_file_has_no_rules(body: bytes) -> None:
    assert read_rules(body) == ()


def test_rules_are_bounded() -> None:
    many = [rule(f"/{number}") for number in range(5000)]
    assert len(read_rules(json.dumps(many).encode())) == 1000
    assert read_rules(json.dumps([rule("/\ud800")]).encode()) == (Rule("/%ED%A0%80", True, None),)


@pytest.mark.parametrize(
    ("header", "reserved"),
    [("1", True), ("0", False), (" 1 ", True), ("1, 1", True), ("1, 0", None), ("yes", None), (None, None)],
)
def test_a_header_says_0_or_1(header: str | None, reserved: bool | None) -> None:
    assert stated(header, None, SITE).reserved is reserved


def test_a_policy_may_be_relative_to_its_page() -> None:
    assert stated("1", "/policy.json", SITE + "/berita/1") == Reservation(reserved=True, policy=POLICY)


def test_what_is_said_later_supersedes_and_silence_does_not() -> None:
    file = Reservation(reserved=True, policy=POLICY)
    assert superseded(file, UNSAID) == file
    assert superseded(file, Reservation(reserved=False)) == Reservation(reserved=False)
    assert superseded(file, Reservation(reserved=True, policy=SITE)) == Reservation(True, SITE)
    assert superseded(UNSAID, file) == file


def _nested(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from(["location", "tdm-reservation", "tdm-policy", "x"])
    return st.lists(values, max_size=4) | st.dictionaries(keys, values, max_size=4)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), _nested, max_leaves=20))
def test_no_json_is_too_strange_to_be_read(document: Any) -> None:
    for value in (document, [{"location": document, "tdm-reservation": document, "tdm-policy": document}]):
        rules = read_rules(json.dumps(value).encode())
        assert reservation_at(rules, SITE).reserved in (True, False, None)
