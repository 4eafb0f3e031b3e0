"""What is told of a feed follows from what fetch wrote down about it, in days and a few causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.publish.calendar_words import CalendarWords
from functions.publish.feed_health import (
    CAUSES,
    KINDS,
    LONG_PAUSE,
    UNREAD,
    FeedHealth,
    FeedReport,
    health_of,
    together,
)
from functions.publish.health_words import told
from functions.publish.look import WORDINGS
from newswire.backoff import Backoff

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
WELL = FeedReport(
    polled=NOW - timedelta(minutes=5),
    next_due=NOW + timedelta(minutes=10),
    last_success=NOW - timedelta(minutes=5),
    last_new=NOW - timedelta(hours=3),
    newest=NOW - timedelta(hours=4),
)


def day(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("Asia/Jakarta")).date().isoformat()


def health(backoff: Backoff | None = None, **changes: Any) -> FeedHealth:
    return health_of(replace(WELL, **changes), backoff, day)


def failing(reason: str | None, **changes: Any) -> FeedHealth:
    return health(health="failing", failures=3, reason=reason, last_success=YESTERDAY, **changes)


def asked_to_wait(until: datetime) -> Backoff:
    return Backoff("harian.example", until, 1, "HTTP 429")


def test_a_feed_that_was_never_asked_or_never_answered_is_unread() -> None:
    assert health_of(None, None, day) == UNREAD
    first_failures = replace(WELL, last_success=None, failures=2, reason="HTTP 500")
    assert health_of(first_failures, None, day) == UNREAD


def test_a_feed_delivers_as_of_the_day_of_its_newest_entry_by_the_portals_clock() -> None:
    late = datetime(2026, 1, 1, 17, 30, tzinfo=UTC)  # the next day in Jakarta
    assert health() == FeedHealth("delivering", "2026-01-02")
    assert health(last_new=None, newest=late) == FeedHealth("delivering", "2026-01-02")
    assert health(last_new=YESTERDAY, newest=None) == FeedHealth("delivering", "2026-01-01")
    assert health(last_new=None, newest=None) == FeedHealth("delivering")


def test_polls_within_a_day_and_failures_that_pass_change_nothing() -> None:
    later: dict[str, Any] = {
        "polled": NOW,
        "last_success": NOW,
        "next_due": NOW + timedelta(hours=1),
        "last_new": NOW,
    }
    assert health(**later) == health()
    assert health(failures=2, reason="timed out") == health()
    assert health(reason="queue unavailable") == health()


def test_a_silent_feed_is_silent_since_its_newest_entry() -> None:
    assert health(health="silent", newest=YESTERDAY, last_new=None) == FeedHealth("silent", "2026-01-01")


def test_a_feed_that_is_gone_stopped_on_that_day_whatever_its_last_reason() -> None:
    gone = failing("HTTP 410", gone=NOW)
    assert gone == FeedHealth("gone", "2026-01-02")


@pytest.mark.parametrize(
    ("reason", "cause", "status"),
    [
        ("HTTP 404", "missing", 404),
        ("HTTP 410 elsewhere", "missing", 410),
        ("HTTP 403", "refused", 403),
        ("HTTP 451", "refused", 451),
        ("HTTP 500", "server_error", 500),
        ("HTTP 204", "http", 204),
        ("timed out", "timed_out", None),
        ("host not found", "unreachable", None),
        ("connection failed", "unreachable", None),
        ("address refused", "unreachable", None),
        ("TLS failed", "insecure", None),
        ("too many redirects", "redirected", None),
        ("too large", "too_large", None),
        ("not a feed", "not_a_feed", None),
        ("unknown encoding", "unreadable", None),
        ("parser died", "unreadable", None),
        ("parser failed: <script>alert(1)</script>", "unreadable", None),
        ("HTTP 404<script>", "missing", 404),
        ("HTTP 99999", "unreadable", None),
        ("internal error", "ours", None),
        (None, "unreadable", None),
    ],
)
def test_a_failing_feed_has_had_no_good_answer_since_a_day_for_one_of_a_few_causes(
    reason: str | None, cause: Any, status: int | None
) -> None:
    assert failing(reason) == FeedHealth("failing", "2026-01-01", cause, status)


def test_a_feed_that_never_gave_a_good_answer_fails_without_a_day() -> None:
    never = health(health="failing", failures=9, reason="HTTP 404", last_success=None)
    assert never == FeedHealth("failing", None, "missing", 404)


@pytest.mark.parametrize("status", [429, 503])
def test_a_publisher_that_asks_to_wait_has_paused_its_feed_and_not_broken_it(status: int) -> None:
    assert failing(f"HTTP {status}") == FeedHealth("paused", "2026-01-01", None, status)


def test_one_refusal_is_told_only_where_it_makes_the_feed_wait_for_long() -> None:
    once: dict[str, Any] = {"failures": 1, "reason": "HTTP 429", "last_success": YESTERDAY, "polled": NOW}
    assert health(**once, next_due=NOW + timedelta(minutes=10)).kind == "delivering"
    assert health(**once, next_due=NOW + LONG_PAUSE) == FeedHealth("paused", "2026-01-01", None, 429)


def test_a_pause_of_the_whole_domain_is_told_where_it_holds_the_feed_up_for_long() -> None:
    due = WELL.next_due or NOW
    assert health(asked_to_wait(due + timedelta(hours=1))) == health()
    assert health(asked_to_wait(due + LONG_PAUSE)) == FeedHealth("paused", "2026-01-02", None, 429)
    # A daily feed that was asked long ago is not held up by a pause of ten minutes.
    slow: dict[str, Any] = {"polled": YESTERDAY, "next_due": NOW}
    assert health(asked_to_wait(NOW + timedelta(minutes=10)), **slow).kind == "delivering"


def test_several_feeds_are_as_the_best_of_them_and_the_latest_of_these() -> None:
    old, new = FeedHealth("delivering", "2025-12-01"), FeedHealth("delivering", "2026-01-01")
    broken = FeedHealth("failing", "2026-01-02", "missing", 404)
    assert together([old, broken, new]) == new
    assert together([FeedHealth("gone", "2026-01-02"), broken]) == broken
    assert together([UNREAD]) == UNREAD
    assert together([FeedHealth("delivering"), old]) == old


def _told(language: Any, *healths: FeedHealth) -> tuple[str, list[str]]:
    feeds = {f"https://harian.example/{number}.xml": one for number, one in enumerate(healths)}
    said = told(feeds, WORDINGS[language], CalendarWords(language, "Asia/Jakarta"))
    return said.source, list(said.feeds.values())


@pytest.mark.parametrize(
    ("one", "indonesian", "english"),
    [
        (
            FeedHealth("delivering", "2026-01-02"),
            "Aktif, artikel terbaru 2 Januari 2026",
            "Delivers, newest article 2 January 2026",
        ),
        (FeedHealth("delivering"), "Aktif", "Delivers"),
        (
            FeedHealth("silent", "2026-01-02"),
            "Dapat dibaca, tetapi tidak ada yang baru sejak 2 Januari 2026",
            "Answers, but has had nothing new since 2 January 2026",
        ),
        (
            FeedHealth("failing", "2026-01-02", "refused", 403),
            "Tidak dapat dibaca sejak 2 Januari 2026: servernya menolak akses kami (HTTP 403)",
            "No usable answer since 2 January 2026: its server refuses us access (HTTP 403)",
        ),
        (
            FeedHealth("failing", None, "timed_out"),
            "Belum pernah dapat dibaca: servernya terlalu lama menjawab",
            "No usable answer so far: its server takes too long to answer",
        ),
        (
            FeedHealth("paused", "2026-01-02", None, 429),
            "Dijeda karena servernya meminta kami menunggu (HTTP 429); terakhir menjawab 2 Januari 2026",
            "Paused, as its server asks us to wait (HTTP 429); last answer 2 January 2026",
        ),
        (
            FeedHealth("gone", "2026-01-02"),
            "Dihentikan 2 Januari 2026: penerbit telah menutupnya untuk seterusnya (HTTP 410)",
            "Stopped on 2 January 2026: the publisher has taken it down for good (HTTP 410)",
        ),
        (UNREAD, "Belum dibaca", "Not read yet"),
    ],
)
def test_a_single_feed_is_told_in_a_sentence(one: FeedHealth, indonesian: str, english: str) -> None:
    assert _told("id", one) == (indonesian, [])
    assert _told("en", one) == (english, [])


def test_several_feeds_that_deliver_are_one_sentence_and_others_are_told_one_by_one() -> None:
    old, new = FeedHealth("delivering", "2025-12-31"), FeedHealth("delivering", "2026-01-02")
    broken = FeedHealth("failing", "2026-01-01", "missing", 404)
    assert _told("id", old, new) == ("Aktif, artikel terbaru 2 Januari 2026", [])
    assert _told("id", old, broken, new) == (
        "2 dari 3 umpan aktif, artikel terbaru 2 Januari 2026",
        [
            "Aktif, artikel terbaru 31 Desember 2025",
            "Tidak dapat dibaca sejak 1 Januari 2026: tidak ada apa-apa di alamatnya (HTTP 404)",
            "Aktif, artikel terbaru 2 Januari 2026",
        ],
    )
    assert _told("en", broken, FeedHealth("delivering"))[0] == "1 of 2 feeds deliver"
    assert _told("en", broken, UNREAD)[0].startswith("No usable answer since 1 January 2026")


@pytest.mark.parametrize("language", ["id", "en"])
def test_there_are_words_for_every_kind_and_cause_in_either_language(language: Any) -> None:
    words = WORDINGS[language]
    assert set(words.health_undated) == set(KINDS)
    assert set(words.health) == set(KINDS) - {"unread"}
    assert set(words.health_causes) == set(CAUSES)
