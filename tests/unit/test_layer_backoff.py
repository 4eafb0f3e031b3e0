"""Publishers that asked to be left alone (design section 5, rule 4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import pytest

from newswire.backoff import BUSY, LONGEST_PAUSE, Backoff, Backoffs, after_refusal
from newswire.clock import instant
from newswire.tables import Table
from tests.support.aws_stack import FEED_TABLE, Stack
from tests.support.fetch_feeds import NOW, rfc822

MINUTE = timedelta(minutes=1)
URL = "https://www.kabar.example/rss"


@pytest.fixture
def table(stack: Stack) -> Table:
    return Table(stack.dynamodb, FEED_TABLE)


def known(table: Table, *domains: str) -> Backoffs:
    """Return what an invocation knows that has just read these domains."""
    backoffs = Backoffs(table)
    backoffs.learn(table.get_many(backoffs.keys(domains or ("kabar.example",))))
    return backoffs


def pauses(*headers: dict[str, str]) -> list[timedelta]:
    """Return the pauses after refusals that come as soon as the one before is over."""
    found, before, now = [], None, NOW
    for one in headers:
        before = after_refusal("kabar.example", before, 503, one, now)
        found.append(before.until - now)
        now = before.until
    return found


def test_without_retry_after_the_pause_doubles_from_ten_minutes_to_a_day() -> None:
    found = pauses(*[{}] * 10)
    assert found[:4] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert found[-1] == LONGEST_PAUSE


@pytest.mark.parametrize(
    ("stated", "pause"),
    [
        ("120", 2 * MINUTE),
        (rfc822(NOW + timedelta(hours=3)), timedelta(hours=3)),
        ("999999", LONGEST_PAUSE),
        ("soon", 10 * MINUTE),
        ("0", 10 * MINUTE),
        (rfc822(NOW - timedelta(hours=3)), 10 * MINUTE),
    ],
)
def test_retry_after_decides_in_both_its_forms(stated: str, pause: timedelta) -> None:
    assert pauses({"retry-after": stated}) == [pause]


def test_a_longer_pause_is_not_shortened_by_a_later_answer() -> None:
    before = Backoff("kabar.example", NOW + timedelta(hours=2), 1, "HTTP 429")
    assert after_refusal("kabar.example", before, 503, {"retry-after": "1"}, NOW).until == before.until


def test_refusals_during_one_pause_count_as_one(table: Table) -> None:
    """Twenty hosts of one publisher, asked side by side when it says no, do not make that a day."""
    backoffs = known(table)
    found = [
        backoffs.refused(f"https://kota{number}.kabar.example/rss", 503, {}, NOW) for number in range(20)
    ]
    assert {(one.until, one.refusals) for one in found} == {(NOW + 10 * MINUTE, 1)}


def test_a_read_that_was_under_way_does_not_undo_a_refusal(table: Table) -> None:
    known(table).refused(URL, 503, {}, NOW - timedelta(hours=1))
    backoffs = known(table)
    read = table.get_many(backoffs.keys(["kabar.example"]))
    backoffs.refused(URL, 429, {"retry-after": "3600"}, NOW)
    backoffs.learn(read)
    assert backoffs.active(URL, NOW) is not None


def test_a_refusal_covers_the_registrable_domain_for_everyone(table: Table) -> None:
    known(table).refused(URL, 429, {"retry-after": "600"}, NOW)
    other = known(table, "kabar.example", "lain.example")
    found = other.active("http://id.kabar.example/berita/1", NOW)
    assert found == Backoff("kabar.example", NOW + 10 * MINUTE, 1, "HTTP 429")
    assert other.active("https://lain.example/rss", NOW) is None
    assert other.active(URL, NOW + 10 * MINUTE) is None


def test_the_item_is_that_of_the_architecture_page(table: Table, stack: Stack) -> None:
    known(table).refused(URL, 503, {}, NOW)
    assert stack.items()["domain#kabar.example"] == {
        "pk": "domain#kabar.example",
        "ends": instant(NOW + 10 * MINUTE),
        "refusals": 1,
        "reason": "HTTP 503",
        "expires": int((NOW + 10 * MINUTE + timedelta(hours=24)).timestamp()),
    }


def test_of_two_that_are_refused_at_once_the_longer_pause_stands(table: Table) -> None:
    first, second = known(table), known(table)
    first.refused(URL, 429, {"retry-after": "3600"}, NOW)
    second.refused(URL, 429, {"retry-after": "60"}, NOW)
    for knowing in (known(table), second):
        backoff = knowing.active(URL, NOW)
        assert backoff is not None
        assert backoff.until == NOW + timedelta(hours=1)


def test_an_answer_after_the_pause_ends_the_count(table: Table, stack: Stack) -> None:
    known(table).refused(URL, 503, {}, NOW)
    later = known(table)
    later.answered(URL, NOW + 9 * MINUTE)
    assert "domain#kabar.example" in stack.items()
    later.answered(URL, NOW + 11 * MINUTE)
    assert stack.items() == {}
    assert later.refused(URL, 503, {}, NOW).refusals == 1


def test_an_answer_does_not_end_a_pause_that_somebody_else_was_given_meanwhile(
    table: Table, stack: Stack
) -> None:
    known(table).refused(URL, 503, {}, NOW)
    ours, theirs = known(table), known(table)
    theirs.refused(URL, 503, {}, NOW + 11 * MINUTE)
    ours.answered(URL, NOW + 12 * MINUTE)
    assert stack.items()["domain#kabar.example"]["refusals"] == 2


def test_a_domain_that_never_refused_costs_no_write(table: Table, stack: Stack) -> None:
    calls: list[str] = []
    stack.dynamodb.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    known(table).answered(URL, NOW)
    assert calls == ["BatchGetItem"]


def test_only_429_and_503_are_refusals() -> None:
    assert {429, 503} == BUSY


def test_a_domain_is_not_taken_for_free_while_somebody_else_is_reading_its_item(table: Table) -> None:
    known(table).refused(URL, 429, {"retry-after": "600"}, NOW)
    met: list[Backoff | None] = []

    class Interrupted:
        """The table, at whose first read another thread comes to the same domain."""

        def get_many(self, pks: Iterable[str]) -> dict[str, dict[str, Any]]:
            if not met:
                met.append(None)
                backoffs.look_up(URL)
                met.append(backoffs.active(URL, NOW))
            return table.get_many(pks)

    backoffs = Backoffs(cast("Table", Interrupted()))
    backoffs.look_up(URL)
    assert met[-1] is not None
    assert backoffs.active(URL, NOW) == met[-1]
