"""Documents of which only the items are read that were not read before."""

from __future__ import annotations

from functions.fetch.feed_documents import parse, read
from functions.fetch.feed_entry import FeedDocument
from functions.fetch.item_bytes import ReadItems
from functions.fetch.xml_feeds import Where
from tests.support.fetch_feeds import Item

URL = "https://kabar.example/rss"
HERE = Where(URL, "Asia/Jakarta")
ITEMS = [Item(number, guid=f"g{number}", age=number + 1.0) for number in range(6)]


def whole(body: bytes) -> FeedDocument:
    return parse(body, None, URL, "Asia/Jakarta")


def known_of(document: FeedDocument) -> ReadItems:
    return ReadItems(document.context, frozenset(document.hashes))


def again(before: bytes, now: bytes, where: Where = HERE) -> FeedDocument:
    return read(now, None, where, known_of(whole(before)))


def titles(document: FeedDocument) -> list[str | None]:
    return [entry.title for entry in document.entries]
