"""In which zone a publisher's dates are to be read and written.

An offset that a publisher states is kept. A zone is needed for times that state none, for UTC (which
systems write, not newsrooms) and for one known mistake of systems in Indonesia: they negate the offset,
so that two o'clock in Jakarta is written 14:00-07:00.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newswire.dates import in_zone

_HOUR = timedelta(hours=1)
# Western, central and eastern Indonesia have no daylight saving time.
_INDONESIA = {name: timezone(hours * _HOUR) for name, hours in (("wib", 7), ("wita", 8), ("wit", 9))}
_OFFSETS = frozenset(hours * _HOUR for hours in (7, 8, 9))
# Whole hours, and what else there is or was in this century (IANA's time zone database).
_ALL_OFFSETS = frozenset(
    [hours * _HOUR for hours in range(-12, 15)]
    + [
        hours * _HOUR
        for hours in (-9.5, -4.5, -3.5, -2.5, 3.5, 4.5, 5.5, 5.75, 6.5, 8.5, 8.75, 9.5, 10.5, 12.75)
    ]
)
_ANY_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - a wall clock's
_CLOCK = re.compile(r"[0-9]{1,2}[.:][0-9]{2}[ )(]{0,3}(wib|wita|wit)\b", re.IGNORECASE)

# Countries with one zone (or nearly), by their top-level domains; languages of such countries only.
_COUNTRIES = {
    "Europe/Berlin": "de at ch li lu fr it nl be dk no se pl cz sk hu si hr rs es",
    "Europe/London": "uk ie",
    "Europe/Athens": "gr ro bg fi ee lv lt ua cy",
    "Europe/Istanbul": "tr",
    "Asia/Tokyo": "jp kr",
    "Asia/Singapore": "sg my ph tw hk",
    "Asia/Bangkok": "th vn",
    "Asia/Kolkata": "in lk",
    "Asia/Jerusalem": "il",
}
_LANGUAGES = {
    "Europe/Berlin": "de it nl da nb no sv pl cs sk hu sl hr",
    "Europe/Athens": "el ro bg fi et lv lt uk",
    "Europe/Istanbul": "tr",
    "Asia/Tokyo": "ja ko",
    "Asia/Bangkok": "th vi",
    "Asia/Jerusalem": "he",
}
_ZONE_OF_COUNTRY = {code: zone for zone, codes in _COUNTRIES.items() for code in codes.split()}
_ZONE_OF_LANGUAGE = {code: zone for zone, codes in _LANGUAGES.items() for code in codes.split()}


@dataclass(frozen=True, slots=True)
class KnownZones:
    """What is known of a page's zone before it is read.

    `source` is the zone configured for the source; `portal` the portal's own, for pages in `language`,
    the portal's. None where nothing is known.
    """

    source: tzinfo | None = None
    portal: tzinfo | None = None
    language: str | None = None


class PublisherZone:
    """Decides for one page; what costs a look at the page is looked at when first needed.

    `language`: returns the page's language, ISO 639-1; `lines`: returns the texts around the headline,
    where newsrooms name the zone of Indonesia that they write in; `host`: the page's.
    """

    def __init__(
        self,
        known: KnownZones,
        host: str,
        language: Callable[[], str | None],
        lines: Callable[[], Iterable[str]],
    ) -> None:
        self._known = known
        self._country = host.rsplit(".", 1)[-1]
        self._language = language
        self._lines = lines

    def settle(self, moment: datetime) -> datetime | None:
        """Return a moment as read (naive where no offset was stated) as the aware one that is meant.

        In order of trust: the offset stated, if it is no negated one; the source's zone; the country's and
        the language's; the portal's, for pages in its language; UTC.
        """
        offset = moment.utcoffset()
        if offset is None:
            return in_zone(moment, self._known.source or self.own or self._portal or UTC)
        if not offset:
            return moment if self.own is None else in_zone(moment.astimezone(self.own), UTC)
        if -offset in _OFFSETS and self.own is not None and self.is_indonesian:
            return in_zone(moment.replace(tzinfo=None), self.own)
        return moment

    @cached_property
    def is_indonesian(self) -> bool:
        """Whether the page's country or language is Indonesian."""
        return self._country == "id" or (self._country not in _ZONE_OF_COUNTRY and self._language() == "id")

    @cached_property
    def own(self) -> tzinfo | None:
        """The zone that country or language tell, None where they have several.

        For Indonesia: the source's, if it is one of the country's, else the one the page names, else WIB.
        """
        if self.is_indonesian:
            source = self._known.source
            if source is not None and source.utcoffset(_ANY_DAY) in _OFFSETS:
                return source
            named = (found[1].lower() for line in self._lines() if (found := _CLOCK.search(line)))
            return _INDONESIA[next(named, "wib")]
        name = _ZONE_OF_COUNTRY.get(self._country) or _ZONE_OF_LANGUAGE.get(self._language() or "")
        try:
            return ZoneInfo(name) if name else None
        except ZoneInfoNotFoundError:  # a system without a zone database
            return None

    @property
    def _portal(self) -> tzinfo | None:
        known = self._known
        return known.portal if known.language is not None and known.language == self._language() else None


def in_local_form(moment: datetime, clocks: Iterable[datetime]) -> datetime:
    """Write a moment that is stated in UTC in the publisher's offset, if the page betrays it.

    It does where it names the same moment by another clock: to the minute, as far apart as zones are.
    """
    utc = moment.replace(tzinfo=None, second=0, microsecond=0)
    for clock in clocks:
        ahead = clock.replace(tzinfo=None, second=0, microsecond=0) - utc
        stated = clock.utcoffset()
        is_day_only = stated is None and (clock.hour, clock.minute) == (0, 0)
        if ahead and not is_day_only and (ahead == stated if stated else ahead in _ALL_OFFSETS):
            return moment.astimezone(timezone(ahead))
    return moment
