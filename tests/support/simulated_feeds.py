"""Five thousand feeds of the kinds that there are, made from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
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
    plain = source()
    return catalogue(*(_source(plain, name, feeds) for name, feeds in by_source.items()))


def _source(plain: Source, name: str, feeds: Sequence[Channel]) -> Source:
    return replace(
        plain,
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
        size=30 if rhythm < 15 * MINUTE else 10,
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
    shares = [share for share, _ in _PECULIARITIES]
    kinds = [kind for _, kind in _PECULIARITIES]
    return dice.choices([*kinds, _ordinary], [*shares, 1 - sum(shares)])[0](channel, dice, start)


def _ordinary(channel: Channel, dice: random.Random, _: int) -> Channel:
    return replace(channel, validator=dice.choice(("etag", "etag", "last-modified")))


def _without_validators(channel: Channel, _: random.Random, __: int) -> Channel:
    return replace(channel, validator="")


def _with_ttl(channel: Channel, dice: random.Random, _: int) -> Channel:
    return replace(channel, ttl=dice.choice((30, 60, 90, 120, 1440)) * MINUTE)


def _with_max_age(channel: Channel, dice: random.Random, _: int) -> Channel:
    return replace(channel, max_age=dice.choice((300, 1200, HOUR, 3 * HOUR, 48 * HOUR)))


def _silent(channel: Channel, dice: random.Random, start: int) -> Channel:
    return replace(channel, last=start - dice.randrange(20, 400) * DAY, origin=start - 500 * DAY)


def _failing(channel: Channel, dice: random.Random, start: int) -> Channel:
    begins = start + dice.randrange(20 * HOUR)
    trouble = Trouble(begins, begins + dice.randrange(2 * HOUR, 8 * HOUR), dice.choice((0, 404, 500)))
    return replace(channel, troubles=(*channel.troubles, trouble))


def _gone(channel: Channel, dice: random.Random, start: int) -> Channel:
    trouble = Trouble(start + dice.randrange(20 * HOUR), start + 9 * DAY, 410)
    return replace(channel, troubles=(*channel.troubles, trouble))


def _moved(channel: Channel, dice: random.Random, start: int) -> Channel:
    new = f"https://baru.{channel.domain}/rss/{channel.number}"
    return replace(channel, moves=(start + dice.randrange(20 * HOUR), new))


def _index(channel: Channel, _: random.Random, __: int) -> Channel:
    children = tuple(
        replace(
            channel,
            number=1_000_000 + channel.number * 10 + index,
            url=f"{channel.url}/sitemap-{index}.xml",
            rhythm=rhythm,
            topic=None,
            parent=channel.url,
        )
        for index, rhythm in enumerate((channel.rhythm, channel.rhythm * 3))
    )
    return replace(channel, children=children)


_PECULIARITIES: tuple[tuple[float, Callable[[Channel, random.Random, int], Channel]], ...] = (
    (0.10, _without_validators),
    (0.05, _with_ttl),
    (0.05, _with_max_age),
    (0.04, _silent),
    (0.04, _failing),
    (0.01, _gone),
    (0.01, _moved),
    (0.002, _index),
)
