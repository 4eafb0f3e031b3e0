"""Walking through a backup, and writing back into the stack's tables what they lack of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from functions.publish.article_data import data_key
from functions.publish.entries import page_key
from local.local_run import ARTICLES, FEEDS
from local.recover.decisions import Shown, Wish, verdict
from local.upkeep.items import Decide, Item, Upkeep
from local.upkeep.place import Place
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.stops import STOPS_PK

LEFT_OUT = "made again by itself, and so left out"
# What else is in FeedTable is asked for again: back-off, leases, robots.txt, what a source's pages were like.
_TABLES = {"article": ARTICLES, "alias": ARTICLES, "copies": ARTICLES, STOPS_PK: ARTICLES, "feed": FEEDS}


@dataclass(frozen=True, slots=True)
class Recovery:
    """One run of ``make recover``."""

    place: Place
    wish: Wish
    upkeep: Upkeep

    def recover(self, pages: Iterable[Sequence[Item]]) -> None:
        """Take the restored items, page by page; a run that was killed is begun again, and goes on."""
        for page in pages:
            wanted = [item for item in page if self.wish.covers(item)]
            kinds = {item["pk"]: _TABLES.get(item["pk"].partition("#")[0]) for item in wanted}
            self.upkeep.counts[LEFT_OUT] += sum(name is None for name in kinds.values())
            for name, table in self.place.tables.items():
                items = [item for item in wanted if kinds[item["pk"]] == name]
                present = table.get_many(item["pk"] for item in items)
                for item in items:
                    self.upkeep.settle(table, item["pk"], present.get(item["pk"]), self._deciding(item))

    def _deciding(self, restored: Item) -> Decide:
        shown = partial(shown_of, self.place.site, restored)
        return lambda present: verdict(restored, present, self.wish, shown)


def shown_of(site: Bucket, item: Item) -> Shown:
    """Return what the site shows of an article: of its page and its JSON, the later."""
    if "slug" not in item:
        return Shown()
    keys = (page_key(item["slug"], item["id"]), data_key(item["id"]))
    found = [stored for key in keys if (stored := site.get(key))]
    marks = [stored.metadata for stored in found]
    versions = [int(mark["version"]) for mark in marks if mark.get("version", "").isdecimal()]
    since = max((instant(stored.modified) for stored in found if stored.modified), default="")
    return Shown(max(versions, default=0), any("gone" in mark for mark in marks), since)
