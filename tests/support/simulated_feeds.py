"""Five thousand feeds of the kinds that there are, made from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from newswire.sources import Catalogue, Source
from tests.support.catalogues import catalogue, source
from tests.support.simulated_web import Channel, Trouble

MINUTE, HOUR, DAY = 60, 3600, 86400
BIG_DOMAINS = (75, 60, 50, 45, 40, 35, 30, 30, 25, 25, 20, 20)
# Shares of the feeds by the time between two entries: from minutes to a week.
_RHYTHMS = (
    (0.01, (5 * MINUTE, 10 * MINUTE)),
    (0.05, (15 * MINUTE, HOUR)),
    (0.14, (3 * HOUR, 5 * HOUR)),
    (0.50, (12 * HOUR, 36 * HOUR)),
    (0.30, (5 * DAY, 7 * DAY)),
)


def simulated_feeds(count: int, start: int, seed: int) -> list[Channel]:
    """Return so many feeds of about four fifths as many domains, as they stand at ``start``."""
    dice = random.Random(seed)  # noqa: S311 - a world to test in, no secret
    channels: list[Channel] = []
    for domain, size in enumerate(_sizes(count, dice)):
        troubles = _refusals(dice, start)
        interval = dice.choices((900, 300, HOUR, 6 * HOUR), (0.92, 0.03, 0.04, 0.01))[0]
        for _ in range(size):
            plain = _channel(dice, len(channels), f"d{domain}.example", start)
            plain = replace(plain, source=f"s{domain}", interval=interval, troubles=troubles)
            channels.append(_peculiar(plain, dice, start))
    return channels


def catalogue_of(channels: Sequence[Channel]) -> Catalogue:
    """Return the catalogue with one source a domain, a second apart."""
    by_source: dict[str, list[Channel]] = {}
    for channel in channels:
        by_source.setdefault(channel.source, []).append(channel)
    return catalogue(*(_source(name, feeds) for name, feeds in by_source.items()))


def _source(name: str, feeds: Sequence[Channel]) -> Source:
    return source(
        id=name,
        feeds=tuple(feed.url for feed in feeds),
        interval=timedelta(seconds=feeds[0].interval),
        request_gap=timedelta(seconds=1),
    )


def _sizes(count: int, dice: random.Random) -> Iterator[int]:
    for size in (size * count // 5000 for size in BIG_DOMAINS):
        if size > 1:
            count -= size
            yield size
    while count:
        size = min(count, dice.choices((1, 2, 3, 4), (0.92, 0.04, 0.03, 0.01))[0])
        count -= size
        yield size


def _channel(dice: random.Random, number: int, domain: str, start: int) -> Channel:
    _, bounds = dice.choices(_RHYTHMS, [share for share, _ in _RHYTHMS])[0]
    rhythm = dice.randrange(*bounds)
    host = dice.choice(("www", "www", "id"))
    return Channel(
        number=number,
        source="",
        url=f"https://{host}.{domain}/rss/{number}",
        domain=domain,
        rhythm=rhythm,
        origin=start - 40 * rhythm - dice.randrange(rhythm),
        # A fast feed's document covers more than two hours, as they do.
        size=30 if rhythm < 15 * MINUTE else 15,
        topic=number - number % 2 if dice.random() < 0.1 else None,
    )


def _refusals(dice: random.Random, start: int) -> tuple[Trouble, ...]:
    """Return when a whole domain is asked too much: some hours of the day, of one domain in twenty."""
    if dice.random() > 0.05:
        return ()
    begins = start + dice.randrange(20 * HOUR)
    stated = dice.choice((None, None, 120, 1800, 2 * HOUR, 30 * HOUR))
    return (Trouble(begins, begins + dice.randrange(HOUR, 4 * HOUR), dice.choice((429, 503)), stated),)


def _peculiar(channel: Channel, dice: random.Random, start: int) -> Channel:
    """Return the feed with what one in so many feeds has of its own."""
    moment = start + dice.randrange(20 * HOUR)
    kind = dice.random()
    if kind < 0.10:
        return replace(channel, validator="")
    if kind < 0.15:
        return replace(channel, ttl=dice.choice((30, 60, 90, 120, 1440)) * MINUTE)
    if kind < 0.20:
        return replace(channel, max_age=dice.choice((300, 1200, HOUR, 3 * HOUR, 48 * HOUR)))
    if kind < 0.24:
        return replace(channel, last=start - dice.randrange(20, 400) * DAY, origin=start - 500 * DAY)
    if kind < 0.28:
        trouble = Trouble(moment, moment + dice.randrange(2 * HOUR, 8 * HOUR), dice.choice((0, 404, 500)))
        return replace(channel, troubles=(*channel.troubles, trouble))
    if kind < 0.29:
        return replace(channel, troubles=(Trouble(moment, start + 9 * DAY, 410),))
    if kind < 0.30:
        return replace(channel, moves=(moment, f"https://baru.{channel.domain}/rss/{channel.number}"))
    if kind < 0.302:
        return _index(channel)
    return replace(channel, validator=dice.choice(("etag", "etag", "last-modified")))


def _index(channel: Channel) -> Channel:
    children = tuple(
        replace(
            channel,
            number=1_000_000 + channel.number * 10 + index,
            url=f"{channel.url}/sitemap-{index}.xml",
            rhythm=rhythm,
            origin=channel.origin,
            topic=None,
            parent=channel.url,
        )
        for index, rhythm in enumerate((channel.rhythm, channel.rhythm * 3))
    )
    return replace(channel, children=children)
