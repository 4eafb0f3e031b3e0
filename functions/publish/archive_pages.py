"""Archive pages: a partition's articles, a month's calendar, and the list of all months."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from functions.publish.archive_index import Links, months_of
from functions.publish.channel_rendering import Rendered
from functions.publish.channel_words import channel_words
from functions.publish.channels import Channel
from functions.publish.entries import has_remote_images, has_unlisted_images
from functions.publish.look import Look
from functions.publish.partitions import wider

MONTHS_PAGE = "archive.html"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A page beside this one, and what the link to it says."""

    address: str
    name: str


def day_page(look: Look, channel: Channel, name: str, links: Links, entries: Sequence[Rendered]) -> bytes:
    """Return the page of a partition: its articles, or the parts that it was split into.

    One of neither is not written again, unless an article comes.
    """
    key = channel.archive(name)[-1]
    title, _ = channel_words(look, channel)
    period = look.calendar.period(name)

    def beside(other: str | None) -> Neighbour | None:
        return Neighbour(f"/{channel.archive(other)[-1]}", look.calendar.period(other)) if other else None

    above = wider(name)
    return look.page(
        "day.html",
        key,
        remote_images=has_remote_images(one.entry for one in entries),
        noimageindex=has_unlisted_images(one.entry for one in entries),
        lasting=not entries and not links.parts,
        title=f"{period} – {title}" if channel.kind != "portal" else look.words.day_title.format(day=period),
        heading=period,
        description=look.words.day_lead.format(channel=title, day=period),
        channel=channel,
        channel_name=title,
        month=Neighbour(f"/{month_key(name[:7])}", look.calendar.month(name[:7]))
        if channel.kind == "portal"
        else None,
        above=beside(above[-1]) if above else None,
        older=beside(links.older),
        newer=beside(links.newer),
        parts=[beside(part) for part in reversed(links.parts)],
        cards=[one.card for one in entries],
    )


def month_key(month: str) -> str:
    """Return the key of a month's page."""
    return f"d/{month}.html"


def month_page(look: Look, month: str, leaves: Collection[str]) -> bytes:
    """Return a month's calendar; its days lead to their pages where they hold articles.

    One without such days is not written again, unless an article comes.
    """
    days = {name[:10] for name in leaves}
    months = months_of(leaves)
    calendar = Calendar(look.calendar.first_weekday)
    weeks = [
        [_square(day, days) if day.month == int(month[5:]) else None for day in week]
        for week in calendar.monthdatescalendar(int(month[:4]), int(month[5:]))
    ]

    def beside(other: str | None) -> Neighbour | None:
        return Neighbour(f"/{month_key(other)}", look.calendar.month(other)) if other else None

    name = look.calendar.month(month)
    return look.page(
        "month.html",
        month_key(month),
        lasting=month not in months,
        title=look.words.day_title.format(day=name),
        heading=name,
        description=look.words.day_lead.format(channel=look.portal.name, day=name),
        weekdays=look.calendar.weekdays(),
        weeks=weeks,
        older=beside(max((one for one in months if one < month), default=None)),
        newer=beside(min((one for one in months if one > month), default=None)),
        months_page=f"/{MONTHS_PAGE}",
    )


def _square(day: date, days: Collection[str]) -> tuple[int, str | None]:
    return day.day, f"/d/{day}.html" if str(day) in days else None


def months_page(look: Look, leaves: Collection[str]) -> bytes:
    """Return the list of all months that hold articles, by year, newest first."""
    years: dict[str, list[Neighbour]] = {}
    for month in months_of(leaves):
        years.setdefault(month[:4], []).append(Neighbour(f"/{month_key(month)}", look.calendar.month(month)))
    return look.page(
        "months.html",
        MONTHS_PAGE,
        title=look.words.archive,
        description=look.words.archive_lead.format(portal=look.portal.name),
        years=years,
    )
