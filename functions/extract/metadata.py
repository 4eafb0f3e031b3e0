"""What a page says about its article, decided: a light reader over the tree that is parsed anyway.

Each value's order of trust stands where it is decided. Everything returned is typed, capped and of
XML 1.0 characters; what no source states is None or empty, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from functions.extract.attribution import Attribution
from functions.extract.authors import authors_of
from functions.extract.declared_attribution import declared_attributions
from functions.extract.page_dates import publication_date, update_date
from functions.extract.page_images import main_image
from functions.extract.structured_data import StructuredData, read_structured_data, strings, types_of
from functions.extract.title import choose_title
from newswire.article import Image
from newswire.dates import to_rfc3339
from newswire.text import one_line
from newswire.urls import clean_link

_MAX_TITLE = 500
_MAX_NAME = 100
_MAX_EXCERPT = 1000
_MAX_TAGS = 20
_MAX_CATEGORIES = 5
_MAX_HEADINGS = 8
_SEPARATED = re.compile(r"[,;|]")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """Dates are RFC 3339; `language` is what the page declares; `robots` are the directives' texts."""

    title: str | None
    authors: list[str]
    published: str | None
    updated: str | None
    language: str | None
    canonical_url: str | None
    site_name: str | None
    tags: list[str]
    categories: list[str]
    excerpt: str | None
    images: list[Image]
    robots: list[str]
    tdm_reservation: str | None
    paywalled: bool
    attributions: list[Attribution]


def base_url(page: HtmlElement, url: str) -> str:
    """Return what the page's relative links are relative to."""
    base = next(page.iter("base"), None)
    return url if base is None else clean_link(base.get("href") or "", url) or url


def read_metadata(page: HtmlElement, url: str, zone: tzinfo | None) -> PageMetadata:
    """Read the page's metadata; `url` is its final URL, `zone` the publisher's where it is known."""
    data = read_structured_data(page)
    base = base_url(page, url)
    name = _site_name(data)
    own_names = [*_site_names(data), *_host_names(url)]
    published = publication_date(data, page, url, zone)
    updated = update_date(data, published, zone)
    image = main_image(data, page, base)
    return PageMetadata(
        title=_title(data, page, own_names),
        authors=authors_of(data, page, own_names),
        published=to_rfc3339(published) if published else None,
        updated=to_rfc3339(updated) if updated else None,
        language=_language(data, page),
        canonical_url=_canonical(data, page, base, url),
        site_name=name,
        tags=_tags(data),
        categories=_limited(_values(data, "articleSection", "article:section"), _MAX_CATEGORIES),
        excerpt=_excerpt(data),
        images=[image] if image else [],
        robots=_limited(data.meta.get("robots", []) + data.meta.get("newswire", []), _MAX_TAGS),
        tdm_reservation=data.first_meta("tdm-reservation"),
        paywalled=_paywalled(data),
        attributions=declared_attributions(data.articles(), base),
    )


def _title(data: StructuredData, page: HtmlElement, own_names: list[str]) -> str | None:
    nodes = (text for node in data.articles() for text in strings(node.get("headline")))
    named = (data.first_meta(name) for name in ("og:title", "twitter:title"))
    declared = [*list(nodes)[:1], *filter(None, named), *data.microdata.get("headline", [])[:1]]
    headings = [one_line(str(h1.text_content()), _MAX_TITLE) for h1 in list(page.iter("h1"))[:_MAX_HEADINGS]]
    document = next(page.iter("title"), None)
    title = "" if document is None else one_line(str(document.text_content()), _MAX_TITLE)
    chosen = choose_title(declared, [heading for heading in headings if heading], title or None, own_names)
    return one_line(chosen, _MAX_TITLE) if chosen else None


def _site_name(data: StructuredData) -> str | None:
    names = chain([data.first_meta("og:site_name")], _site_names(data), [data.first_meta("application-name")])
    return next((one_line(name, _MAX_NAME) for name in names if name), None)


def _site_names(data: StructuredData) -> Iterator[str]:
    for node in data.articles():
        yield from strings(node.get("publisher"))
    for node in data.nodes:
        if {"Organization", "NewsMediaOrganization", "WebSite"} & set(types_of(node)):
            yield from strings(node.get("name"))
            yield from strings(node.get("alternateName"))
    for name in ("og:site_name", "application-name", "apple-mobile-web-app-title"):
        yield from data.meta.get(name, [])


def _host_names(url: str) -> Iterator[str]:
    """Yield the names that a host is known by: bola.kompas.com, kompas.com, kompas, bola."""
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    yield from (".".join(labels[number:]) for number in range(len(labels) - 1))
    yield from (label for label in labels[:-1] if len(label) > 3)


def _language(data: StructuredData, page: HtmlElement) -> str | None:
    stated = (text for node in data.articles() for text in strings(node.get("inLanguage")))
    declared = data.first_meta("og:locale", "content-language", "dc.language", "language")
    return (
        page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or next(stated, declared)
    )


def _canonical(data: StructuredData, page: HtmlElement, base: str, url: str) -> str | None:
    """Return rel=canonical, else og:url; the site's front page is canonical for no article."""
    links = (
        link.get("href")
        for link in page.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    )
    for stated in chain(links, data.meta.get("og:url", [])):
        link = clean_link(stated, base) if stated else None
        if link and (urlsplit(link).path.strip("/") or not urlsplit(url).path.strip("/")):
            return link
    return None


def _tags(data: StructuredData) -> list[str]:
    """Return the article's tags; keyword lists made for search engines only where there are no others."""
    for values in (
        _values(data, "keywords", "article:tag"),
        data.meta.get("news_keywords"),
        data.meta.get("keywords"),
    ):
        if values:
            return _limited((tag for value in values for tag in _SEPARATED.split(value)), _MAX_TAGS)
    return []


def _values(data: StructuredData, key: str, meta: str) -> list[str]:
    return [text for node in data.articles()[:1] for text in strings(node.get(key))] + data.meta.get(meta, [])


def _limited(values: Iterable[str], most: int) -> list[str]:
    lines = (one_line(value, _MAX_NAME) for value in values)
    return list({line.casefold(): line for line in lines if line}.values())[:most]


def _excerpt(data: StructuredData) -> str | None:
    nodes = (text for node in data.articles() for text in strings(node.get("description")))
    stated = data.first_meta("og:description", "description", "twitter:description") or next(nodes, None)
    return one_line(stated, _MAX_EXCERPT) if stated else None


def _paywalled(data: StructuredData) -> bool:
    """Whether schema.org's isAccessibleForFree, or Open Graph's content tier, says that reading costs."""
    free: list[Any] = [node.get("isAccessibleForFree") for node in data.articles()]
    return any(
        str(value).rsplit("/", 1)[-1].lower() == "false" for value in free if isinstance(value, (str, bool))
    ) or ((data.first_meta("article:content_tier") or "").lower() in {"locked", "metered"})
