"""How a site differs from what a rebuild into an empty one makes of the same articles."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping

from functions.publish import archive_index, rendered_catalogue, search_index, sitemaps
from functions.publish.archive_pages import month_key
from functions.publish.channels import PORTAL_CHANNEL, Channel, all_channels
from tests.support.publish_stores import MemoryObjects
from tests.support.publish_world import World
from tests.support.site_readers import Readers, shown_outputs

MONTH = re.compile(r"d/(\d{4}-\d\d)\.html")
# By series and, but for search, whose days are joined, by day; behind it may be the name of a part
PARTITION = re.compile(
    r"(search/|(?:.*/)?(?:feed-|atom-|sitemap-|d/)?\d{4}-\d\d-\d\d)[-\da-z]*\.(?:html|json|xml)"
)

Outputs = Mapping[str, bytes]


def dead_links(world: World) -> list[str]:
    """Return what leads to what is not there: notices and documents of what is empty do not, either."""
    site = MemoryObjects()
    site.objects = dict(world.site.objects)
    return Readers(site).problems


def differences(world: World, *, by_article: bool = False) -> list[str]:
    """Return the outputs (keys) in which a world's site and its rebuild differ.

    ``by_article``: of files by day only which articles each day's have. A full file is split for good: parts
    of which many articles have gone are split further than those of a rebuild.
    """
    rebuilt = shown_outputs(world.rebuilt())
    site = shown_outputs(world)
    passed_over = {*_emptied_months(world), *(_emptied_lists(world) - rebuilt.keys())}
    passed_over |= {rendered_catalogue.KEY}  # it tells which releases have written the site
    ours, theirs = (
        _days(outputs) if by_article else dict(outputs)
        for outputs in ({key: site[key] for key in site.keys() - passed_over}, rebuilt)
    )
    keys = (ours.keys() | theirs.keys()) - passed_over
    return sorted(key for key in keys if ours.get(key) != theirs.get(key))


def _emptied_lists(world: World) -> set[str]:
    """Return the lists of archives of which all articles have gone.

    What has once been there is written over and never deleted: a list of no days stays. A rebuild makes none.
    """
    return {
        channel.archive_index
        for channel in all_channels(world.catalogue)
        if channel.archive_index in world.site.objects and not _partitions(world, channel)
    }


def _emptied_months(world: World) -> set[str]:
    """Return the pages of months that have no days, which no list of months names.

    They stay as the lists do. Where an article of such a month is held back, a rebuild begins the page, too.
    """
    months = {month_key(day[:7]) for day in _partitions(world, PORTAL_CHANNEL)}
    return {key for key in world.site.objects if MONTH.fullmatch(key)} - months


def _partitions(world: World, channel: Channel) -> Collection[str]:
    stored = world.site.objects.get(channel.archive_index)
    return archive_index.read(stored.body if stored else b"").partitions


def _days(outputs: Outputs) -> dict[str, bytes]:
    """Return the outputs with one in place of all files of a day, and without what names these."""
    days: dict[str, set[str]] = {}
    others: dict[str, bytes] = {}
    for key, body in outputs.items():
        match = PARTITION.fullmatch(key)
        if match:
            days.setdefault(match[1], set()).update(_articles(key, body))
        elif not key.endswith("archive.json") and key not in (sitemaps.INDEX_KEY, search_index.INDEX_KEY):
            others[key] = body
    return others | {key: "\n".join(sorted(rows)).encode() for key, rows in days.items() if rows}


def _articles(key: str, body: bytes) -> Iterator[str]:
    """Return what a file of a day says of each of its articles; pages and XML feeds follow from the JSON."""
    if key.endswith(".json"):
        document = json.loads(body)
        yield from map(json.dumps, document.get("items", document.get("articles", ())))
    elif key.startswith("sitemap-"):
        yield from (str(row) for row in sitemaps.read_rows(body) if "/a/" in row.address)
