"""A document of any format to entries: what runs inside the worker.

bytes ─▶ inflated ─▶ UTF-8 ─▶ JSON ────────────────────────────────▶ entries
                            └▶ prolog ─▶ items ─▶ new ones ────────▶ entries, hashes of the others
                                │           ▼ cannot be cut, or nothing is known
                                ├────────▶ tree ─▶ sitemap, index ─▶ entries, children
                                │ refused   ├─▶ fast parser ───────▶ entries
                                ▼           └─▶ tolerant parser ───▶ entries
                             NotAFeed ◀──── page ─▶ its feeds ─────▶ children
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from functions.fetch import autodiscovery, feed_tree, item_bytes, json_feeds, sitemaps, xml_feeds
from functions.fetch.char_references import repaired
from functions.fetch.clean_entries import for_parent, sanitised
from functions.fetch.feed_entry import HASH_SIZE, FeedDocument, FeedEntry, NotAFeed, plain_form
from functions.fetch.feed_tree import FeedTree
from functions.fetch.item_bytes import NOTHING, ItemCut, ReadItems
from functions.fetch.prolog import Prolog, read_prolog
from functions.fetch.transcoding import inflated, to_utf8
from functions.fetch.xml_feeds import Where
from functions.fetch.xml_trees import parse_xml
from newswire.text import one_line

_PAGE = "looks like an HTML page"
_FEEDS = {"rss", "feed", "rdf"}


def run(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do the task that ``params`` names: ``parse`` a document or ``sanitise`` chosen entries.

    With ``seen``, content hashes that the feed's entries had, entries are answered as
    :func:`~functions.fetch.clean_entries.for_parent` has them.
    """
    if params["task"] == "sanitise":
        chosen = map(FeedEntry.from_document, params["entries"])
        return {"entries": [plain_form(sanitised(one, one.content_hash())) for one in chosen]}
    where = Where(params["url"], params["timezone"], params.get("rules", ""))
    known = ReadItems.from_document(params["known"]) if "known" in params else NOTHING
    document = read(body, params.get("content_type"), where, known)
    if (seen := params.get("seen")) is not None:
        document = replace(document, entries=tuple(for_parent(document.entries, _hashes(seen))))
    return document.to_document()


def _hashes(packed: str) -> frozenset[bytes]:
    hashes = bytes.fromhex(packed)
    return frozenset(hashes[start : start + HASH_SIZE] for start in range(0, len(hashes), HASH_SIZE))


def parse(body: bytes, content_type: str | None, url: str, timezone: str) -> FeedDocument:
    """Return all entries of ``body``; raise :class:`NotAFeed` saying what it looks like instead.

    ``url`` is the document's after redirects; dates without a zone are read in ``timezone``.
    """
    return read(body, content_type, Where(url, timezone))


def read(body: bytes, content_type: str | None, where: Where, known: ReadItems = NOTHING) -> FeedDocument:
    """Return the entries of ``body``, those of ``known`` items left out where nothing can depend on them.

    Raise :class:`NotAFeed` as :func:`parse` does.
    """
    text = to_utf8(inflated(body), content_type)
    if not text:
        raise NotAFeed("empty document")
    url, zone = where.url, where.zone()
    if text.startswith((b"{", b"[")):
        return json_feeds.read(text, url, zone)
    if text.startswith(b"http") and (listed := sitemaps.read_text(text, url)):
        return listed
    text = repaired(text)
    prolog = read_prolog(text)
    xml = text[prolog.start :]  # cut off once: each time copies all of the document
    is_feed = prolog.root in _FEEDS
    if is_feed and known.hashes:
        pieces = item_bytes.cut(xml, known.hashes)
        if pieces and (document := xml_feeds.read_new(pieces, known, where)):
            return document
    pieces = item_bytes.cut(xml) if is_feed else None
    return _from_xml(xml, prolog, pieces, where) or _from_page(text, prolog, url)


def _from_xml(xml: bytes, prolog: Prolog, pieces: ItemCut | None, where: Where) -> FeedDocument | None:
    """Return what a document is that begins with its root; ``None`` where it is none of the formats."""
    url, zone = where.url, where.zone()
    tree = parse_xml(xml)
    if tree.refused:
        raise NotAFeed(tree.refused)
    if prolog.root == "urlset" and tree.root is not None:
        return sitemaps.read(tree.root, url, zone)
    if prolog.root == "sitemapindex" and tree.root is not None:
        return sitemaps.read_index(tree.root, url, zone)
    details = feed_tree.read(tree.root) if tree.root is not None else FeedTree()
    if prolog.root in _FEEDS or details.items:
        document = xml_feeds.read(xml, tree, details, pieces, where)
        if document.entries or document.format or details.items or prolog.root in _FEEDS:
            return document
    return None


def _from_page(text: bytes, prolog: Prolog, url: str) -> FeedDocument:
    if found := autodiscovery.discover(text, url):
        return found
    if "html" in (prolog.root, prolog.doctype):
        raise NotAFeed(_PAGE)
    root = f"the root element is {one_line(prolog.root, 60)!r}" if prolog.root else "there is no root element"
    raise NotAFeed(f"no feed format; {root}")
