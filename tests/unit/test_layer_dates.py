"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.dates import parse_date, read_date, to_rfc822, to_rfc3339

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024-04-24T12:00:00+07:00", "2024-04-24T12:00:00+07:00"),
        ("2024-04-24T12:00:00.123Z", "2024-04-24T12:00:00Z"),
        ("2024-04-24T12:00:00+0000", "2024-04-24T12:00:00Z"),
        ("2024-04-24T12:00:5+07:00", "2024-04-24T12:00:05+07:00"),
        ("2024-04-24T12:00:00Z[UTC]", "2024-04-24T12:00:00Z"),
        ("2024-4-4T1:02:03-07", "2024-04-04T01:02:03-07:00"),
        ("2024-04-24 12:00:00 +0530", "2024-04-24T12:00:00+05:30"),
        ("20240424T120000Z", "2024-04-24T12:00:00Z"),
        ("20240424", "2024-04-24T00:00:00+07:00"),
        ("2024-04-24T24:00:00Z", "2024-04-25T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("1713945600", "2024-04-24T08:00:00Z"),
        ("1713945600000", "2024-04-24T08:00:00Z"),
    ],
)
def test_timestamps_of_machines_are_read(text: str, read: str) -> None:
    moment = parse_date(text, JAKARTA)
    assert moment is not None
    assert to_rfc3339(moment) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Tue, 10 Jun 2003 04:00:00 GMT", "2003-06-10T04:00:00Z"),
        ("10 Jun 03 04:00 EST", "2003-06-10T04:00:00-05:00"),
        ("10 Jun 03", "2003-06-10T00:00:00+07:00"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Wed Apr 24 12:00:00 UTC 2024", "2024-04-24T12:00:00Z"),
        ("Wed Apr 24 2024 12:00:00 GMT+0700 (Western Indonesia Time)", "2024-04-24T12:00:00+07:00"),
    ],
)
def test_mail_http_and_browser_dates_are_read(text: str, read: str) -> None:
    moment = parse_date(text, JAKARTA)
    assert moment is not None
    assert to_rfc3339(moment) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Rabu, 24 April 2024 | 14.30 WIB", "2024-04-24T14:30:00+07:00"),
        ("Sabtu, 24 Agustus 2024 14:30:15 WITA", "2024-08-24T14:30:15+08:00"),
        ("Senin, 2 Des 2024 pukul 09.15 WIT", "2024-12-02T09:15:00+09:00"),
        ("Kompas.com - 04/05/2024, 14:30 WIB", "2024-05-04T14:30:00+07:00"),
        ("Diterbitkan: 24 Mei 2024, 18:40 WIB | Diperbarui 25 Mei 2024", "2024-05-24T18:40:00+07:00"),
        ("Jumat, 17 Pebruari 2017 (14:30)", "2017-02-17T14:30:00+07:00"),
    ],
)
def test_indonesian_dates_are_read_in_the_zone_they_name(text: str, read: str) -> None:
    moment = parse_date(text, UTC if "WI" in text else JAKARTA)
    assert moment is not None
    assert to_rfc3339(moment) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Apr. 24, 2024 at 2 p.m. EDT", "2024-04-24T14:00:00-04:00"),
        ("April 24th, 2024", "2024-04-24T00:00:00Z"),
        ("Published 4:05 PM EDT, Wed April 24, 2024", "2024-04-24T16:05:00-04:00"),
        ("April 24, 2024 12:00:00 AM", "2024-04-24T00:00:00Z"),
        ("1st of May 2024", "2024-05-01T00:00:00Z"),
        ("05/24/2024 8:00 PM", "2024-05-24T20:00:00Z"),
        ("Do 25.04.24 | 14:07 Uhr", "2024-04-25T14:07:00Z"),
        ("24. März 2024, 12:00 Uhr", "2024-03-24T12:00:00Z"),
        ("24 de abril de 2024", "2024-04-24T00:00:00Z"),
        ("le 1er août 2023 à 14:05", "2023-08-01T14:05:00Z"),
        ("2024年4月24日 12:30", "2024-04-24T12:30:00Z"),
        ("24 Ogos 2024", "2024-08-24T00:00:00Z"),
        ("24 Ağustos 2024, 14:05", "2024-08-24T14:05:00Z"),
        ("24 сентября 2024", "2024-09-24T00:00:00Z"),
        ("24 Σεπτεμβρίου 2024", "2024-09-24T00:00:00Z"),
        ("24 سبتمبر 2024", "2024-09-24T00:00:00Z"),
    ],
)
def test_dates_in_other_words_are_read(text: str, read: str) -> None:
    moment = parse_date(text, UTC)
    assert moment is not None
    assert to_rfc3339(moment) == read


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("(Bandung, 14 Januari 20)", "2020-01-14"),
        ("( Roma, 14 Gennaio 20 )", "2020-01-14"),
        ("Ditulis 14 Januari 20 | Redaksi", "2020-01-14"),
        ("14 January '20 by the editors", "2020-01-14"),
        ("14 Jan ’99", "1999-01-14"),
        ("14 Januari 20 orang hadir", None),
        ("Bab 5 Juni 12", None),
        ("Tim U-17 Mei 45", None),
        ("Halaman 3 Mei '24", "2024-05-03"),
        ("14 January 20.5 per cent", None),
        ("x" * 186 + " 14 January 1998", None),
    ],
)
def test_a_year_of_two_digits_is_read_where_it_can_be_nothing_else(text: str, day: str | None) -> None:
    moment = parse_date(text, UTC)
    assert (moment and to_rfc3339(moment)[:10]) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Wochenbericht 14. - 20. Januar 2022", "2022-01-14"),
        ("14. bis 20. Januar 2022", "2022-01-14"),
        ("Pameran 14-20 Januari 2022", "2022-01-14"),
        ("14 sampai 20 Januari 2022", "2022-01-14"),
        ("the fair of 14–20 January 2022", "2022-01-14"),
        ("14 Januari 2022 - 20 Januari 2022", "2022-01-14"),
        ("14th - 20th January 2022", "2022-01-14"),
        ("14 to 20 January 2022", "2022-01-14"),
        ("Pekan 14-20 Januari 2022", "2022-01-14"),
        ("Part 1. - 20 January 2022", "2022-01-20"),
        ("Bagian 2. – 20 Januari 2022", "2022-01-20"),
        ("Halaman 3-20 Januari 2022", "2022-01-20"),
        ("No. 3-20 Januari 2022", "2022-01-20"),
        ("Juara 1 to 20 January 2022", "2022-01-20"),
        ("March 1 to 20 January 2022", "2022-01-20"),
        ("U-17-20 Januari 2022", "2022-01-20"),
        ("Halaman 3 - 20 Januari 2022", "2022-01-20"),
        ("Edisi 45-20 Januari 2022", "2022-01-20"),
        ("12:14-20 Januari 2022", "2022-01-20"),
        ("2022/14-20 Januari 2022", "2022-01-20"),
        ("32-33 Januari 2022", None),
    ],
)
def test_a_range_of_days_is_read_at_its_first_as_where_both_are_written_out(
    text: str, day: str | None
) -> None:
    moment = parse_date(text, UTC)
    assert (moment and to_rfc3339(moment)[:10]) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kemarin",
        "Mei 2024",
        "2024",
        "4/5/2024",
        "2024-02-30",
        "2024-04-24T25:00:00Z",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "version 1.2.30.4",
    ],
)
def test_what_names_no_certain_day_is_no_date(text: str) -> None:
    assert parse_date(text, JAKARTA) is None


@pytest.mark.parametrize(("day_first", "read"), [(True, "2024-05-04"), (False, "2024-04-05"), (None, None)])
def test_who_knows_which_number_is_the_day_can_say_so(day_first: bool | None, read: str | None) -> None:
    moment = parse_date("04/05/2024", UTC, day_first=day_first)
    assert (moment and to_rfc3339(moment)[:10]) == read


def test_a_moment_without_an_offset_can_be_read_as_such() -> None:
    naive, utc = read_date("2024-04-24 12:00:00"), read_date("2024-04-24T12:00:00Z")
    assert naive is not None
    assert utc is not None
    assert (naive.tzinfo, utc.utcoffset()) == (None, timedelta())


def test_an_offset_beyond_the_worlds_zones_is_ignored() -> None:
    assert parse_date("2024-04-24T12:00:00+99:00", JAKARTA) == datetime(2024, 4, 24, 12, tzinfo=JAKARTA)


def test_a_date_beyond_the_first_two_hundred_characters_is_not_read() -> None:
    assert parse_date("x" * 200 + " 2024-04-24", UTC) is None


@given(st.text(alphabet="0123456789 :.-+/,tTzZWIBapmeijr()|", max_size=300))
def test_no_text_raises_and_what_is_read_can_be_written_and_read_again(text: str) -> None:
    moment = parse_date(text, JAKARTA)
    if moment is not None:
        assert moment.utcoffset() is not None
        assert parse_date(to_rfc3339(moment), UTC) == moment.replace(microsecond=0)
        assert parse_date(to_rfc822(moment), UTC) == moment.replace(microsecond=0)


def test_rfc3339_keeps_the_offset_and_drops_fractions() -> None:
    moment = datetime(2024, 4, 24, 12, 0, 0, 999999, tzinfo=timezone(timedelta(hours=7)))
    assert to_rfc3339(moment) == "2024-04-24T12:00:00+07:00"
    assert to_rfc3339(moment.astimezone(UTC)) == "2024-04-24T05:00:00Z"


def test_rfc822_has_a_four_digit_year_and_a_numeric_offset() -> None:
    assert to_rfc822(datetime(2024, 4, 4, 12, tzinfo=JAKARTA)) == "Thu, 04 Apr 2024 12:00:00 +0700"
    assert to_rfc822(datetime(2024, 4, 4, 12, tzinfo=UTC)) == "Thu, 04 Apr 2024 12:00:00 +0000"


def test_offsets_with_seconds_are_written_in_utc() -> None:
    local_mean_time = timezone(timedelta(hours=7, minutes=7, seconds=12))
    assert to_rfc3339(datetime(1920, 1, 1, 7, 7, 12, tzinfo=local_mean_time)) == "1920-01-01T00:00:00Z"


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        to_rfc3339(datetime(2024, 4, 24))  # noqa: DTZ001 - the case under test


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Thu, 06 Feb 2020 00:00:00 PST", "2020-02-06T00:00:00-08:00"),
        ("Thu, 06 Feb 2020 10:30:00 PDT", "2020-02-06T10:30:00-07:00"),
        ("Thu, 06 Feb 2020 10:30 AEST", "2020-02-06T10:30:00+10:00"),
        ("Thu, 06 Feb 2020 10:30 AWST", "2020-02-06T10:30:00+08:00"),
        ("Thu, 06 Feb 2020 10:30 pm PST", "2020-02-06T22:30:00-08:00"),
        ("6 Feb 2020, 10.30 p.m.", "2020-02-06T22:30:00+07:00"),
    ],
)
def test_a_zone_that_begins_with_a_or_p_is_not_half_of_the_day(written: str, read_as: str) -> None:
    moment = parse_date(written, ZoneInfo("Asia/Jakarta"))
    assert moment is not None
    assert to_rfc3339(moment) == read_as


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("الجمعة 24 نيسان / أبريل 2020 09:22 مساءً", "2020-04-24T21:22:00Z"),
        ("٢٤ أبريل ٢٠٢٠", "2020-04-24T00:00:00Z"),
        ("12 كانون الثّاني 2021", "2021-01-12T00:00:00Z"),
        ("১৬ ফেব্রুয়ারি ২০২০", "2020-02-16T00:00:00Z"),
        ("२४ अप्रैल २०२०", "2020-04-24T00:00:00Z"),
        ("۲۴ آوریل ۲۰۲۰", "2020-04-24T00:00:00Z"),
        ("17 באוגוסט 2020", "2020-08-17T00:00:00Z"),
    ],
)
def test_dates_in_other_scripts_and_digits_are_read(text: str, read: str) -> None:
    moment = parse_date(text, UTC)
    assert moment is not None
    assert to_rfc3339(moment) == read


def test_a_year_of_another_calendar_is_no_date() -> None:
    assert parse_date("۵ ۰۲ ۱۳۹۹", UTC) is None
    assert parse_date("۱۳۹۹/۰۲/۰۵", UTC) is None
