"""Which address a page gives as its own, and which of another publisher."""

from __future__ import annotations

from itertools import chain
from urllib.parse import urlsplit

from functions.extract.landmarks import Landmarks
from functions.extract.structured_data import StructuredData
from newswire.domains import registrable_domain
from newswire.urls import clean_link, host_of

_MAX_CANONICALS = 5


def canonical_urls(
    data: StructuredData, page: Landmarks, base: str, url: str
) -> tuple[str | None, str | None]:
    """Return the canonical URL of the page's own registrable domain, and one of another domain, if stated.

    rel=canonical, else og:url; the site's front page is canonical for no article. One of another domain
    names no address of this page, but whom it may be copied from.
    """
    foreign = None
    stated = [
        link.get("href") for link in page.link if "canonical" in (link.get("rel") or "").lower().split()
    ]
    for text in chain(stated[:_MAX_CANONICALS], data.meta("og:url")[:_MAX_CANONICALS]):
        link = clean_link(text, base) if text else None
        if not link or (not urlsplit(link).path.strip("/") and urlsplit(url).path.strip("/")):
            continue
        if _is_same_domain(host_of(link), host_of(url)):
            return link, foreign
        foreign = foreign or link
    return None, foreign


def _is_same_domain(some: str, other: str) -> bool:
    # The list of public suffixes takes long to read; most pages are on the very host that they name.
    return some.removeprefix("www.") == other.removeprefix("www.") or (
        registrable_domain(some) == registrable_domain(other)
    )
