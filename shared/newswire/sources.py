"""The portal and its sources: what the operator decides, validated and typed.

``newswire.sources_file`` reads the YAML; this module holds the meaning. Durations are
``timedelta``; every default of a source is already applied to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from newswire.domains import registrable_domain
from newswire.urls import host_of

Display = Literal["full", "excerpt", "link"]
Indexing = Literal["index", "noindex", "noindex-news"]
Images = Literal["none", "remote", "copy"]
Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal's own words and address. ``url`` has no trailing slash.

    ``authority`` is the host that ``sources.yaml`` names, wherever the stack serves the portal: what
    identifies articles to subscribers must not change with a deployment.
    """

    name: str
    url: str
    tagline: str
    language: Language
    timezone: str
    contact: str
    dateline: str | None = None
    notice: str | None = None
    google_news: str | None = None
    authority: str = ""
    websub: str | None = None  # the hub that is told of changed feeds
    indexnow: str | None = None  # the key by which search engines are told of changed pages
    indexnow_endpoint: str = "https://api.indexnow.org/indexnow"


@dataclass(frozen=True, slots=True)
class Own:
    """What the operator adds to the pages; apart from ``Portal``, on which every entry depends.

    ``logo`` is the name of a file beside ``sources.yaml``, each of ``pages`` (slugs, in the footer's order)
    that of ``pages/<slug>.md``. ``csp`` has the hosts that ``head_html`` needs, by the directive's name
    without ``-src``. ``pinned`` are article ids, the lead first.
    """

    logo: str | None = None
    accent: str | None = None  # #rrggbb
    pages: tuple[str, ...] = ()
    head_html: str | None = None
    csp: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pinned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher: where its feeds are and what it lets us do."""

    id: str
    name: str
    homepage: str
    hosts: tuple[str, ...]
    feeds: tuple[str, ...]
    category: str
    language: str
    display: Display
    full_text_for: timedelta | None
    index: Indexing
    images: Images
    others: Display
    interval: timedelta
    backfill: timedelta | None  # None: no age limit (``backfill: all``)
    request_gap: timedelta
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    licence: str | None = None
    contact: str | None = None
    timezone: str | None = None
    enabled: bool = True
    retention: timedelta | None = None  # how long after ``listed`` its articles are kept; None: for ever
    rechecks: tuple[timedelta, ...] = ()  # ages at which an article's page is looked at again, ascending
    # The publisher's own sections (``newswire.text.folded``) → our categories; the first match decides.
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A whole ``sources.yaml``: the portal, its categories (id → shown name), its sources.

    ``retention`` is of articles that no source owns; apart from ``Portal``, on which every entry depends.
    """

    portal: Portal
    categories: Mapping[str, str]
    sources: tuple[Source, ...]
    own: Own = field(default_factory=Own)
    retention: timedelta | None = None
    _by_id: Mapping[str, Source] = field(init=False, repr=False, compare=False)
    _by_domain: Mapping[str, Sequence[tuple[str, Source]]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the sources: of thousands, every output asks for some."""
        object.__setattr__(self, "_by_id", {one.id: one for one in reversed(self.sources)})

    def source(self, source_id: str) -> Source | None:
        """Return the source of that id, or ``None``."""
        return self._by_id.get(source_id)

    def hosts_under(self, domain: str) -> Sequence[tuple[str, Source]]:
        """Return the sources' hosts under a registrable domain, each with its source, in the file's order."""
        if (
            self._by_domain is None
        ):  # not before somebody asks: the list of public suffixes takes long to read
            found: dict[str, list[tuple[str, Source]]] = defaultdict(list)
            for source in self.sources:
                for host in (host_of(source.homepage), *source.hosts):
                    found[registrable_domain(host)].append((host, source))
            object.__setattr__(self, "_by_domain", dict(found))
        return () if self._by_domain is None else self._by_domain.get(domain, ())
