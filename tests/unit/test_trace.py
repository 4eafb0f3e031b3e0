"""What ``make trace`` decides: what an address may mean, what a feed waits for, what the logs are asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.fetch.feed_state import NEVER, FeedState
from local.terminal import shown_line
from local.trace.feeds import why_then
from local.trace.logs import MOST_WORDS, insights_query, told_lines
from local.trace.naming import named
from local.trace.store import NotTraceable
from local.trace.telling import lines_of
from newswire.urls import article_id
from tests.support.publish_catalogues import source

ID = "abcdefghijklmnop"
LINK = "https://kabar.example/berita/1"
NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "asked",
    [
        ID,
        f" {ID}\n",
        f"https://portal.example/a/harga-beras-{ID}.html",
        f"/a/harga-beras-{ID}.html",
        f"a/harga-beras-{ID}.html",
        f"https://portal.example/json/{ID}.json?x=1",
        f"/json/{ID}.json",
        f"/images/{ID}/0123456789abcdef0123-640.webp",
    ],
)
def test_an_id_and_the_portals_own_addresses_name_the_article(asked: str) -> None:
    assert ID in named(asked).ids


@pytest.mark.parametrize("asked", [LINK, f"{LINK}?utm_source=x#top", "https://m.kabar.example/berita/1/amp"])
def test_every_spelling_of_a_link_names_the_article(asked: str) -> None:
    assert list(named(asked).ids) == [article_id(LINK)]


def test_an_address_that_looks_like_the_portals_is_a_publishers_first() -> None:
    asked = f"https://kabar.example/a/harga-{ID}.html"
    assert list(named(asked).ids) == [article_id(asked), ID]


@pytest.mark.parametrize(
    "asked", ["", "x", "ftp://kabar.example/1", "javascript:alert(1)", "ABCDEFGHIJKLMNOP"]
)
def test_what_names_nothing_is_refused_with_what_is_allowed(asked: str) -> None:
    with pytest.raises(NotTraceable, match="16 characters"):
        named(asked)


@given(st.lists(st.text(max_size=40), max_size=30))
def test_no_word_gets_out_of_its_quotation_marks_in_a_query(words: list[str]) -> None:
    query = insights_query(words)
    pieces = query.split('"')
    assert len(pieces) == 2 * min(len(words), MOST_WORDS) + 1
    assert all(piece.isprintable() or not set(piece) & set("\n\r\\") for piece in pieces)
    assert "\\" not in query
    assert "\n" not in query


def test_lines_of_several_functions_are_told_by_time_and_without_what_all_say() -> None:
    lines = [
        json.dumps({"timestamp": "2", "service": "extract", "message": "stored", "article_id": ID}),
        json.dumps(
            {"timestamp": "1", "message": "received", "article_ids": [ID, "x", "y"], "cold_start": True}
        ),
        "not JSON",
        "[]",
    ]
    told = told_lines(lines, [ID])
    assert told[:2] == [{"line": "not JSON"}, {"line": "[]"}]
    assert told[2] == {
        "timestamp": "1",
        "service": None,
        "message": "received",
        "article_ids": [ID, "and 2 others"],
    }
    assert told[3]["article_id"] == ID


def test_facts_are_lines_that_say_what_is_unknown() -> None:
    facts: dict[str, object] = {
        "id": ID,
        "title": None,
        "live": True,
        "tags": [],
        "feeds": ["a", "b"],
        "via": [{"feed": "x", "page": {"etag": None}}],
        "empty": {},
    }
    assert list(lines_of(facts)) == [
        f"id: {ID}",
        "title: unknown",
        "live: yes",
        "tags: none",
        "feeds: a, b",
        "via:",
        "  - feed: x",
        "    page:",
        "      etag: unknown",
        "empty: none",
    ]


@given(st.text())
def test_no_value_makes_a_line_of_its_own(text: str) -> None:
    (line,) = lines_of({"title": text})
    assert "\n" not in shown_line(line)


def polled(after: timedelta, /, **changes: object) -> FeedState:
    state = FeedState("kabar https://kabar.example/rss", polled=NOW, next_due=NOW + after, etag='"x"')
    return replace(state, **changes)  # type: ignore[arg-type]  # of a state


HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (polled(QUARTER), "the source's interval: 0:15:00"),
        (polled(HOUR, etag=None), "no validator: hourly at most: 1:00:00"),
        (polled(2 * HOUR, pause=2 * HOUR), "the document's own wish (ttl, syndication): 2:00:00"),
        (polled(3 * HOUR, rhythm=24 * HOUR), "the feed's rhythm: 3:00:00"),
        (polled(5 * HOUR, newest=NOW - 100 * HOUR), "the feed's silence: 5:00:00"),
        (polled(12 * HOUR), "Cache-Control or Expires of the last answer: 12:00:00"),
        (polled(4 * timedelta(minutes=10), failures=3), "back-off after 3 failures: 0:40:00"),
        (polled(9 * HOUR, failures=1), "Retry-After: 9:00:00"),
        (polled(QUARTER, gone=NOW, next_due=NEVER), "410: it is not asked again"),
        (FeedState("kabar https://kabar.example/rss"), "never polled"),
    ],
)
def test_a_feed_tells_which_wish_it_waits_for(state: FeedState, why: str) -> None:
    assert why_then(state, source("kabar", interval=QUARTER)) == why
