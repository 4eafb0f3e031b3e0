"""Moments and languages as readers of a language write them: the boundary to Babel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from functions.publish.wording import Counted
from newswire.sources import Language, Portal

_LOCALES: dict[Language, str] = {"id": "id", "en": "en_GB"}
_CLOCK: dict[Language, str] = {"id": "HH.mm", "en": "HH:mm"}
_OFFSET_SIGNS = ("+", "-")


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """Writes moments in the portal's language and time zone."""

    language: Language
    timezone: str

    @classmethod
    def of(cls, portal: Portal) -> CalendarWords:
        """Return the calendar of a portal."""
        return cls(portal.language, portal.timezone)

    def long(self, moment: datetime) -> str:
        """Return day, date, time and zone: "Jumat, 2 Januari 2026, 10.04 WIB"."""
        day = self._format(moment, f"EEEE, d MMMM y, {_CLOCK[self.language]}")
        return f"{day} {self._zone_name(moment)}"

    def short(self, moment: datetime) -> str:
        """Return date and time in short: "2 Jan 2026, 10.04"."""
        return self._format(moment, f"d MMM y, {_CLOCK[self.language]}")

    def day(self, moment: datetime) -> str:
        """Return day and date: "Jumat, 2 Januari 2026"."""
        return self._format(moment, "EEEE, d MMMM y")

    def date(self, day: str) -> str:
        """Return a date: "2 Januari 2026" of ``2026-01-02``."""
        return format_date(date.fromisoformat(day), "d MMMM y", locale=_locale(self.language))

    def counted(self, words: Counted, number: float) -> str:
        """Return how many there are in words: "1 article", "1,200 articles" (CLDR's plural rules)."""
        locale = _locale(self.language)
        form = words.one if words.one and locale.plural_form(number) == "one" else words.other
        return form.format(count=format_decimal(number, locale=locale))

    def period(self, name: str) -> str:
        """Return what a partition of an archive covers: "2 Januari 2026, 15.00–15.59"."""
        day = format_date(date.fromisoformat(name[:10]), "EEEE, d MMMM y", locale=_locale(self.language))
        clock = name[11:15]
        if not clock:
            return day
        colon = _CLOCK[self.language][2]
        first, last = clock.ljust(4, "0"), f"{clock[:3]}9" if len(clock) == 4 else f"{clock}59"
        letter = f" ({name[16:]})" if name[16:] else ""
        return f"{day}, {first[:2]}{colon}{first[2:]}–{last[:2]}{colon}{last[2:]}{letter}"

    def month(self, name: str) -> str:
        """Return a month's name: "Januari 2026" of ``2026-01``."""
        return format_date(date.fromisoformat(f"{name}-01"), "MMMM y", locale=_locale(self.language))

    @property
    def first_weekday(self) -> int:
        """Return the day that weeks begin with, Monday being 0."""
        return _locale(self.language).first_week_day

    def weekdays(self) -> list[tuple[str, str]]:
        """Return the days of the week in the calendar's order, short and in full."""
        names = _locale(self.language).days["format"]
        order = [(self.first_weekday + number) % 7 for number in range(7)]
        return [(names["abbreviated"][day], names["wide"][day]) for day in order]

    def language_name(self, code: str) -> str:
        """Return what a language (ISO 639) is called: "Inggris"; the code itself where CLDR has no name."""
        return str(_locale(self.language).languages.get(code, code))

    def _format(self, moment: datetime, pattern: str) -> str:
        return format_datetime(moment, pattern, tzinfo=ZoneInfo(self.timezone), locale=_locale(self.language))

    def _zone_name(self, moment: datetime) -> str:
        # CLDR abbreviates a zone only in the languages of its region: WIB is known in Indonesian alone.
        for language in (self.language, *_LOCALES):
            name = format_datetime(moment, "z", tzinfo=ZoneInfo(self.timezone), locale=_locale(language))
            if not name.startswith(_OFFSET_SIGNS):
                return name
        return self._format(moment, "ZZZZ")


@lru_cache
def _locale(language: Language) -> Locale:
    return Locale.parse(_LOCALES[language])
