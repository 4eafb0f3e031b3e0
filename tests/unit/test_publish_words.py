"""The portal's own words, dates and front page."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from string import Formatter
from typing import Any

import pytest

from functions.publish.calendar_words import CalendarWords
from functions.publish.entries import Entry
from functions.publish.front_page import arrange
from functions.publish.look import WORDINGS
from newswire.article import Image
from tests.support.publish_world import World

MOMENT = datetime(2026, 8, 17, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "long", "short"),
    [
        ("id", "Asia/Jakarta", "Senin, 17 Agustus 2026, 10.04 WIB", "17 Agu 2026, 10.04"),
        ("id", "Asia/Makassar", "Senin, 17 Agustus 2026, 11.04 WITA", "17 Agu 2026, 11.04"),
        ("id", "Asia/Jayapura", "Senin, 17 Agustus 2026, 12.04 WIT", "17 Agu 2026, 12.04"),
        ("en", "Asia/Jakarta", "Monday, 17 August 2026, 10:04 WIB", "17 Aug 2026, 10:04"),
        ("en", "Europe/London", "Monday, 17 August 2026, 04:04 BST", "17 Aug 2026, 04:04"),
        ("id", "America/New_York", "Minggu, 16 Agustus 2026, 23.04 EDT", "16 Agu 2026, 23.04"),
        ("en", "America/Sao_Paulo", "Monday, 17 August 2026, 00:04 GMT-03:00", "17 Aug 2026, 00:04"),
    ],
)
def test_moments_are_written_in_the_portals_language_and_zone(
    language: Any, zone: str, long: str, short: str
) -> None:
    calendar = CalendarWords(language, zone)

    assert (calendar.long(MOMENT), calendar.short(MOMENT)) == (long, short)


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("id", 1, "1 kata ditambahkan"),
        ("id", 2, "2 kata ditambahkan"),
        ("id", 1200, "1.200 kata ditambahkan"),
        ("en", 1, "1 word added"),
        ("en", 0, "0 words added"),
        ("en", 1200, "1,200 words added"),
        ("en", 1.5, "1.5 words added"),
    ],
)
def test_numbers_are_said_by_the_languages_own_plural_and_separators(
    language: Any, number: float, said: str
) -> None:
    calendar = CalendarWords(language, "Asia/Jakarta")

    assert calendar.counted(WORDINGS[language].words_added, number) == said


def test_a_date_alone_is_written_out() -> None:
    assert CalendarWords("id", "Asia/Jakarta").date("2026-08-17") == "17 Agustus 2026"
    assert CalendarWords("en", "Asia/Jakarta").day(MOMENT) == "Monday, 17 August 2026"


def _placeholders(text: object) -> set[str]:
    texts = text.values() if isinstance(text, dict) else [text]
    return {field for one in texts for _, field, _, _ in Formatter().parse(str(one)) if field}


def test_both_languages_say_everything_and_name_the_same_things() -> None:
    indonesian, english = WORDINGS["id"], WORDINGS["en"]

    for field in fields(indonesian):
        ours, theirs = getattr(indonesian, field.name), getattr(english, field.name)
        assert ours
        assert theirs
        assert _placeholders(ours) == _placeholders(theirs), field.name
        if isinstance(ours, dict):
            assert ours.keys() == theirs.keys()


def _entries(world: World, pictured: str) -> list[Entry]:
    image = Image("https://x.example/a.jpg", width=4, height=3)
    run = world.run()
    entries = []
    for number, letter in enumerate(pictured):
        owner = "tribune" if letter == "l" else "harian"
        item = world.add(number, owner, images=(image,) if letter == "p" else ())
        carried = run.carried(item)
        assert carried is not None
        entries.append(carried.entry)
    return entries


def test_the_lead_is_the_newest_story_with_a_picture() -> None:
    entries = _entries(World(), "lttptt")

    front = arrange(entries, ["nasional"])

    assert front.lead is entries[3]
    assert entries[0] in front.headlines


def test_nothing_stands_on_the_front_page_twice_and_pictures_are_kept_together() -> None:
    entries = _entries(World(), "ptl" * 20)

    front = arrange(entries, ["nasional", "dunia"])

    shown = [front.lead, *front.beside, *front.pictured, *front.headlines, *front.sections["nasional"]]
    assert len({entry.id for entry in shown if entry}) == len(shown)
    assert all(entry.image for entry in front.pictured)
    assert not any(entry.image for entry in front.headlines)
    assert list(front.sections) == ["nasional", "dunia"]


def test_without_any_picture_the_newest_article_leads() -> None:
    entries = _entries(World(), "ltt")

    assert arrange(entries, []).lead is entries[0]
    assert arrange([], []).lead is None
