"""What polls ask of AWS: a scheduled run over feeds that have something new, or nothing."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.gate.counts import Counts
from benchmarks.gate.deployed import START, Deployed, deployed
from tests.support.fetch_feeds import Item, rfc822, rss
from tests.support.web_server import Reply

SCHEDULED = {"trigger": "schedule", "task": "poll"}
_LISTED = 20


def counted() -> Counts:
    """Return the counts of runs over one feed and over ten."""
    one, ten = ("kabar",), tuple(f"kabar-{number}" for number in range(10))
    return {**_runs("1 feed", one), **_runs("10 feeds", ten)}


def _runs(title: str, publishers: tuple[str, ...]) -> Counts:
    found = {}
    with deployed(*publishers) as stack:
        for number, what in enumerate(("first look", "304", "one new entry each")):
            newest = _LISTED + (number > 1)
            for name in publishers:
                show(stack, name, newest)
            found[f"poll of {title}, {what}"] = stack.invoke("fetch", SCHEDULED)
            stack.now += timedelta(days=1)
    return found


def show(stack: Deployed, publisher: str, newest: int) -> None:
    """Let a publisher's feed list its newest entries; with the same ones it answers 304."""
    listed = [_item(publisher, number) for number in range(newest, newest - _LISTED, -1)]
    reply = Reply(rss(listed), etag=f'"{newest}"')
    stack.web.replies[f"http://{publisher}.id/rss"] = reply


def _item(publisher: str, number: int) -> Item:
    moment = START + timedelta(minutes=number - 60)
    return Item(
        number,
        f"Berita {number} dari {publisher}",
        f"http://{publisher}.id/berita/{number}",
        age=None,
        more=f"<pubDate>{rfc822(moment)}</pubDate>",
    )
