"""What is allowed in a ``sources.yaml`` and still not what its operator can have meant. No I/O.

Only what is certain is said: none of it stops anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from functions.publish import accent
from local.public_hosts import refusal
from newswire.domains import registrable_domain
from newswire.head_html import elements
from newswire.ownership import owning_source
from newswire.sources import Catalogue, Own, Source
from newswire.urls import host_of, identity_form


def findings(catalogue: Catalogue) -> list[str]:
    """Return one line for each finding, beginning with the key that it is about."""
    return [
        *_contact(catalogue),
        *_accent(catalogue.own),
        *_blocked(catalogue.own),
        *_categories(catalogue),
        *_repeated_feeds(catalogue),
        *_shared_sites(catalogue),
        *(line for source in catalogue.sources for line in _foreign_feeds(source)),
    ]


def _contact(catalogue: Catalogue) -> Iterator[str]:
    if refusal(catalogue) is not None:
        contact = catalogue.portal.contact
        yield f"portal.contact: {contact} reaches nobody, so make run and make sources poll no public host"


def _accent(own: Own) -> Iterator[str]:
    if own.accent:
        for paper, shade in zip(("light", "dark"), accent.variants(own.accent), strict=True):
            if shade != own.accent:
                yield f"portal.accent: {own.accent} is unreadable on {paper} paper: {shade} is shown there"


def _blocked(own: Own) -> Iterator[str]:
    """Tell what the operator's HTML asks for and the policy of our pages does not let a browser ask."""
    for element in elements(own.head_html or ""):
        directive = {"script": "script", "link": "style"}.get(element.name, "")
        address = element.attributes.get("src" if directive == "script" else "href", "")
        is_asked = directive == "script" or element.attributes.get("rel", "").lower() == "stylesheet"
        if address and is_asked and not any(_allows(one, address) for one in own.csp.get(directive, ())):
            yield f"portal.csp.{directive}: browsers will not load {address} of head_html; name its host here"


def _allows(source: str, address: str) -> bool:
    """Tell whether a host source matches an address (CSP level 3, section 6.7.2.8), ports aside."""
    host = host_of(source.replace("*.", ""))
    named = host_of(address)
    return named == host if "*." not in source else named.endswith(f".{host}")


def _categories(catalogue: Catalogue) -> Iterator[str]:
    used = {source.category for source in catalogue.sources if source.enabled}
    for category in catalogue.categories:
        if category not in used:
            yield f"categories.{category}: no enabled source has this category"


def _repeated_feeds(catalogue: Catalogue) -> Iterator[str]:
    first: dict[str, str] = {}
    for source in catalogue.sources:
        for feed in source.feeds:
            before = first.setdefault(identity_form(feed), source.id)
            if before != source.id:
                yield f"sources[{source.id}].feeds: {feed} is a feed of sources[{before}] too: asked twice"


def _shared_sites(catalogue: Catalogue) -> Iterator[str]:
    for source in catalogue.sources:
        owner = owning_source(source.homepage, catalogue)
        if owner is not None and owner.id != source.id:
            yield (
                f"sources[{source.id}].homepage: {host_of(source.homepage)} belongs to sources[{owner.id}]: "
                f"articles there are credited to {owner.name}, under its settings"
            )


def _foreign_feeds(source: Source) -> Iterator[str]:
    own = {registrable_domain(host) for host in (host_of(source.homepage), *source.hosts)}
    for feed in source.feeds:
        domain = registrable_domain(host_of(feed))
        if domain not in own:
            yield (
                f"sources[{source.id}].feeds: {feed} is on {domain}, which is neither in homepage nor in "
                f"hosts: articles on {domain} are not credited to {source.name}"
            )
