"""Of which addresses somebody may still have to be told: decided from outputs alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.publish.announcements import (
    OWED_FOR,
    Announcement,
    Output,
    changed_feeds,
    changed_pages,
    indexing_mark,
    is_feed,
)
from tests.support.publish_articles import NOW

URL = "https://kabar.example"
PAGE = "a/judul-abcdefghijklmnop.html"
RECENT, OLD = NOW - OWED_FOR + timedelta(minutes=1), NOW - OWED_FOR


@pytest.mark.parametrize("key", ["feed.xml", "atom.xml", "feed.json", "c/dunia/feed.xml", "l/en/atom.xml"])
def test_a_feed_that_readers_subscribe_to_is_a_topic(key: str) -> None:
    assert is_feed(key)


@pytest.mark.parametrize(
    "key", ["sitemap.xml", "news.xml", "index.html", "archive/2026-01-02.xml", "myfeed.xml"]
)
def test_other_outputs_are_no_topics(key: str) -> None:
    assert not is_feed(key)


def test_feeds_that_the_run_has_written_or_found_fresh_may_be_owed() -> None:
    outputs = [
        Output("feed.xml", '"2"'),
        Output("c/dunia/feed.json", '"1"', modified=RECENT),
        Output("s/lain/feed.xml", '"1"', modified=OLD),
        Output("index.html", '"1"'),
    ]
    assert changed_feeds(outputs, URL, NOW) == [
        Announcement(f"{URL}/c/dunia/feed.json", '"1"'),
        Announcement(f"{URL}/feed.xml", '"2"'),
    ]


def test_pages_are_owed_only_where_their_owner_lets_them_be_indexed_or_did_until_now() -> None:
    marks = {"a/1.html": {"index": "index"}, "a/2.html": {}, "a/3.html": {"gone": "1", "index": "dropped"}}
    outputs = [Output(key, '"1"', {"fingerprint": "f", "version": "3"} | mark) for key, mark in marks.items()]
    assert [one.address for one in changed_pages(outputs, URL, NOW)] == [
        f"{URL}/a/1.html",
        f"{URL}/a/3.html",
    ]


def test_a_page_in_a_new_look_is_the_same_page() -> None:
    before, after = (
        Output(PAGE, etag, {"index": "index", "fingerprint": "f", "edition": etag}) for etag in ("1", "2")
    )
    assert changed_pages([before], URL, NOW) == changed_pages([after], URL, NOW)


def test_a_page_that_changed_went_or_left_the_index_is_another_state_of_it() -> None:
    states = [
        {"index": "index", "fingerprint": "f", "version": "1"},
        {"index": "index", "fingerprint": "g", "version": "2"},
        {"index": "dropped", "fingerprint": "g", "version": "3"},
        {"index": "dropped", "gone": "1", "version": "4"},
        {"index": "dropped", "gone": "1", "version": "5"},
    ]
    told = [changed_pages([Output(PAGE, "", state)], URL, NOW)[0] for state in states]
    assert len(set(told)) == len(states)


def test_search_engines_hear_once_that_a_page_left_the_index() -> None:
    indexed = indexing_mark({}, may_be_indexed=True)
    dropped = indexing_mark(indexed, may_be_indexed=False)
    assert (indexed, dropped) == ({"index": "index"}, {"index": "dropped"})
    assert indexing_mark(dropped, may_be_indexed=False) == {}
    assert indexing_mark(dropped, may_be_indexed=True) == indexed
    assert indexing_mark({}, may_be_indexed=False) == {}
