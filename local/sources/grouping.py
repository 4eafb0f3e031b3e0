"""From the feeds of an OPML file to sources: what belongs to one site is one source. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from local.progress import plural
from local.sources.folders import Categories
from local.sources.languages import stated_language
from local.sources.naming import Ids, clean_name, common_name, identifier_of
from local.sources.opml_parser import Outline
from local.sources.sites import feed_link, guessed_homepage, is_of_service, stated_homepage
from newswire.domains import registrable_domain
from newswire.ownership import owning_source
from newswire.source_rules import RuleError, identifier
from newswire.sources import Catalogue, Source
from newswire.urls import host_of, identity_form


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be written; ``is_guess`` where nobody stated its homepage."""

    id: str
    name: str
    homepage: str
    feeds: tuple[str, ...]
    category: str
    language: str | None
    is_guess: bool = False


@dataclass(slots=True)
class Additions:
    """What an import adds: sources, feeds of sources that are there (by id), categories (id → name)."""

    sources: list[NewSource] = field(default_factory=list)
    feeds: dict[str, list[str]] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to add."""
        return not self.sources and not self.feeds


@dataclass(frozen=True, slots=True)
class _Feed:
    outline: Outline
    url: str
    homepage: str | None


def additions(outlines: Iterable[Outline], known: Catalogue | None, fallback: tuple[str, str]) -> Additions:
    """Return what is new in an OPML file.

    ``fallback`` (id, name) is the category of feeds in no folder where ``known`` has none to give.
    """
    added = Additions()
    categories = Categories(known.categories if known else {}, fallback)
    ids = Ids(source.id for source in known.sources) if known else Ids(())
    usable = _usable(outlines, known, added)
    for feeds in _by_site(usable).values():
        source = _known_source(feeds, known)
        if source is not None:
            added.feeds.setdefault(source.id, []).extend(feed.url for feed in feeds)
            continue
        category = categories.of(_folder(feeds, added.notes))
        added.sources.append(_new_source(feeds, category, ids))
    added.categories = categories.added
    return added


def _usable(outlines: Iterable[Outline], known: Catalogue | None, added: Additions) -> list[_Feed]:
    """Return the feeds that can be asked and are new, and note why the others are left out."""
    seen = {
        identity_form(feed): f"source {source.id}"
        for source in (known.sources if known else ())
        for feed in source.feeds
    }
    found: list[_Feed] = []
    for outline in outlines:
        where = f"line {outline.line}: {outline.feed[:200]}"
        try:
            url = feed_link(outline.feed)
        except RuleError:
            added.notes.append(f"{where}: left out; an absolute http(s) URL is allowed as xmlUrl")
            continue
        form = identity_form(url)
        if form in seen:
            added.notes.append(f"{where}: left out, it is known already ({seen[form]})")
            continue
        seen[form] = f"line {outline.line}"
        found.append(_Feed(outline, url, stated_homepage(outline.homepage)))
    return found


def _by_site(feeds: Iterable[_Feed]) -> dict[str, list[_Feed]]:
    sites: dict[str, list[_Feed]] = {}
    for feed in feeds:
        sites.setdefault(_site(feed), []).append(feed)
    return sites


def _site(feed: _Feed) -> str:
    """Return what the feeds of one source have in common: a stated id, else their site's domain."""
    if _is_identifier(feed.outline.source):
        return f"id {feed.outline.source}"
    domain = registrable_domain(host_of(feed.homepage or feed.url))
    return feed.url if _is_service(feed) else domain


def _is_service(feed: _Feed) -> bool:
    return feed.homepage is None and is_of_service(feed.url)


def _known_source(feeds: Sequence[_Feed], known: Catalogue | None) -> Source | None:
    if known is None:
        return None
    if _is_identifier(feeds[0].outline.source) and (found := known.source(feeds[0].outline.source)):
        return found
    return None if _is_service(feeds[0]) else owning_source(feeds[0].homepage or feeds[0].url, known)


def _is_identifier(text: str) -> bool:
    try:
        return identifier(text) == text
    except RuleError:
        return False


def _folder(feeds: Sequence[_Feed], notes: list[str]) -> str:
    """Return the folder in which most of the feeds are; "" where none is in one."""
    folders = Counter(name for feed in feeds if (name := clean_name(feed.outline.folder)))
    if not folders:
        return ""
    (folder, _), *others = folders.most_common()
    if others:
        notes.append(
            f"line {feeds[0].outline.line}: a source has one category; {plural(len(feeds), 'feed')} of one "
            f"site are in {folder!r}, not in {', '.join(repr(name) for name, _ in others)}"
        )
    return folder


def _new_source(feeds: Sequence[_Feed], category: str, ids: Ids) -> NewSource:
    stated = [feed.homepage for feed in feeds if feed.homepage]
    domain = registrable_domain(host_of(stated[0] if stated else feeds[0].url))
    name = clean_name(common_name([feed.outline.title for feed in feeds], domain))
    label = domain.partition(".")[0]
    identity = feeds[0].outline.source
    if not _is_identifier(identity):
        identity = identifier_of(label if name == domain else name) or identifier_of(label) or "source"
    return NewSource(
        id=ids.claim(identity),
        name=name or domain,
        homepage=min(stated, key=len) if stated else guessed_homepage([feed.url for feed in feeds], domain),
        feeds=tuple(feed.url for feed in feeds),
        category=category,
        language=_language(feeds),
        is_guess=not stated,
    )


def _language(feeds: Sequence[_Feed]) -> str | None:
    codes = [code for feed in feeds if (code := stated_language(feed.outline.language))]
    return Counter(codes).most_common(1)[0][0] if codes else None
