"""What is remembered of a feed after an answer or a failure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.fetch import outcomes
from functions.fetch.due_feeds import DueFeed
from functions.fetch.feed_state import NEVER, FeedState
from functions.fetch.outcomes import Reading
from functions.fetch.rhythm import Rhythm
from newswire.feed_keys import feed_key
from newswire.http_client import Answer
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW
from tests.support.fetch_run import is_jittered

URL = "https://kabar.example/rss"
NEW = "https://baru.example/rss"
OTHER = "https://lain.example/rss"


def feed(listed: str | None = None, **state: Any) -> DueFeed:
    return DueFeed(source(), URL, FeedState(feed_key("kabar", URL), **state), listed)


def answered(due: DueFeed, permanent: str | None = None, status: int = 200, **headers: str) -> FeedState:
    return outcomes.after_answer(due, Answer(status, URL, headers, b"", permanent), NOW, Reading())


def polls(*permanent: str | None) -> FeedState:
    state = FeedState(feed_key("kabar", URL))
    for address in permanent:
        state = answered(DueFeed(source(), URL, state), address)
    return state


def test_a_permanent_move_is_kept_after_three_answers_that_agree() -> None:
    assert (polls(NEW, NEW).moved_to, polls(NEW, NEW).confirmations) == (None, 2)
    moved = polls(NEW, NEW, NEW)
    assert (moved.moved_to, moved.moving_to, moved.confirmations) == (NEW, None, 0)
    assert DueFeed(source(), URL, moved).address == NEW


def test_answers_that_disagree_or_stop_agreeing_begin_anew() -> None:
    assert polls(NEW, NEW, OTHER).moved_to is None
    assert polls(NEW, NEW, None, NEW).confirmations == 1
    assert polls(NEW, OTHER, NEW, OTHER).moved_to is None


def test_a_failure_between_two_confirmations_begins_anew() -> None:
    failed = outcomes.after_failure(DueFeed(source(), URL, polls(NEW, NEW)), "HTTP 500", {}, NOW)
    assert answered(DueFeed(source(), URL, failed), NEW).confirmations == 1


def test_a_feed_may_move_on_from_its_new_address() -> None:
    state = polls(NEW, NEW, NEW, None, OTHER, OTHER, OTHER)
    assert state.moved_to == OTHER


def test_a_new_address_that_fails_three_times_is_given_up_for_the_configured_one() -> None:
    state = FeedState(feed_key("kabar", URL), moved_to=NEW, etag='"new"', body_hash="0" * 64)
    for expected in (NEW, NEW, URL):
        state = outcomes.after_failure(DueFeed(source(), URL, state), "HTTP 404", {}, NOW)
        assert DueFeed(source(), URL, state).address == expected
    assert (state.failures, state.etag, state.body_hash) == (3, None, None)


def test_410_stops_for_good_and_says_when() -> None:
    state = outcomes.gone(feed(), "HTTP 410", {"retry-after": "60"}, NOW)
    assert (state.next_due, state.gone, state.reason, state.failures) == (NEVER, NOW, "HTTP 410", 1)


def test_the_same_bytes_under_another_validator_are_still_the_same_bytes() -> None:
    before = feed(etag='"1"', last_modified="then", body_hash="f" * 32)
    state = answered(before, etag='"2"')
    assert (state.etag, state.last_modified, state.body_hash) == ('"2"', None, "f" * 32)


def test_a_304_keeps_the_rhythm_and_the_pause_that_the_document_asked_for() -> None:
    known = feed(pause=timedelta(hours=2), rhythm=timedelta(hours=1), newest=NOW, etag='"1"')
    state = outcomes.unchanged(known, Answer(304, URL, {}, b""), NOW)
    assert (state.pause, state.rhythm, state.newest) == (timedelta(hours=2), timedelta(hours=1), NOW)
    assert is_jittered((state.next_due or NOW) - NOW, timedelta(hours=2))


def test_a_slow_rhythm_lengthens_the_pause() -> None:
    reading = Reading(rhythm=Rhythm(timedelta(hours=16), NOW))
    state = outcomes.after_answer(feed(), Answer(200, URL, {"etag": '"1"'}, b""), NOW, reading)
    assert is_jittered((state.next_due or NOW) - NOW, timedelta(hours=2))


def test_of_a_dated_sitemap_its_index_tells_the_changes_and_a_daily_look_is_enough() -> None:
    state = answered(feed(listed="2025-06-02"), etag='"1"')
    assert state.listed == "2025-06-02"
    assert (state.next_due or NOW) - NOW == timedelta(hours=24)
