"""The memory of a source's pages: bounded, rolling, and told when it changes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from functions.extract.source_pages import GOOD, KEPT_DAYS, KEPT_TEXTS, SourcePages, Transition

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
LINKS = "mostly links"


def text(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def after(record: SourcePages, grades: str, now: datetime = NOW) -> SourcePages:
    """Return the record after pages that were good (g) or poor (p), each with a text of its own."""
    for number, mark in enumerate(grades):
        record = record.with_page(text(number), f"{number:016}", GOOD if mark == "g" else LINKS, now)
    return record


def test_a_record_is_the_same_after_storing() -> None:
    record, _ = after(SourcePages("kabar"), "p" * 12).assessed()
    assert record.is_poor
    assert SourcePages.from_item(record.to_item(NOW)) == record
    empty = SourcePages("kabar")
    assert SourcePages.from_item(empty.to_item(NOW)) == empty


def test_an_item_tells_the_rate_and_expires() -> None:
    item = after(SourcePages("kabar"), "gggp").to_item(NOW)
    assert (item["pk"], item["poor_percent"], "health" in item) == ("pages#kabar", 25, False)
    assert item["days"] == {"2026-01-05": {"good": 3, LINKS: 1}}
    assert item["expires"] == int((NOW + timedelta(days=30)).timestamp())


def test_the_article_that_first_had_a_text_is_remembered_while_the_text_comes_again() -> None:
    record = SourcePages("kabar").with_page(text(0), "first", GOOD, NOW)
    assert record.earlier(text(0)) == "first"
    for number in range(1, 3 * KEPT_TEXTS):
        record = record.with_page(text(number), f"other{number}", GOOD, NOW)
        if number % 5 == 0:
            record = record.with_page(text(0), f"again{number}", LINKS, NOW)
    assert record.earlier(text(0)) == "first"
    assert record.earlier(text(1)) is None
    assert len(record.texts) == KEPT_TEXTS


def test_days_roll_and_stay_few() -> None:
    record = SourcePages("kabar")
    for day in range(30):
        record = after(record, "gp", NOW + timedelta(days=day))
        record = record.since(NOW + timedelta(days=day))
    assert len(record.days) == KEPT_DAYS
    assert record.rate() == 0.5
    assert record.since(NOW + timedelta(days=29 + KEPT_DAYS)).days == {}


def test_an_item_stays_within_two_write_units_whatever_happens() -> None:
    record = SourcePages("sumber-dengan-nama-panjang")
    for day in range(KEPT_DAYS):
        for number, reason in enumerate(("bot check", "cookie wall", "login wall", LINKS, "too short", GOOD)):
            moment = NOW + timedelta(days=day)
            record = record.with_page(text(number + 10 * day), "abcdefgh23456723", reason, moment)
    assert len(str(record.to_item(NOW))) < 2048


@pytest.mark.parametrize(
    ("grades", "was_poor", "transition"),
    [
        ("ppppppppp", False, None),
        ("gggggppppp", False, "poor"),
        ("ggggggpppp", False, None),
        ("pppppppppp", True, None),
        ("gggggppppp", True, None),
        ("gggggggppp", True, None),
        ("ggggggggpp", True, "recovered"),
        ("gggggggggg", False, None),
    ],
    ids=[
        "too few",
        "half are poor",
        "less than half",
        "still poor",
        "half, still poor",
        "better, still poor",
        "good again",
        "always good",
    ],
)
def test_a_source_turns_poor_at_half_and_recovers_below_a_quarter(
    grades: str, was_poor: bool, transition: Transition | None
) -> None:
    record = after(SourcePages("kabar", is_poor=was_poor), grades)
    assessed, found = record.assessed()
    assert found == transition
    assert assessed.is_poor == (was_poor if transition is None else transition == "poor")


def test_a_change_of_the_site_is_noticed_on_its_day_whatever_the_days_before_were() -> None:
    record = after(SourcePages("kabar"), "g" * 200, NOW - timedelta(days=1))
    record = after(record, "p" * 9, NOW)
    assert record.assessed()[1] is None
    assert after(record, "p", NOW).assessed()[1] == "poor"
