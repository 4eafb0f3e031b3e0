"""Dates as publishers write them: in Indonesian, English and the languages of `newswire.date_names`.

Read: ISO 8601 / RFC 3339 (basic format too), RFC 822 / 2822, RFC 850 and asctime (RFC 9110
section 5.6.7), JavaScript's ``Date`` text, epoch seconds or milliseconds, and the long and
numeric forms that news sites print ("Rabu, 24 April 2024 | 14.30 WIB", "Apr. 24, 2024 at 2 p.m.").

Unknown is ``None``, never guessed: a month without a day, a numeric date that could mean two days
(4/5/2024), a time that does not exist and the null dates of software (year 1, the epoch itself)
are no dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import format_datetime

from newswire.date_names import INDONESIAN_ZONES, MONTHS, ZONES
from newswire.date_ranges import first_of_range, is_counted
from newswire.date_scripts import in_common_form

_MAX_LENGTH = 200
_YEARS = range(1900, 2200)
_OFFSETS = (timedelta(hours=-12), timedelta(hours=14))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Every pattern is linear: no repetition without a bound stands beside another of the same characters.
# RFC 3339, what machines write: read by the standard library, which is faster.
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_EPOCH_NUMBER = re.compile(r"(1[0-9]{9})(?:[0-9]{3})?(?:\.[0-9]{1,9})?")
_ASCTIME = re.compile(
    r"\b([a-z]{3}) ([0-9]{1,2}) ([0-9]{1,2}:[0-9]{2}:[0-9]{2})( [a-z]{1,5}| [+-][0-9]{4})? ([0-9]{4})\b"
)
_BASIC = re.compile(r"(?<![0-9])([0-9]{4})([0-9]{2})([0-9]{2})(?=t[0-9]{2}| |$)")
_YEAR_FIRST = re.compile(r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
# A year of two digits is one before a time, after an apostrophe, or where the line or its bracket ends.
_DAY_MONTH = re.compile(
    r"(?<![0-9])([0-9]{1,2})(?:st|nd|rd|th|er|º|\.)?[ -](?:of |de )?([^\W\d_]{3,11})\.?,?[ -](?:de )?['’]?"
    r"([0-9]{4}|[0-9]{2}(?= [0-9]{1,2}:| ?[|)]| ?$)|(?<=['’])[0-9]{2})(?![0-9])"
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,11})\.? ?([0-9]{1,2})(?:st|nd|rd|th)?(?:, ?| )([0-9]{4})(?![0-9])")
_EAST_ASIAN = re.compile(r"(?<![0-9])([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일]")
_NUMERIC = re.compile(
    r"(?<![0-9.])([0-9]{1,2})(\. ?|[-/])([0-9]{1,2})\2([0-9]{4}|(?<=\.)[0-9]{2})(?![0-9]|\.[0-9])"
)

_TIME = (
    r"(?:([0-9]{1,2})[:.]([0-9]{2})"
    r"(?:(?:[:.](?=[0-9]{2})|:(?=[0-9](?![0-9])))([0-9]{1,2})(?:[.,][0-9]{1,9})?)?(?: ?([ap])\.?m\b\.?)?"
    r"|([0-9]{1,2}) ?([ap])\.?m\b\.?)"
    r"(?: ?\(?(?:(?:gmt|utc)? ?([+-])([0-9]{1,2}):?([0-9]{2})?(?![0-9])|([a-z]{1,4})\b))?"
)
_TIME_AFTER = re.compile(
    r"(?:[ ,;|/@·•()–—-]|t(?=[0-9])|at |pukul |pkl\.? |jam |um |à |às |alle |ore |kl\.? ){0,8}" + _TIME
)
_TIME_BEFORE = re.compile(r"(?<![0-9:.])" + _TIME + r"[ ,;|/·•()–—a-z-]{0,16}$")
_BASIC_TIME = re.compile(r"(?<=[0-9])t([0-9]{2})([0-9]{2})([0-9]{2})?")


def parse_date(text: str, zone: tzinfo, *, day_first: bool | None = None) -> datetime | None:
    """Return the first moment named in `text`, aware, in the offset that the text states.

    A date without an offset or a known zone name is read in `zone`; one without a time of day is
    the start of that day. Where a numeric date could mean two days, `day_first` tells which (None:
    neither). Only the first 200 characters are read. Never raises.
    """
    moment = read_date(text, day_first=day_first)
    return None if moment is None else in_zone(moment, zone)


def read_date(text: str, *, day_first: bool | None = None) -> datetime | None:
    """Return the moment as `parse_date` reads it, naive where the text states neither offset nor zone."""
    if (timestamp := _TIMESTAMP.fullmatch(text)) and (moment := _timestamp(timestamp)):
        return moment
    head = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"  # where the line does not end
    line = in_common_form(" ".join(head.split()).lower())
    if number := _EPOCH_NUMBER.fullmatch(line):
        return _EPOCH + timedelta(seconds=int(number[1]))
    line = _ASCTIME.sub(r"\2 \1 \5 \3\4", line)
    line = _BASIC_TIME.sub(lambda basic: f"t{basic[1]}:{basic[2]}:{basic[3] or '00'}", line)
    for start, end, *day in sorted(_calendar_days(line, day_first=day_first)):
        moment = _moment(line, (start, end), (day[0], day[1], day[2]))
        if moment is not None:
            return moment
    return None


def _timestamp(found: re.Match[str]) -> datetime | None:
    """Return the moment; None leaves leap seconds, 24 o'clock and wrong offsets to the patient reader."""
    try:
        moment = datetime.fromisoformat(found[1] + (found[2] or ""))
    except ValueError:
        return None
    is_offset = _OFFSETS[0] <= (moment.utcoffset() or timedelta()) <= _OFFSETS[1]
    return moment if is_offset and moment.year in _YEARS and not _is_null(moment) else None


def _is_null(moment: datetime) -> bool:
    return moment.replace(tzinfo=moment.tzinfo or UTC) == _EPOCH


def in_zone(moment: datetime, zone: tzinfo) -> datetime | None:
    """Return a naive moment as one in `zone`, an aware one as it is; None where the calendar ends."""
    try:
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        # A fixed offset, so that what is written does not depend on the reader's zone database.
        return aware.astimezone(timezone(aware.utcoffset() or timedelta()))
    except (ValueError, OverflowError):
        return None


def to_rfc3339(moment: datetime) -> str:
    """Write an aware moment by RFC 3339 section 5.6, to the second; UTC is written ``Z``."""
    moment = _whole_minute_offset(moment).replace(microsecond=0)
    return moment.isoformat().replace("+00:00", "Z")


def to_rfc822(moment: datetime) -> str:
    """Write an aware moment as RSS wants it: RFC 822 with a four-digit year and a numeric offset."""
    return format_datetime(_whole_minute_offset(moment))


def _whole_minute_offset(moment: datetime) -> datetime:
    """Neither RFC can say an offset with seconds, which local mean times before about 1930 have."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"{moment!r} has no offset; only aware moments can be written")
    return moment.astimezone(UTC) if offset % timedelta(minutes=1) else moment


def _calendar_days(line: str, *, day_first: bool | None) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield start, end, year, month and day of everything in the line that looks like a date."""
    for pattern in (_YEAR_FIRST, _BASIC, _EAST_ASIAN):
        for found in pattern.finditer(line):
            yield found.start(), found.end(), int(found[1]), int(found[2]), int(found[3])
    for found in _DAY_MONTH.finditer(line):
        if found[2] in MONTHS and not (_is_bare_year(line, found) and is_counted(line, found.start())):
            start, day = first_of_range(line, found.start(), int(found[1]))
            yield start, found.end(), _full_year(found[3]), MONTHS[found[2]], day
    for found in _MONTH_DAY.finditer(line):
        if found[1] in MONTHS:
            yield found.start(), found.end(), int(found[3]), MONTHS[found[1]], int(found[2])
    for found in _NUMERIC.finditer(line):
        order = _numeric_order(int(found[1]), int(found[3]), found[2], line[found.end() :])
        if order is None and day_first is not None:
            order = (int(found[3]), int(found[1])) if day_first else (int(found[1]), int(found[3]))
        if order is not None:
            yield found.start(), found.end(), _full_year(found[4]), *order


def _is_bare_year(line: str, day_month: re.Match[str]) -> bool:
    """Return whether a year has two digits and no apostrophe, so that it may be any number."""
    return len(day_month[3]) == 2 and line[day_month.start(3) - 1] not in "'’"


def _full_year(digits: str) -> int:
    """Read a two-digit year as RFC 2822 section 4.3 and POSIX do: 69 to 99 are of the last century."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year > 68 else 2000)


def _numeric_order(first: int, second: int, separator: str, rest: str) -> tuple[int, int] | None:
    """Return month and day, or None where both orders are possible and nothing tells which."""
    indonesian = any(word.strip("().,") in INDONESIAN_ZONES for word in rest.split())
    if separator.startswith(".") or first > 12 or first == second or indonesian:
        return second, first
    return (first, second) if second > 12 else None


def _moment(line: str, span: tuple[int, int], day: tuple[int, int, int]) -> datetime | None:
    if day[0] not in _YEARS:
        return None
    clock = _TIME_AFTER.match(line, span[1]) or _TIME_BEFORE.search(line[max(0, span[0] - 40) : span[0]])
    try:
        moment = datetime(*day)  # noqa: DTZ001 - the caller knows the zone
        if clock is not None:
            moment = _at(moment, clock)
    except (ValueError, OverflowError):
        return None
    return None if _is_null(moment) else moment


def _at(day: datetime, clock: re.Match[str]) -> datetime:
    """Set the time of day; raise ValueError for one that does not exist."""
    hour, minute = int(clock[1] or clock[5]), int(clock[2] or 0)
    if half := clock[4] or clock[6]:
        if not 1 <= hour <= 12:
            raise ValueError("not an hour of the 12-hour clock")
        hour = hour % 12 + (12 if half == "p" else 0)
    second = 59 if clock[3] == "60" else int(clock[3] or 0)  # a leap second
    midnight_at_the_end = (hour, minute, second) == (24, 0, 0)
    moment = day.replace(hour=0 if midnight_at_the_end else hour, minute=minute, second=second)
    moment += timedelta(days=1) if midnight_at_the_end else timedelta()
    offset = _offset(clock)
    return moment if offset is None else moment.replace(tzinfo=timezone(offset))


def _offset(clock: re.Match[str]) -> timedelta | None:
    if clock[7]:
        offset = timedelta(hours=int(clock[8]), minutes=int(clock[9] or 0)) * (-1 if clock[7] == "-" else 1)
        return offset if _OFFSETS[0] <= offset <= _OFFSETS[1] else None
    return ZONES.get(clock[10] or "")
