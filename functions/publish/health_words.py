"""How a source's feeds do, in the portal's words: the source in a sentence, its feeds where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from functions.publish.calendar_words import CalendarWords
from functions.publish.feed_health import FeedHealth, together
from functions.publish.wording import Wording


@dataclass(frozen=True, slots=True)
class ToldHealth:
    """A sentence about a source, and one for each feed, by URL, where not all of several deliver."""

    source: str
    feeds: Mapping[str, str]


def told(feeds: Mapping[str, FeedHealth], words: Wording, calendar: CalendarWords) -> ToldHealth:
    """Return what is told of a source, one or more of whose feeds, by URL, are known."""
    best = together(feeds.values())
    delivering = sum(one.kind == "delivering" for one in feeds.values())
    if delivering == len(feeds) or len(feeds) == 1:
        return ToldHealth(_sentence(best, words, calendar), {})
    single = {url: _sentence(one, words, calendar) for url, one in feeds.items()}
    if not delivering:
        return ToldHealth(_sentence(best, words, calendar), single)
    partly = words.health_partly.format(delivering=delivering, feeds=len(feeds))
    newest = words.health_newest.format(day=calendar.date(best.day)) if best.day else ""
    return ToldHealth(partly + newest, single)


def _sentence(health: FeedHealth, words: Wording, calendar: CalendarWords) -> str:
    sentences = words.health if health.day and health.kind in words.health else words.health_undated
    cause = words.health_causes[health.cause or "unreadable"].format(status=health.status)
    day = calendar.date(health.day) if health.day else None
    return sentences[health.kind].format(day=day, cause=cause, status=health.status)
