"""Feed documents written on the spot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

NOW = datetime(2025, 6, 2, 8, tzinfo=UTC)
QUARTER = timedelta(minutes=15)  # how often a source of the tests is asked


@dataclass(frozen=True, slots=True)
class Item:
    """One RSS item; ``age`` in hours before `NOW` makes its date, ``None`` leaves it out."""

    number: int
    title: str = ""
    link: str | None = None
    guid: str | None = None
    age: float | None = 1.0
    description: str = "Ringkasan"
    more: str = ""

    def xml(self) -> str:
        """Return the element."""
        link = f"https://kabar.example/berita/{self.number}" if self.link is None else self.link
        parts = [
            f"<title>{escape(self.title or f'Berita {self.number}')}</title>",
            f"<link>{escape(link)}</link>" if link else "",
            f"<guid isPermaLink='false'>{escape(self.guid)}</guid>" if self.guid is not None else "",
            f"<description>{escape(self.description)}</description>" if self.description else "",
            "" if self.age is None else f"<pubDate>{rfc822(NOW - timedelta(hours=self.age))}</pubDate>",
            self.more,
        ]
        return f"<item>{''.join(parts)}</item>"


def rss(items: Iterable[Item], head: str = "") -> bytes:
    """Return an RSS 2.0 document in UTF-8; ``head`` is more of the channel's own XML."""
    body = "".join(item.xml() for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Kabar</title>'
        f"<link>https://kabar.example/</link><description>x</description>{head}{body}</channel></rss>"
    ).encode()


def rfc822(moment: datetime) -> str:
    """Return a date as feeds write it."""
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
