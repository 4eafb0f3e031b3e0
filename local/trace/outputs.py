"""Which outputs list an article now: worked out from its item and read one by one, never by a listing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from functions.publish import corrections, news_sitemap, search_index, sitemaps
from functions.publish.article_data import data_key
from functions.publish.channel_rendering import archive_moment
from functions.publish.channels import PORTAL_CHANNEL, Channel, Placement, channels_of
from functions.publish.entries import page_key
from functions.publish.partitions import names_for
from functions.publish.search_rows import search_key
from functions.publish.sitemaps import sitemap_key
from local.trace.store import Facts, Store
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.bucket import StoredObject
from newswire.image_copies import keys_of
from newswire.languages import primary_language


@dataclass(frozen=True, slots=True)
class Looked:
    """Reads outputs and tells whether an article is named there: by its id, or by its original's link."""

    store: Store
    article_id: str
    links: tuple[str, ...]

    def own(self, key: str) -> Facts:
        """Return what stands at a key that is the article's alone."""
        stored = self.store.object("SiteBucket", key)
        if stored is None:
            return {"key": key, "state": "missing"}
        state = "notice (410)" if "gone" in stored.metadata else "published"
        shown = {name: stored.metadata[name] for name in ("version", "display") if name in stored.metadata}
        return {"key": key, "state": state, **shown}

    def listing(self, key: str) -> Facts:
        """Return whether a list names the article."""
        stored = self.store.object("SiteBucket", key)
        return {"key": key, "state": "missing" if stored is None else self._state(key, stored)}

    def partition(self, keys: Iterable[str]) -> Facts | None:
        """Return the first partition that is not divided further, ``None`` where there is none."""
        for key in keys:
            stored = self.store.object("SiteBucket", key)
            if stored is None:
                return None
            if "split" not in stored.metadata:
                return {"key": key, "state": self._state(key, stored)}
        return None

    def _state(self, key: str, stored: StoredObject) -> str:
        if "gone" in stored.metadata:
            return "notice (410)"
        text = stored.body.decode("utf-8", "replace")
        # A page that shows a headline alone names nothing of ours; feeds have the id in every entry.
        links = self.links if key.endswith(".html") else ()
        is_there = self.article_id in text or any(escape(link) in text for link in links)
        return "lists it" if is_there else "does not list it"


def output_facts(store: Store, record: Record) -> Facts:
    """Return the outputs that may name an article, in groups, by what they say now.

    Of a tombstone nothing tells any more where it was listed, but of one that can be restored: only what all
    articles are in is looked at.
    """
    was = record if isinstance(record, ArticleItem) else record.former
    item = was if isinstance(was, ArticleItem) else None
    links = () if item is None else (item.url,)
    looked = Looked(store, record.id, links)
    copies = sorted(keys_of(record.image_copies))
    own = [looked.own(key) for key in (page_key(record.slug, record.id), data_key(record.id), *copies)]
    groups = {
        "channels": [looked.listing(key) for one in _channels(store, item) for key in _keys(one)],
        "others": [looked.listing(key) for key in (news_sitemap.KEY, corrections.PAGE)],
    }
    if item is not None:
        groups["archives"] = list(_archives(store, looked, item))
        groups["partitions"] = list(_partitions(store, looked, item))
    return {"own": own, **{name: _by_state(found) for name, found in groups.items()}}


def _by_state(found: Iterable[Facts]) -> Facts:
    keys: Facts = {}
    for one in found:
        keys.setdefault(one["state"], []).append(one["key"])
    return keys


def _channels(store: Store, item: ArticleItem | None) -> Collection[Channel]:
    if item is None:
        return (PORTAL_CHANNEL,)
    place = Placement(item.owner.id, item.category, item.listed, primary_language(item.language))
    return channels_of([place], store.catalogue)


def _keys(channel: Channel) -> tuple[str, ...]:
    return channel.page, channel.feed("json"), channel.feed("xml"), channel.atom


def _archives(store: Store, looked: Looked, item: ArticleItem) -> Iterator[Facts]:
    moment = archive_moment(store.catalogue.portal, item.listed)
    for channel in _channels(store, item):
        keys = {channel.archive(name)[0]: name for name in names_for(moment, item.id)}
        found = looked.partition(keys)
        if found is None:
            yield {"key": next(iter(keys)), "state": "missing"}
            continue
        yield from (looked.listing(key) for key in channel.archive(keys[found["key"]]))


def _partitions(store: Store, looked: Looked, item: ArticleItem) -> Iterator[Facts]:
    names = names_for(item.listed, item.id)
    first = sitemap_key(names[0])
    yield looked.partition(map(sitemap_key, names)) or {"key": first, "state": "missing"}
    yield looked.listing(sitemaps.INDEX_KEY) | _leads(store, sitemaps.INDEX_KEY, names)
    found = looked.partition(map(search_key, names))
    yield found or {"key": search_key(names[0]), "state": "missing"}
    listed = store.object("SiteBucket", search_index.INDEX_KEY)
    known: Mapping[str, int] = search_index.read(listed.body) if listed else {}
    for name in sorted(search_index.covering(names[-1]) & known.keys() - set(names)):
        yield looked.listing(search_key(name))


def _leads(store: Store, key: str, names: Collection[str]) -> Facts:
    """Return whether the index of sitemaps leads to the one that the article may be in."""
    stored = store.object("SiteBucket", key)
    body = stored.body.decode("utf-8", "replace") if stored else ""
    leads = any(f"/{sitemap_key(name)}<" in body for name in names)
    return {"state": "leads to its sitemap" if leads else "does not lead to its sitemap"} if stored else {}
