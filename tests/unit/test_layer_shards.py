"""The queue message of fetch to itself: docs/architecture.md, `newswire/shard/1`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.shards import BODY_LIMIT, SHARD_FEEDS, Shard, ShardError, ShardFeed

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
FEED = {"source": "kabar", "url": "https://kabar.example/rss"}
SHARD = Shard(
    number=1,
    of=3,
    planned="2026-01-05T01:00:00.000Z",
    feeds=(ShardFeed("kabar", "https://kabar.example/rss"), ShardFeed("pos-2", "http://pos.example:8080/")),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(["schema", "number", "of", "planned", "feeds"])


def document(**changes: Any) -> str:
    return json.dumps({**json.loads(SHARD.to_json()), **changes})


def problem(body: str) -> str:
    with pytest.raises(ShardError) as caught:
        Shard.from_json(body)
    return str(caught.value)


def test_a_shard_says_what_the_architecture_page_lists() -> None:
    assert json.loads(SHARD.to_json()) == {
        "schema": "newswire/shard/1",
        "number": 1,
        "of": 3,
        "planned": "2026-01-05T01:00:00.000Z",
        "feeds": [
            {"source": "kabar", "url": "https://kabar.example/rss"},
            {"source": "pos-2", "url": "http://pos.example:8080/"},
        ],
    }


def test_a_shard_comes_back_as_it_was_written() -> None:
    assert Shard.from_json(SHARD.to_json()) == SHARD


def test_a_feed_may_be_a_document_that_another_one_lists() -> None:
    listed = ShardFeed("kabar", "https://kabar.example/sitemap-1.xml", "abcdefgh23")
    shard = Shard(0, 1, SHARD.planned, (listed,))
    assert json.loads(shard.to_json())["feeds"][0]["parent"] == "abcdefgh23"
    assert Shard.from_json(shard.to_json()) == shard
    assert problem(document(feeds=[{**FEED, "parent": "https://kabar.example/"}])) == (
        "shard key 'feeds[0].parent' is 'https://kabar.example/'; null or [a-z2-7]{10} is allowed"
    )


def test_a_body_is_ascii_whatever_a_url_holds() -> None:
    shard = Shard(0, 1, SHARD.planned, (ShardFeed("kabar", "https://kabar.example/berita—utama"),))
    assert shard.to_json().isascii()
    assert Shard.from_json(shard.to_json()) == shard


def test_a_shard_may_have_a_thousand_feeds_and_no_more() -> None:
    assert len(Shard.from_json(document(feeds=[FEED] * SHARD_FEEDS)).feeds) == SHARD_FEEDS == 1000
    assert problem(document(feeds=[FEED] * 1001)) == (
        "shard key 'feeds' has 1001 entries; 1 to 1000 are allowed"
    )


def test_a_body_above_what_sqs_takes_is_neither_written_nor_read() -> None:
    long = ShardFeed("kabar", "https://kabar.example/" + "a" * 1400)
    with pytest.raises(ShardError, match=r"shard has 14\d{5} bytes; at most 1048576 are allowed"):
        Shard(0, 1, SHARD.planned, (long,) * SHARD_FEEDS).to_json()
    assert problem(" " * BODY_LIMIT + "{}") == "shard has 1048578 bytes; at most 1048576 are allowed"
    assert problem("\ud800" * (BODY_LIMIT // 3 + 1)).startswith("shard has 1048578 bytes")
    assert Shard.from_json(SHARD.to_json().ljust(BODY_LIMIT)) == SHARD


@pytest.mark.parametrize("body", ["this is not JSON {", "", "[" * 100_000])
def test_what_is_not_json_is_told(body: str) -> None:
    assert problem(body) == "shard is not JSON"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"schema": "newswire/shard/0"},
            "shard schema is 'newswire/shard/0'; 'newswire/shard/1' is allowed",
        ),
        ({"schema": None}, "shard schema is None; 'newswire/shard/1' is allowed"),
        ({"number": None}, "shard key 'number' is missing; an integer is allowed"),
        ({"number": True}, "shard key 'number' is bool; an integer is allowed"),
        ({"number": 1.0}, "shard key 'number' is float; an integer is allowed"),
        ({"of": "3"}, "shard key 'of' is str; an integer is allowed"),
        ({"number": 3}, "shard keys 'number' and 'of' are 3 of 3; 0 to of - 1 is allowed"),
        ({"number": -1}, "shard keys 'number' and 'of' are -1 of 3; 0 to of - 1 is allowed"),
        ({"number": 0, "of": 0}, "shard keys 'number' and 'of' are 0 of 0; 0 to of - 1 is allowed"),
        (
            {"number": 10**99, "of": 0},
            f"shard keys 'number' and 'of' are 1{'0' * 79} of 0; 0 to of - 1 is allowed",
        ),
        ({"planned": 1}, "shard key 'planned' is int; a string is allowed"),
        ({"feeds": None}, "shard key 'feeds' is missing; a list is allowed"),
        ({"feeds": {}}, "shard key 'feeds' is dict; a list is allowed"),
        ({"feeds": []}, "shard key 'feeds' has 0 entries; 1 to 1000 are allowed"),
        ({"feeds": [FEED, "x"]}, "shard key 'feeds[1]' is str; an object is allowed"),
        ({"feeds": [{"url": FEED["url"]}]}, "shard key 'feeds[0].source' is missing; a string is allowed"),
        ({"feeds": [{"source": "kabar"}]}, "shard key 'feeds[0].url' is missing; a string is allowed"),
        (
            {"feeds": [FEED, FEED | {"source": "Kabar!"}]},
            "shard key 'feeds[1].source' is 'Kabar!'; [a-z0-9-]+ is allowed",
        ),
        (
            {"feeds": [FEED | {"source": "kabar\n"}]},
            "shard key 'feeds[0].source' is 'kabar\\n'; [a-z0-9-]+ is allowed",
        ),
        (
            {"feeds": [FEED | {"url": "ftp://kabar.example/rss"}]},
            "shard key 'feeds[0].url' is 'ftp://kabar.example/rss'; an absolute http(s) URL is allowed",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_what_is_allowed(changes: dict[str, Any], words: str) -> None:
    assert problem(document(**changes)) == words


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-01-05T01:00:00Z",
        "2026-01-05T01:00:00.000+00:00",
        "2026-01-05",
        "2026-02-30T01:00:00.000Z",
        "2026-01-05T25:00:00.000Z",
        "2026-01-05T01:00:00.000Z\n",
        "٢٠٢٦-01-05T01:00:00.000Z",
    ],
)
def test_a_moment_that_we_never_write_is_refused(stamp: str) -> None:
    assert problem(document(planned=stamp)) == (
        f"shard key 'planned' is {stamp!a}; a moment such as '2026-01-05T01:00:00.000Z' is allowed"
    )


def test_a_json_value_that_is_no_object_is_refused() -> None:
    assert problem("[]") == "shard schema is 'list'; 'newswire/shard/1' is allowed"


def verdict(body: str) -> str | None:
    """Return what is wrong with a body, ``None`` where it is a shard."""
    try:
        Shard.from_json(body)
    except ShardError as error:
        return str(error)
    return None


@given(st.dictionaries(KEYS, JSON), st.text())
def test_whatever_arrives_is_a_shard_or_told_in_one_short_printable_line(
    changes: dict[str, Any], text: str
) -> None:
    """The words become an attribute of the dead letter, where SQS takes no control characters."""
    for words in (verdict(text), verdict(document(**changes))):
        assert words is None or (words.isascii() and words.isprintable() and 0 < len(words) < 300)


@pytest.mark.parametrize("body", ["{", document(schema="newswire/shard/0"), document(planned=None)])
def test_the_operator_finds_the_words_in_the_operations_page(body: str) -> None:
    assert f"`{problem(body)}`" in OPERATIONS
