"""Who an article belongs to: the source whose site it stands on, else that site's domain.

Credit and rights follow the owner, never the feed that happened to bring the article first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newswire.article import Owner
from newswire.domains import registrable_domain
from newswire.sources import Catalogue, Display, Source
from newswire.text import is_visible, one_line
from newswire.urls import host_of

DOMAIN_PREFIX = "@"
NAME_LIMIT = 100
_WORD = re.compile(r"[^\W_]+")
_NEWS_AGENCY = re.compile(r"^(?:lkbn|kantor berita|news agency) ", re.IGNORECASE)
_STRICTNESS: dict[Display, int] = {"link": 0, "excerpt": 1, "full": 2}


def owning_source(url: str, catalogue: Catalogue) -> Source | None:
    """Return the source that owns ``url``: the one whose host is nearest on the same registrable domain."""
    host = host_of(url)
    best: tuple[int, Source] | None = None
    for own, source in catalogue.hosts_under(registrable_domain(host)):
        nearness = _nearness(host, own)
        if best is None or nearness > best[0]:
            best = (nearness, source)
    return best[1] if best else None


def sources_named(name: str, catalogue: Catalogue) -> list[Source]:
    """Return the sources that go by exactly this name: theirs, their id, or a domain or host of theirs.

    Case, spaces and punctuation make no difference. Nothing else is forgiven: "Harian Jogja" is not "Jogja".
    """
    wanted = _compact(_NEWS_AGENCY.sub("", name.strip()))
    return [source for source in catalogue.sources if wanted and wanted in set(names_of(source))]


def names_of(source: Source) -> Iterator[str]:
    """Yield the names that a source goes by, in the form in which they are compared."""
    yield _compact(source.name)
    yield _compact(source.id)
    for host in (host_of(source.homepage), *source.hosts):
        yield _compact(host)
        # A part of a site, as sport.kabar.example, does not go by the whole site's name.
        if host.removeprefix("www.") == (domain := registrable_domain(host)):
            yield _compact(domain)
            yield _compact(domain.partition(".")[0])


def _compact(name: str) -> str:
    return "".join(_WORD.findall(name)).casefold()


def owner_of(url: str, site_name: str | None, catalogue: Catalogue) -> Owner:
    """Return the owner of the article at ``url``; a site that no source covers goes by its own name."""
    source = owning_source(url, catalogue)
    if source is not None:
        return Owner(source.id, source.name, source.homepage)
    domain = registrable_domain(host_of(url))
    stated = one_line(site_name or "", NAME_LIMIT)
    name = stated if is_visible(stated) else domain
    scheme = url.partition(":")[0]
    return Owner(f"{DOMAIN_PREFIX}{domain}", name, f"{scheme}://{_host_and_port(url)}")


def display_of(owner_source: Source | None, carriers: Iterable[Source]) -> Display:
    """Return how much of an article may be shown.

    What its owner allows; without one of ours, the strictest ``others`` among the carrying sources.
    """
    if owner_source is not None:
        return owner_source.display
    return min((carrier.others for carrier in carriers), key=_STRICTNESS.__getitem__, default="link")


def _nearness(host: str, own: str) -> int:
    bare_host, bare_own = host.removeprefix("www."), own.removeprefix("www.")
    if bare_host == bare_own:
        return 1000
    return len(bare_own) if bare_host.endswith("." + bare_own) else 0


def _host_and_port(url: str) -> str:
    return url.split("/", 3)[2]
