"""For how long a message is hidden, and when it has waited long enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.extract.failures import TransientFailure, is_final, retry_pause

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(("receive_count", "seconds"), [(0, 60), (1, 60), (2, 120), (3, 240), (4, 480)])
def test_without_a_statement_the_wait_doubles_from_a_minute(receive_count: int, seconds: int) -> None:
    assert retry_pause(TransientFailure("timed out"), receive_count, NOW).total_seconds() == seconds


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        (" 70 ", 70),
        ("3600", 3600),
        ("Mon, 05 Jan 2026 01:01:30 GMT", 90),
        ("Monday, 05-Jan-26 01:01:00 GMT", 60),
        ("Mon Jan  5 01:01:00 2026", 60),
        ("999999999", 86400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
    ],
)
def test_a_server_that_states_when_is_taken_at_its_word(stated: str, seconds: int) -> None:
    failure = TransientFailure("HTTP 503", {"retry-after": stated})
    assert [retry_pause(failure, count, NOW) for count in (1, 2)] == [timedelta(seconds=seconds)] * 2


@pytest.mark.parametrize("stated", ["1", "7", "59", "Mon, 05 Jan 2026 01:00:01 GMT"])
def test_no_pause_is_shorter_than_a_minute(stated: str) -> None:
    """Otherwise the three attempts that a page has would be over within seconds."""
    failure = TransientFailure("HTTP 503", {"retry-after": stated})
    assert [retry_pause(failure, count, NOW).total_seconds() for count in (1, 2, 3)] == [60, 60, 60]


@pytest.mark.parametrize("stated", ["0", "Mon, 05 Jan 2026 00:59:30 GMT", "Mon, 05 Jan 2026 01:00:00 GMT"])
def test_a_time_that_is_over_is_as_none(stated: str) -> None:
    failure = TransientFailure("HTTP 503", {"retry-after": stated})
    assert [retry_pause(failure, count, NOW).total_seconds() for count in (1, 2, 3)] == [60, 120, 240]


@pytest.mark.parametrize("stated", ["", "-5", "soon", "1.5", "٣", "Mon, 99 Jan 2026 01:00:30 GMT"])
def test_a_statement_that_means_nothing_is_none(stated: str) -> None:
    assert retry_pause(TransientFailure("HTTP 503", {"retry-after": stated}), 1, NOW) == timedelta(seconds=60)


def test_a_message_is_final_at_its_third_receive() -> None:
    pause = timedelta(minutes=4)
    assert [is_final(count, pause) for count in (1, 2, 3, 4)] == [False, False, True, True]


def test_a_pause_that_would_hold_back_the_publisher_is_final_at_once() -> None:
    assert [is_final(1, timedelta(minutes=minutes)) for minutes in (15, 16)] == [False, True]
