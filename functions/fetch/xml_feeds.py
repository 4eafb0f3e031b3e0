"""RSS, RDF and Atom to entries: which parser is believed, and which items need not be read again.

The fast parser comes first. The tolerant one is asked when that raises, finds no entry with a link or
must have lost text (broken XML, elements within texts), and believed unless it finds fewer entries.

An item of well-formed XML means the same as long as its bytes, what is declared around it and what we read it
by are the same. What else a whole reading looks at is looked at in the document without it, too. Elements
within texts send all of a document to the tolerant parser: where any item has them, so do the new ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from functions.fetch import fast_feeds, feed_tree, parser_costs, tolerant_feeds
from functions.fetch.feed_entry import FeedDocument, NotAFeed
from functions.fetch.feed_tree import FeedTree
from functions.fetch.item_bytes import CONTEXT_SIZE, ItemCut, ReadItems
from functions.fetch.xml_trees import Tree, parse_xml
from newswire import __version__
from newswire.domains import registrable_domain
from newswire.urls import host_of

_ABSOLUTE = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Where:
    """A document's URL after redirects, the timezone of dates without one, the source's rules for entries."""

    url: str
    timezone: str
    rules: str = ""

    def zone(self) -> ZoneInfo:
        """Return the timezone."""
        return ZoneInfo(self.timezone)


def read(text: bytes, tree: Tree, details: FeedTree, pieces: ItemCut | None, where: Where) -> FeedDocument:
    """Return all entries; raise :class:`NotAFeed` where no parser reads it or may read it.

    ``pieces`` are the text's, where it can be cut.
    """
    base, zone = _base(details, where.url), where.zone()
    try:
        fast = fast_feeds.read(text, base, zone, details)
    except Exception:  # noqa: BLE001 - whatever it raises, the tolerant parser decides
        fast = FeedDocument("", ())
    sound = tree.well_formed and not details.hidden and fast_feeds.agrees(details, fast.entries)
    if sound and (any(entry.url for entry in fast.entries) or _is_linkless(tree, fast)):
        return _with_hashes(fast, details, pieces, where)
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
    if _worth(tolerant) < _worth(fast):
        return fast
    sure = tree.well_formed and not tree.unbound and len(details.items) == len(tolerant.entries)
    return _with_hashes(tolerant, details, pieces, where) if sure and details.hidden else tolerant


def _is_linkless(tree: Tree, fast: FeedDocument) -> bool:
    """Return whether the tolerant parser would find no link either: nothing can come of such a feed."""
    return bool(fast.entries) and tree.root is not None and feed_tree.is_linkless(tree.root)


def _worth(document: FeedDocument) -> tuple[int, int]:
    return len(document.entries), sum(entry.url is not None for entry in document.entries)


def read_new(pieces: ItemCut, known: ReadItems, where: Where) -> FeedDocument | None:
    """Return a document without the entries of known items; ``None`` where it has to be read whole."""
    new = [place for place, one in enumerate(pieces.hashes) if one not in known.hashes]
    if len(new) == len(pieces.items):
        return None
    text = pieces.only(new or [0])  # without any item nothing tells of which namespace they are
    tree = parse_xml(text)
    if tree.root is None or tree.refused or tree.limited or not tree.well_formed:
        return None
    details = feed_tree.read(tree.root)
    if _context(details, pieces, where) != known.context:
        details = replace(details, hidden=True)  # as it may be for what is left out
        if _context(details, pieces, where) != known.context or not _has_hidden(pieces):
            return None
    try:
        document = _read_by(text, tree, details, where)
    except Exception:  # noqa: BLE001 - whatever it raises, the whole document is read
        return None
    if not len(document.entries) == len(details.items) == len(new or [0]):
        return None
    unread = tuple(one for one in pieces.hashes if one in known.hashes)
    hashes = tuple(pieces.hashes[place] for place in new)
    entries = document.entries if new else ()
    return replace(document, entries=entries, context=known.context, hashes=hashes, unread=unread)


def _has_hidden(pieces: ItemCut) -> bool:
    """Return whether any item has elements within its texts: then the tolerant parser reads all of them."""
    root = parse_xml(pieces.only(range(len(pieces.items)))).root
    return root is not None and feed_tree.read(root).hidden


def _read_by(text: bytes, tree: Tree, details: FeedTree, where: Where) -> FeedDocument:
    """Return the document by the parser that reads all of such a document."""
    if not details.hidden:
        return fast_feeds.read(text, where.url, where.zone(), details)
    if tree.root is None or tree.unbound or parser_costs.refusal(tree.root):
        raise NotAFeed("nothing for the tolerant parser")
    return tolerant_feeds.read(text, where.url, where.zone(), details.pause, details.language)


def _with_hashes(
    document: FeedDocument, details: FeedTree, pieces: ItemCut | None, where: Where
) -> FeedDocument:
    if pieces is None or len(pieces.items) != len(document.entries) or document.entries_dropped:
        return document
    context = _context(details, pieces, where)
    return replace(document, context=context, hashes=pieces.hashes) if context else document


def _context(details: FeedTree, pieces: ItemCut, where: Where) -> bytes:
    """Return under which circumstances items are read; b"" where their links depend on each other."""
    if _base(details, where.url) != where.url:
        return b""
    site = _site_elsewhere(details, where.url)
    facts = (__version__, where, site, details.language, details.atom, details.hidden, pieces.declarations())
    return hashlib.blake2b(repr(facts).encode(), digest_size=CONTEXT_SIZE).digest()


def _base(details: FeedTree, url: str) -> str:
    """Return what relative links are relative to: the document, or the site that RSS names as its own.

    That site, where the document lies under another registrable domain: a feed service or a storage
    host has none of the articles.
    """
    site = _site_elsewhere(details, url)
    is_relative = not all((one.link or site).startswith(_ABSOLUTE) for one in details.items)
    return site if site and is_relative else url


def _site_elsewhere(details: FeedTree, url: str) -> str:
    """Return the site that a feed names as its own where that is under another domain; else "".

    A bare host or an address has no domain to be another's.
    """
    site = details.link or ""
    if not site.startswith(_ABSOLUTE):
        return ""
    host, here = host_of(site), host_of(url)
    elsewhere = here[-1:].isalpha() and "." in here and registrable_domain(here) != registrable_domain(host)
    return site if elsewhere else ""
