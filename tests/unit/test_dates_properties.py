"""Dates in every form and case: read as they were meant or not at all, and never a reason to stop."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import format_datetime
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.dates import parse_date, read_date, to_rfc822, to_rfc3339
from newswire.http_dates import http_date, retry_after
from tests.support.metadata_pages import json_ld, read

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
_NAMES = """
Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember
Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des
January February March April May June July August September October November December
Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
"""
INDONESIAN, INDONESIAN_SHORT, ENGLISH, ENGLISH_SHORT = map(str.split, _NAMES.strip().splitlines())
DAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
ZONES = {"WIB": 7, "wita": 8, "WIT": 9, "UTC": 0, "GMT": 0, "gmt+7": 7, "+08:00": 8, "-0500": -5, "(WIB)": 7}
OFFSETS = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def moments(zones: st.SearchStrategy[timezone] = OFFSETS) -> st.SearchStrategy[datetime]:
    """Return moments, to the second, in the years that a newspaper has."""
    earliest, latest = datetime(1900, 1, 2), datetime(2199, 12, 30)  # noqa: DTZ001 - made aware by timezones
    found = st.datetimes(earliest, latest, timezones=zones).map(lambda moment: moment.replace(microsecond=0))
    return found.filter(lambda moment: moment != datetime(1970, 1, 1, tzinfo=UTC))


CASES = st.sampled_from((str, str.upper, str.lower, str.title))
ANY_TEXT = st.text(st.characters(), max_size=60)
# Pieces of dates in every order: what a reader of dates has rules for.
_PIECES = (
    "0 1 12 13 24 29 30 31 59 60 99 1900 2026 9999 0000 20260102 T Z am p.m. WIB +07:00 -99:99 / - . : ,"
    " | 年 月 日 ١٢ Januari2026 st th ’26 pukul"
)
PIECES = st.lists(
    st.sampled_from([*INDONESIAN, *ENGLISH_SHORT, *DAYS["id"], *_PIECES.split(), " "]), max_size=12
).map("".join)


@given(st.one_of(ANY_TEXT, PIECES), OFFSETS, st.sampled_from((None, True, False)))
def test_no_text_raises_and_every_moment_is_of_a_four_digit_year_and_can_be_written(
    text: str, zone: timezone, day_first: bool | None
) -> None:
    moment = parse_date(text, zone, day_first=day_first)
    if moment is None:
        return
    assert 1899 <= moment.year <= 2200
    written, mailed = to_rfc3339(moment), to_rfc822(moment)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", written)
    assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", mailed)
    assert datetime.fromisoformat(written) == moment.replace(microsecond=0)


@given(moments())
def test_what_is_written_is_read_again_with_its_offset(moment: datetime) -> None:
    for written in (to_rfc3339(moment), to_rfc822(moment), format_datetime(moment), str(moment)):
        again = parse_date(written, timezone(timedelta(hours=3)))
        assert again == moment, written
        assert again.utcoffset() == moment.utcoffset()


@given(moments(), st.sampled_from(("id", "id short", "en", "en short")), CASES, st.data())
def test_a_date_in_words_is_read_in_every_case_and_abbreviation(
    moment: datetime, words: str, case: Callable[[str], str], data: st.DataObject
) -> None:
    names = {"id": INDONESIAN, "id short": INDONESIAN_SHORT, "en": ENGLISH, "en short": ENGLISH_SHORT}[words]
    day, month = DAYS[words[:2]][moment.weekday()], names[moment.month - 1]
    zone, hours = data.draw(st.sampled_from(sorted(ZONES.items())))
    forms = [
        f"{day}, {moment.day} {month} {moment.year} | {moment:%H.%M} {zone}",
        f"{day[:3]}, {moment:%d} {month} {moment.year} {moment:%H:%M:%S} {zone}",
        f"{moment.day} {month} {moment.year} pukul {moment:%H:%M} {zone}",
        f"{month} {moment.day}, {moment.year} {moment:%H:%M} {zone}",
        f"{moment.year}-{moment:%m-%d} {moment:%H:%M} {zone}",
    ]
    form = data.draw(st.integers(0, len(forms) - 1))
    found = parse_date(case(forms[form]), timezone(timedelta(hours=-3)))
    at = moment.replace(tzinfo=timezone(timedelta(hours=hours)), second=moment.second if form == 1 else 0)
    assert found == at, forms[form]
    assert found.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("case", [str.upper, str.lower])
@pytest.mark.parametrize("names", [INDONESIAN, ENGLISH, INDONESIAN_SHORT, ENGLISH_SHORT])
def test_every_month_is_known_by_its_names(names: list[str], case: Callable[[str], str]) -> None:
    for number, name in enumerate(names, 1):
        found = read_date(case(f"7 {name} 2025"))
        assert found is not None
        assert (found.year, found.month, found.day) == (2025, number, 7)


@given(moments())
def test_a_day_without_a_zone_is_read_in_the_one_that_is_told(moment: datetime) -> None:
    zone = moment.tzinfo
    assert isinstance(zone, tzinfo)
    assert parse_date(f"{moment:%Y-%m-%d %H:%M:%S}", zone) == moment


@given(ANY_TEXT | PIECES)
def test_no_header_makes_its_reader_raise(text: str) -> None:
    moment = http_date(text)
    assert moment is None or moment.tzinfo is not None
    pause = retry_after({"retry-after": text}, NOW)
    assert pause is None or pause > timedelta(0)


@given(moments(st.just(UTC)).filter(lambda moment: moment.year > 1970))
def test_what_servers_write_is_read(moment: datetime) -> None:
    assert http_date(format_datetime(moment, usegmt=True)) == moment
    before = moment - timedelta(seconds=9)
    assert retry_after({"retry-after": format_datetime(moment, usegmt=True)}, before) == timedelta(seconds=9)


Place = Callable[[str], tuple[str, str]]
PLACES: tuple[Place, ...] = (
    lambda text: (json_ld({"@type": "NewsArticle", "datePublished": text, "dateModified": text}), ""),
    lambda text: (f'<meta property="article:published_time" content="{escape(text)}">', ""),
    lambda text: (f'<meta property="article:modified_time" content="{escape(text)}">', ""),
    lambda text: ("", f'<h1>Judul</h1><time datetime="{escape(text)}">{escape(text)}</time>'),
    lambda text: ("", f"<h1>Judul</h1><p class=date>{escape(text)}</p><p>{escape(text)} - Kata</p>"),
    lambda text: (f"<script>var x = {json.dumps({'datePublished': text})}</script>", "<h1>Judul</h1>"),
)
NEARLY = moments().filter(lambda moment: abs(moment - NOW) > timedelta(days=1))


@settings(max_examples=60)
@given(st.one_of(NEARLY.map(to_rfc3339), NEARLY.map(to_rfc822), PIECES, ANY_TEXT))
def test_no_page_is_of_the_future_or_unreadable_whatever_its_dates_say(text: str) -> None:
    """A day beyond now is the zones' and clocks' own; what is later is a mistake."""
    for place in PLACES:
        head, body = place(text.replace("\x00", ""))
        found = read(head, body, now=NOW)
        for stated in (found.published, found.updated):
            if stated is not None:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", stated)
                assert datetime.fromisoformat(stated) <= NOW + timedelta(days=1)


@settings(max_examples=60)
@given(NEARLY.filter(lambda moment: moment < NOW), st.sampled_from((to_rfc3339, to_rfc822, str)))
def test_a_page_keeps_the_moment_that_it_states(moment: datetime, written: Callable[[datetime], str]) -> None:
    for place in (PLACES[0], PLACES[1]):
        found = read(*place(written(moment)), now=NOW)
        assert found.published is not None
        assert datetime.fromisoformat(found.published) == moment
