"""How far entries, links, titles and dates are feedparser's, with every kind of difference counted.

Compared is what a text means: a title without markup and references, a link as we keep links (no
fragment, which no server ever sees; the host in lower case; http and https alone), the moment by which an
entry's age is judged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.bench.rows import Table
from benchmarks.feed_polls import TIMEZONE, Feed
from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import FeedEntry, entry_time, plain_title, resolved
from newswire.date_names import INDONESIAN_ZONES

WHATS = ("entries", "links", "titles", "dates")
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2}|\b[A-Z]{1,5})\)?\s*$|[0-9]T[0-9:.]+Z", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})")
_NAMED = re.compile(r"\b(" + "|".join(INDONESIAN_ZONES) + r")\b", re.IGNORECASE)

BY_TEXT = {
    "the text names an Indonesian zone; feedparser reads UTC",
    "the text has no zone: feedparser reads UTC, we the publisher's zone",
    "the text is year/month/day as we read it; feedparser takes the day for the month",
    "only we read the date",
}
"""Differences in which the document's own text is on our side: they count as agreement."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often each kind of difference came, among so many ``entries`` of feedparser's."""

    kinds: Mapping[tuple[str, str], int]
    entries: int

    @property
    def percent(self) -> Mapping[str, float]:
        """Return the percentage that agrees, by what was compared; what the text decides for us agrees."""
        return self._percent(BY_TEXT)

    def _percent(self, agreeing: Collection[str]) -> dict[str, float]:
        missed = Counter(dict.fromkeys(WHATS, 0))
        for (what, kind), number in self.kinds.items():
            missed[what] += 0 if kind in agreeing else number
        return {what: 100 * (1 - missed[what] / self.entries) for what in WHATS}

    def tables(self) -> tuple[Table, ...]:
        """Return the percentages both ways, and the kinds of difference, the frequent ones first."""
        counted, literally = self._percent(BY_TEXT), self._percent(())
        shares = tuple((what, f"{counted[what]:.2f}", f"{literally[what]:.2f}") for what in WHATS)
        rows = sorted(self.kinds.items(), key=lambda each: (WHATS.index(each[0][0]), -each[1]))
        cells = tuple((what, kind, str(n), "yes" if kind in BY_TEXT else "no") for (what, kind), n in rows)
        heading = (
            "Differences from feedparser's entries; where the document's own text decides for us, they"
            " count as agreement"
        )
        return (
            Table(
                "Entries as feedparser's, %:",
                ("what", "as the bars count", "every difference counted"),
                shares,
            ),
            Table(heading, ("what", "kind", "entries", "by the text"), cells),
        )


def agreement(bodies: Mapping[Feed, bytes], found: Mapping[Feed, Sequence[Mapping[str, Any]]]) -> Agreement:
    """Compare what we read of each feed with what feedparser found in it."""
    kinds: Counter[tuple[str, str]] = Counter()
    for feed, body in bodies.items():
        kinds.update(_of_feed(feed, body, found[feed]))
    return Agreement(kinds, sum(map(len, found.values())))


def _of_feed(feed: Feed, body: bytes, theirs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    try:
        ours: Sequence[FeedEntry] = parse(body, feed.content_type, feed.url, TIMEZONE).entries
    except ValueError:
        ours = ()
    if len(ours) != len(theirs):
        yield from [("entries", "another number of entries")] * len(theirs)
        return
    for entry, other in zip(ours, theirs, strict=True):
        yield from differences(entry, other, feed.url)


def differences(ours: FeedEntry, theirs: Mapping[str, Any], url: str) -> Iterator[tuple[str, str]]:
    """Yield what differs between our entry and feedparser's, and in which way."""
    if ours.url != (link := resolved(theirs["link"], url)):
        yield "links", _sided(ours.url, link)
    if ours.title != (title := plain_title(theirs["title"])):
        yield "titles", _sided(ours.title, title)
    moment, stated = entry_time(ours), _stated(theirs)
    if (None if moment is None else moment.timestamp()) != stated:
        yield "dates", _date_kind(moment, stated, theirs)


def _stated(theirs: Mapping[str, Any]) -> int | None:
    published: int | None = theirs["published"]
    updated: int | None = theirs["updated"]
    return updated if published is None else published


def _date_kind(moment: datetime | None, stated: int | None, theirs: Mapping[str, Any]) -> str:
    if moment is None or stated is None:
        return "only we read the date" if moment else "only feedparser reads the date"
    text = theirs["published_text"] or theirs["updated_text"] or ""
    if moment.replace(tzinfo=UTC).timestamp() == stated:
        if _NAMED.search(text):
            return "the text names an Indonesian zone; feedparser reads UTC"
        if not _ZONE.search(text):
            return "the text has no zone: feedparser reads UTC, we the publisher's zone"
    if (digits := _YEAR_FIRST.fullmatch(text)) and moment.timetuple()[:6] == tuple(map(int, digits.groups())):
        return "the text is year/month/day as we read it; feedparser takes the day for the month"
    return "another moment"


def _sided(ours: str | None, theirs: str | None) -> str:
    if ours is None or theirs is None:
        return "only ours has one" if ours else "only feedparser's has one"
    return "another one"
