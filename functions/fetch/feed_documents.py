"""A document of any format to entries: what runs inside the worker.

    bytes ─▶ inflated ─▶ UTF-8 ─▶ JSON ────────────────────────────────▶ entries
                                └▶ prolog ─▶ tree ─▶ sitemap, index ───▶ entries, children
                                    │ refused   ├─▶ fast parser ───────▶ entries
                                    ▼           └─▶ tolerant parser ───▶ entries
                                 NotAFeed ◀──── page ─▶ its feeds ─────▶ children

The fast parser comes first. The tolerant one is asked when that raises, finds no entry with a link or
must have lost text (broken XML, elements within texts), and believed unless it finds fewer entries.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from functions.fetch import (
    autodiscovery,
    fast_feeds,
    feed_tree,
    json_feeds,
    parser_costs,
    sitemaps,
    tolerant_feeds,
)
from functions.fetch.char_references import repaired
from functions.fetch.feed_entry import FeedDocument, NotAFeed, plain_title
from functions.fetch.feed_tree import FeedTree
from functions.fetch.prolog import Prolog, read_prolog
from functions.fetch.transcoding import inflated, to_utf8
from functions.fetch.xml_trees import Tree, parse_xml
from newswire.article_text import text_of
from newswire.domains import registrable_domain
from newswire.sanitise import clean_html
from newswire.text import one_line, shorten
from newswire.urls import host_of

CONTENT_LIMIT = 120_000
SUMMARY_LIMIT = 2000
LANGUAGE_LIMIT = 35  # RFC 5646 section 4.4.1
_PAGE = "looks like an HTML page"
_FEEDS = {"rss", "feed", "rdf"}
_ABSOLUTE = ("http://", "https://")


def run(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do the task that ``params`` names: ``parse`` a document or ``sanitise`` chosen entries."""
    if params["task"] == "sanitise":
        return {"entries": [_sanitised(entry) for entry in params["entries"]]}
    return parse(body, params.get("content_type"), params["url"], params["timezone"]).to_document()


def parse(body: bytes, content_type: str | None, url: str, timezone: str) -> FeedDocument:
    """Return the entries of ``body``; raise :class:`NotAFeed` saying what it looks like instead.

    ``url`` is the document's after redirects; dates without a zone are read in ``timezone``.
    """
    text = to_utf8(inflated(body), content_type)
    if not text:
        raise NotAFeed("empty document")
    zone = ZoneInfo(timezone)
    if text.startswith((b"{", b"[")):
        return json_feeds.read(text, url, zone)
    if text.startswith(b"http") and (listed := sitemaps.read_text(text, url)):
        return listed
    text = repaired(text)
    return _from_xml(text, read_prolog(text), url, zone)


def _from_xml(text: bytes, prolog: Prolog, url: str, zone: ZoneInfo) -> FeedDocument:
    tree = parse_xml(text[prolog.start :])
    if tree.refused:
        raise NotAFeed(tree.refused)
    if prolog.root == "urlset" and tree.root is not None:
        return sitemaps.read(tree.root, url, zone)
    if prolog.root == "sitemapindex" and tree.root is not None:
        return sitemaps.read_index(tree.root, url, zone)
    details = feed_tree.read(tree.root) if tree.root is not None else FeedTree()
    if prolog.root in _FEEDS or details.items:
        document = _from_feed(text[prolog.start :], tree, details, url, zone)
        if document.entries or document.format or details.items or prolog.root in _FEEDS:
            return document
    return _from_page(text, prolog, url)


def _from_feed(text: bytes, tree: Tree, details: FeedTree, url: str, zone: ZoneInfo) -> FeedDocument:
    base = _base(details, url)
    try:
        fast = fast_feeds.read(text, base, zone, details)
    except Exception:  # noqa: BLE001 - whatever it raises, the tolerant parser decides
        fast = FeedDocument("", ())
    sound = tree.well_formed and not details.hidden and fast_feeds.agrees(details, fast.entries)
    if sound and any(entry.url for entry in fast.entries):
        return fast
    if costly := tree.limited or (tree.root is not None and parser_costs.refusal(tree.root)):
        if fast.entries:
            return fast
        raise NotAFeed(costly)
    try:
        tolerant = tolerant_feeds.read(text, base, zone, details.pause, details.language)
    except Exception as error:
        if fast.entries:
            return fast
        raise NotAFeed(f"no parser reads it ({type(error).__name__})") from error
    return tolerant if _worth(tolerant) >= _worth(fast) else fast


def _worth(document: FeedDocument) -> tuple[int, int]:
    return len(document.entries), sum(entry.url is not None for entry in document.entries)


def _from_page(text: bytes, prolog: Prolog, url: str) -> FeedDocument:
    if found := autodiscovery.discover(text, url):
        return found
    if "html" in (prolog.root, prolog.doctype):
        raise NotAFeed(_PAGE)
    root = f"the root element is {one_line(prolog.root, 60)!r}" if prolog.root else "there is no root element"
    raise NotAFeed(f"no feed format; {root}")


def _base(details: FeedTree, url: str) -> str:
    """Return what relative links are relative to: the document, or the site that RSS names as its own.

    That site, where the document lies under another registrable domain: a feed service or a storage
    host has none of the articles. A bare host or an address has no domain to be another's.
    """
    site = details.link or ""
    if not site.startswith(_ABSOLUTE) or all(
        (one.link or site).startswith(_ABSOLUTE) for one in details.items
    ):
        return url
    host, here = host_of(site), host_of(url)
    elsewhere = here[-1:].isalpha() and "." in here and registrable_domain(here) != registrable_domain(host)
    return site if elsewhere else url


def _sanitised(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry whose summary is text and whose content is clean HTML with absolute links."""
    base = entry["url"] or ""
    summary = text_of(clean_html(entry["summary"])) if entry["summary"] else ""
    content = clean_html(entry["content"][:CONTENT_LIMIT], base=base) if entry["content"] else ""
    return entry | {
        "summary": shorten(summary, SUMMARY_LIMIT) or None,
        "content": content if text_of(content) else None,
        "language": one_line(entry["language"], LANGUAGE_LIMIT) or None if entry["language"] else None,
        "rights": one_line(entry["rights"], 300) if entry["rights"] else None,
        "via_title": plain_title(entry["via_title"]),
    }
