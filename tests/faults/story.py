"""The story that the faults disturb: thirteen articles, an edit, a copy, a retraction, a takedown.

A step is a moment and the web as it is then. Between two steps nothing changes but the clock, and the
clock moves only when the system is quiet. The answer of a publisher follows from the step alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from tests.support.extract_pages import HTML
from tests.support.web_server import Reply

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
PORTAL = "https://portal.example"
_PUBLISHERS = ("kabar", "warta", "suara")
SOURCES = f"""\
portal: {{name: Portal, url: '{PORTAL}', tagline: Contoh, language: id, timezone: UTC, contact: a@b.example}}
categories: {{nasional: Nasional, ekonomi: Ekonomi}}
defaults: {{display: full, index: index, request_gap: 0s, interval: 15m}}
sources:
  - {{id: kabar, name: Kabar, homepage: 'http://kabar.example', feeds: ['http://kabar.example/rss'], \
category: nasional}}
  - {{id: warta, name: Warta, homepage: 'http://warta.example', feeds: ['http://warta.example/atom'], \
category: ekonomi}}
  - {{id: suara, name: Suara, homepage: 'http://suara.example', feeds: ['http://suara.example/feed.json'], \
category: nasional, display: excerpt}}
"""

GOODS = (
    "beras",
    "gula",
    "garam",
    "kopi",
    "teh",
    "jagung",
    "kedelai",
    "cabai",
    "bawang",
    "tomat",
    "kelapa",
    "sagu",
)
EDITED, GONE, LATE = "gula", "tomat", "pala"
TAKEN_DOWN = "kopi"
_WORDS = "Harga {good} di pasar induk turun {number} persen setelah panen raya dimulai di tiga kabupaten. "


@dataclass(frozen=True, slots=True)
class Step:
    """What is true of the web from ``at`` on: replies by absolute URL.

    ``refresh`` tells whether publish's hourly run falls into it, ``counts`` whether its calls are to fail;
    ``takes_down`` is the address of an article that the operator takes down before all else. ``hides`` are
    headlines that are nowhere in the site when all is quiet.
    """

    name: str
    at: datetime
    web: Mapping[str, Reply]
    refresh: bool = False
    counts: bool = True
    takes_down: str | None = None
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed; ``edition`` is in its summary and on its page."""

    good: str
    publisher: str
    edition: str = "lima"

    @property
    def url(self) -> str:
        """Return the address of its page."""
        return f"http://{self.publisher}.example/berita/harga-{self.good}"

    @property
    def title(self) -> str:
        """Return its headline."""
        return f"Harga {self.good} turun"

    @property
    def summary(self) -> str:
        """Return what the feed says of it."""
        return f"Harga {self.good} turun {self.edition} persen."

    @property
    def published(self) -> datetime:
        """Return its date, some hours before the story begins."""
        return START - timedelta(minutes=10 * (2 + (*GOODS, LATE).index(self.good)))


def story() -> list[Step]:
    """Return the steps in their order."""
    first = [Entry(good, _PUBLISHERS[index // 4]) for index, good in enumerate(GOODS)]
    edited = [*(_edited(entry) for entry in first), Entry(LATE, "warta")]
    without = [entry for entry in edited if entry.good != GONE]
    unwanted = next(entry for entry in first if entry.good == TAKEN_DOWN)
    told_anew = Entry(TAKEN_DOWN, unwanted.publisher, "delapan")
    back = [told_anew if entry == unwanted else entry for entry in without]
    back.append(Entry(GONE, "suara", "sembilan"))
    down = (unwanted.title,)
    neither = (unwanted.title, Entry(GONE, "suara").title)
    hour = timedelta(hours=1)
    return [
        Step("first sight", START, _web(first)),
        Step("an edit and a new entry", START + 2 * hour, _web(edited), refresh=True),
        Step("a page is gone", START + 26 * hour, _web(without), takes_down=unwanted.url, hides=down),
        Step("it is still gone", START + 28 * hour, _web(without), refresh=True, hides=neither),
        Step("both come back", START + 31 * hour, _web(back), hides=neither),
        # What the last step may leave to them
        Step("the next schedules", START + 33 * hour, _web(back), refresh=True, counts=False, hides=neither),
    ]


def _edited(entry: Entry) -> Entry:
    return Entry(entry.good, entry.publisher, "tujuh") if entry.good == EDITED else entry


def _web(entries: Sequence[Entry]) -> dict[str, Reply]:
    """Return the feeds, the pages, and 410 for the page that no feed names."""
    carried = {name: [entry for entry in entries if entry.publisher == name] for name in _PUBLISHERS}
    # The third publisher carries two articles of the first one's.
    carried["suara"] += [entry for entry in entries if entry.good in ("beras", TAKEN_DOWN)]
    gone = Entry(GONE, "suara")
    return {
        "http://kabar.example/rss": _rss(carried["kabar"]),
        "http://warta.example/atom": _atom(carried["warta"]),
        "http://suara.example/feed.json": _json_feed(carried["suara"]),
        gone.url: Reply(status=410, content_type=HTML),
        **{entry.url: _page(entry) for entry in entries},
    }


def _page(entry: Entry) -> Reply:
    words = _WORDS.format(good=entry.good, number=entry.edition)
    body = (
        f"<!doctype html><html lang=id><head><title>{entry.title}</title>"
        f'<link rel=canonical href="{entry.url}">'
        f'<meta property="article:published_time" content="{entry.published.isoformat()}"></head><body>'
        f"<article><h1>{entry.title}</h1>{f'<p>{words * 3}</p>' * 3}</article></body></html>"
    )
    return Reply(body.encode(), content_type=HTML)


def _rss(entries: Sequence[Entry]) -> Reply:
    items = "".join(
        f"<item><title>{entry.title}</title><link>{entry.url}</link><guid>{entry.url}</guid>"
        f"<pubDate>{entry.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{escape(entry.summary)}</description></item>"
        for entry in entries
    )
    return _tagged(f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>', "rss+xml")


def _atom(entries: Sequence[Entry]) -> Reply:
    items = "".join(
        f'<entry><title>{entry.title}</title><link href="{entry.url}"/><id>{entry.url}</id>'
        f"<updated>{entry.published.isoformat()}</updated><published>{entry.published.isoformat()}</published>"
        f"<summary>{escape(entry.summary)}</summary></entry>"
        for entry in entries
    )
    head = f"<title>Warta</title><id>urn:warta</id><updated>{START.isoformat()}</updated>"
    return _tagged(f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{items}</feed>', "atom+xml")


def _json_feed(entries: Sequence[Entry]) -> Reply:
    items = [
        {
            "id": entry.url,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary,
            "date_published": entry.published.isoformat(),
        }
        for entry in entries
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "Suara", "items": items}
    return _tagged(json.dumps(document), "feed+json")


def _tagged(text: str, subtype: str) -> Reply:
    # A validator, or the feed would be asked once an hour only.
    tag = hashlib.sha256(text.encode()).hexdigest()
    return Reply(text.encode(), content_type=f"application/{subtype}", etag=f'"{tag}"')
