"""The names of sites that are no source of ours: a site says itself what it is called, and may say anything.

Its name stands in the ownership notice. So it is not another's that readers of the portal know, neither
letter by letter nor to the eye; then the site goes by its domain, which nobody can borrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from newswire.article import Owner
from newswire.domains import registrable_domain
from newswire.lookalikes import skeleton
from newswire.ownership import DOMAIN_PREFIX, names_of
from newswire.sources import Catalogue, Source
from newswire.text import contained, is_visible
from newswire.urls import host_of


def unowned_owner(owner: Owner, catalogue: Catalogue) -> Owner:
    """Return an owner that is no source, under a name of its own; who was a source once keeps that one's."""
    if not owner.id.startswith(DOMAIN_PREFIX):
        return owner
    return replace(owner, name=own_name(owner.name, owner.id.removeprefix(DOMAIN_PREFIX), catalogue))


def own_name(stated: str, domain: str, catalogue: Catalogue) -> str:
    """Return what the site on that registrable domain is called here: as it says, or its domain.

    A name that nobody sees is left as it is: no credit can be made of it.
    """
    name = contained(stated)
    borrowed = is_visible(name) and skeleton(name) in set(_others(domain, catalogue))
    return domain if borrowed else name


def _others(domain: str, catalogue: Catalogue) -> Iterator[str]:
    """Yield the portal's name and those by which sources go that do not stand on the domain."""
    yield skeleton(catalogue.portal.name)
    for source in catalogue.sources:
        if domain not in _domains(source):
            yield from map(skeleton, names_of(source))


def _domains(source: Source) -> set[str]:
    return {registrable_domain(host) for host in (host_of(source.homepage), *source.hosts)}
