"""Moments and pauses in HTTP headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newswire.http_dates import http_date, retry_after

NOW = datetime(2025, 6, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 1 ", 1),
        ("Mon, 02 Jun 2025 08:10:00 GMT", 600),
        ("Monday, 02-Jun-25 08:00:30 GMT", 30),
        ("Mon Jun  2 08:00:30 2025", 30),
        ("9" * 50, 10**8),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value: str, seconds: int) -> None:
    assert retry_after({"retry-after": value}, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", ["0", " 00 ", "Mon, 02 Jun 2025 07:00:00 GMT", "Mon, 02 Jun 2025 08:00:00 GMT"]
)
def test_a_time_that_is_over_is_no_pause_to_keep(value: str) -> None:
    assert retry_after({"retry-after": value}, NOW) is None


@pytest.mark.parametrize("headers", [{}, {"retry-after": ""}, {"retry-after": "soon"}, {"retry-after": "-5"}])
def test_a_server_that_asks_for_nothing_usable_asked_for_nothing(headers: dict[str, str]) -> None:
    assert retry_after(headers, NOW) is None


@pytest.mark.parametrize("value", ["١٢", "²"])
def test_digits_of_other_scripts_are_no_seconds(value: str) -> None:
    assert retry_after({"retry-after": value}, NOW) is None


@pytest.mark.parametrize("text", [None, "", "yesterday", "0", "-1", "Mon, 99 Jun 2025 08:00:00 GMT"])
def test_what_is_no_http_date_is_none(text: str | None) -> None:
    assert http_date(text) is None
