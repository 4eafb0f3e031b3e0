"""Whose article a page carries, where it is itself a copy. No I/O, no clock.

Whom to trust, and why, best first:

- the canonical address on another site: who states it gives up the page's place in search engines for it.
  It has to be an article's address and to agree with the page (words or a number of the address, or
  another sign), for themes and templates leave foreign addresses behind;
- a sentence that says so ("This article originally appeared on X", "Artikel ini telah tayang di X"), its
  link before its words;
- JSON-LD's ``isBasedOn`` where the other site is a source, or ``sourceOrganization`` is of the same site: by
  itself it also stands at reviews and translations;
- ``sourceOrganization``, and a last line "Source: X", "Sumber: X", where X is a source: mostly they name
  where facts, figures or pictures come from (an office, a network), and nobody's article.

``publisher`` is no sign: groups of papers name one for all their sites.

A name alone means somebody only if it is exactly one source's, by name, id or domain, or is a domain itself.
A page that names its own site, or another of the same owner, is no copy. A wrong credit is worse than none:
what is not certain leaves the article with the site that it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from functions.extract.attribution import EVIDENCE_LIMIT, Attribution
from functions.extract.extracted_page import ExtractedPage
from functions.extract.foreign_addresses import is_article, is_platform, on_one_site, speak_of_one_article
from newswire.article import Owner
from newswire.domains import registrable_domain
from newswire.ownership import owner_of, owning_source, sources_named
from newswire.sources import Catalogue
from newswire.urls import ascii_host, host_of

_TRUST = ("canonical", "statement", "based on", "organisation", "source line")
_ONLY_SOURCES = frozenset({"organisation", "source line"})
_DOMAIN = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,24})(?:/\S*)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Original:
    """The true owner of a copied article, its address there where it is known, and what says so."""

    owner: Owner
    url: str | None
    evidence: str


def own_address(canonical: str | None, page: str) -> str | None:
    """Return a page's canonical address if it is on the page's own site: none speaks for another's."""
    return canonical if canonical and on_one_site(host_of(canonical), page) else None


def signs_of(page: ExtractedPage) -> tuple[Attribution, ...]:
    """Return all signs in the extractor's answer for a page."""
    canonical = page.foreign_canonical_url
    if canonical is None:
        return page.attributions
    evidence = f"canonical: {canonical}"[:EVIDENCE_LIMIT]
    return (Attribution("canonical", canonical, None, evidence), *page.attributions)


@dataclass(frozen=True, slots=True)
class CopySigns:
    """A page's address, headline and what it says of its origin."""

    page: str
    title: str
    signs: tuple[Attribution, ...]


def original_of(copy: CopySigns, catalogue: Catalogue) -> Original | None:
    """Return whom the page was copied from; None for a page that is no copy, or not certainly one."""
    for kind in _TRUST:
        for sign in copy.signs:
            if sign.kind != kind:
                continue
            owner = _owner(sign, copy, catalogue)
            if owner is not None and not _is_own(owner, copy.page, catalogue):
                return Original(owner, _address(owner, copy, catalogue), sign.evidence)
    return None


def _owner(sign: Attribution, copy: CopySigns, catalogue: Catalogue) -> Owner | None:
    """Return whom a sign names, if it may be relied on."""
    url = None if sign.url is None or is_platform(sign.url) else sign.url
    if sign.kind in _ONLY_SOURCES:
        return _source_at(url, catalogue) or _source_called(sign.name, catalogue)
    if sign.kind == "statement":
        return _stated(url, sign.name, catalogue)
    if url is None or not is_article(url) or not _is_confirmed(sign.kind, url, copy, catalogue):
        return None
    return owner_of(url, _site_name(url, copy.signs), catalogue)


def _stated(url: str | None, name: str | None, catalogue: Catalogue) -> Owner | None:
    by_name = _source_called(name, catalogue)
    domain = _domain(name)
    if url is None:
        at = by_name or (None if domain is None else owner_of(f"https://{domain}/", None, catalogue))
        return None if domain and is_platform(f"https://{domain}/") else at
    by_link = owner_of(url, name if _is_name_of(name, url) else None, catalogue)
    # Words that name one and a link that leads to another say nothing for certain.
    if (by_name is not None and by_name.id != by_link.id) or (domain and not on_one_site(domain, url)):
        return None
    return by_link


def _is_confirmed(kind: str, url: str, copy: CopySigns, catalogue: Catalogue) -> bool:
    others = (sign for sign in copy.signs if sign.kind != kind)
    agreed = any(
        (sign.url is not None and on_one_site(host_of(sign.url), url))
        or _is_name_of(sign.name, url)
        or ((domain := _domain(sign.name)) is not None and on_one_site(domain, url))
        for sign in others
    )
    if kind == "canonical":
        return agreed or speak_of_one_article(url, copy.page, copy.title)
    return agreed or owning_source(url, catalogue) is not None


def _address(owner: Owner, copy: CopySigns, catalogue: Catalogue) -> str | None:
    """Return the first address of an article on the owner's site that a sign leads to.

    What stands beside a statement has to speak of the same article: mostly it is another one ("Baca juga").
    The copy goes with what stands at the address.
    """
    for sign in copy.signs:
        beside = (url for url in sign.beside if speak_of_one_article(url, copy.page, copy.title))
        for url in filter(None, (sign.url, *beside)):
            if is_article(url) and owner_of(url, None, catalogue).id == owner.id:
                return url
    return None


def _is_own(owner: Owner, page: str, catalogue: Catalogue) -> bool:
    """Return whether the owner is the page's own site, or an edition of it in another country."""
    if owner_of(page, None, catalogue).id == owner.id:
        return True
    theirs, own = registrable_domain(host_of(owner.homepage)), registrable_domain(host_of(page))
    return theirs.partition(".")[0] == own.partition(".")[0]


def _source_at(url: str | None, catalogue: Catalogue) -> Owner | None:
    source = owning_source(url, catalogue) if url else None
    return None if source is None else Owner(source.id, source.name, source.homepage)


def _source_called(name: str | None, catalogue: Catalogue) -> Owner | None:
    found = sources_named(name, catalogue) if name else []
    return Owner(found[0].id, found[0].name, found[0].homepage) if len(found) == 1 else None


def _site_name(url: str, signs: Iterable[Attribution]) -> str | None:
    return next((sign.name for sign in signs if _is_name_of(sign.name, url)), None)


def _is_name_of(name: str | None, url: str) -> bool:
    """Return whether a name is the domain's, written as a name: The Aviationist, theaviationist.com."""
    domain = registrable_domain(host_of(url))
    compact = "".join(_WORD.findall(name or "")).casefold()
    return bool(compact) and compact in {
        "".join(_WORD.findall(one)) for one in (domain, domain.partition(".")[0])
    }


def _domain(name: str | None) -> str | None:
    """Return the registrable domain that a name is, if it is one."""
    found = _DOMAIN.fullmatch(name or "")
    host = ascii_host(found[1]) if found else ""
    domain = registrable_domain(host) if host else ""
    return domain if "." in domain and _has_name(domain) else None


def _has_name(domain: str) -> bool:
    return registrable_domain(f"www.{domain}") == domain  # a public suffix alone is nobody's
