"""In which zone a publisher's dates are to be read and written.

What a publisher states is kept as stated. A zone is needed for what states none, for UTC (which
systems write, not newsrooms) and for one known mistake: systems that negate the offset, so that two
o'clock in Jakarta is written 14:00-07:00.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cached_property

from newswire.dates import in_zone

_HOUR = timedelta(hours=1)
# Western, central and eastern Indonesia have no daylight saving time.
_INDONESIA = {name: timezone(hours * _HOUR) for name, hours in (("wib", 7), ("wita", 8), ("wit", 9))}
_OFFSETS = frozenset(hours * _HOUR for hours in (7, 8, 9))
_NEGATED = frozenset(-offset for offset in _OFFSETS)
_ANY_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - a wall clock's
_CLOCK = re.compile(r"[0-9]{1,2}[.:][0-9]{2}[ )(]{0,3}(wib|wita|wit)\b", re.IGNORECASE)


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
        self._host = host
        self._language = language
        self._lines = lines

    def settle(self, moment: datetime) -> datetime | None:
        """Return a moment as read (naive where no offset was stated) as the aware one that is meant."""
        offset = moment.utcoffset()
        if offset is None:
            return in_zone(moment, self.indonesian or self._known.source or self._assumed)
        if offset in _NEGATED and self.indonesian and offset == -_offset(self.indonesian, moment):
            return in_zone(moment.replace(tzinfo=None), self.indonesian)
        if not offset and self.indonesian:
            return moment.astimezone(timezone(_offset(self.indonesian, moment)))
        return moment

    @cached_property
    def indonesian(self) -> tzinfo | None:
        """The zone of an Indonesian page: the source's, the one that the page names, or WIB; else None."""
        if not (self._host.endswith(".id") or self._language() == "id"):
            return None
        source = self._known.source
        if source is not None:
            return source if _offset(source, _ANY_DAY) in _OFFSETS else None
        named = (found[1].lower() for line in self._lines() if (found := _CLOCK.search(line)))
        return _INDONESIA[next(named, "wib")]

    @property
    def _assumed(self) -> tzinfo:
        known = self._known
        agrees = known.language is not None and known.language == self._language()
        return known.portal if known.portal is not None and agrees else UTC


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return zone.utcoffset(moment.replace(tzinfo=None)) or timedelta()
