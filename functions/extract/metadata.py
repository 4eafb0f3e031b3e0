"""What a page says about its article, decided: a light reader over the tree that is parsed anyway.

Each value's order of trust stands where it is decided. Everything returned is typed, capped and of
XML 1.0 characters; what no source states is None or empty, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from functions.extract.attribution import Attribution
from functions.extract.authors import authors_of
from functions.extract.canonical import canonical_urls
from functions.extract.declared_attribution import declared_attributions
from functions.extract.descriptions import plain_description
from functions.extract.landmarks import Landmarks
from functions.extract.page_dates import PageDates, time_text
from functions.extract.page_images import main_image
from functions.extract.page_language import PageLanguage
from functions.extract.publisher_zone import KnownZones, PublisherZone
from functions.extract.site_names import own_names, site_name
from functions.extract.structured_data import StructuredData, read_structured_data, strings
from functions.extract.title import choose_title
from functions.extract.visible_dates import dated_lines
from newswire.article import Image
from newswire.dates import to_rfc3339
from newswire.text import one_line
from newswire.urls import clean_link, host_of

_MAX_TITLE = 500
_MAX_NAME = 100
_MAX_EXCERPT = 1000
_MAX_TAGS = 20
_MAX_CATEGORIES = 5
_MAX_HEADINGS = 8
_SEPARATED = re.compile(r"[,;|]")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """Dates are RFC 3339; `language` is what the page declares.

    `foreign_canonical_url` is a canonical URL on another registrable domain: no address of this page.
    """

    title: str | None
    authors: list[str]
    published: str | None
    updated: str | None
    language: str | None
    canonical_url: str | None
    foreign_canonical_url: str | None
    site_name: str | None
    tags: list[str]
    categories: list[str]
    excerpt: str | None
    images: list[Image]
    paywalled: bool
    attributions: list[Attribution]


def base_url(page: Landmarks, url: str) -> str:
    """Return what the page's relative links are relative to."""
    return (clean_link(page.base[0].get("href") or "", url) if page.base else None) or url


def read_metadata(
    page: Landmarks, url: str, zones: KnownZones, *, now: datetime | None = None
) -> PageMetadata:
    """Read the page's metadata; `url` is its final URL. A date later than a day after `now` is none."""
    data = read_structured_data(page)
    base = base_url(page, url)
    names = own_names(data, url)
    language = PageLanguage(data, page)
    dates = PageDates(
        data,
        page,
        url,
        PublisherZone(
            zones,
            host_of(url),
            lambda: language.code,
            lambda: [*map(time_text, page.time), *dated_lines(page.near)],
        ),
        day_first=language.day_first,
        now=now,
    )
    published = dates.published()
    updated = dates.updated(published)
    image = main_image(data, page, base)
    canonical, foreign = canonical_urls(data, page, base, url)
    return PageMetadata(
        title=_title(data, page, names),
        authors=authors_of(data, page, names),
        published=to_rfc3339(published) if published else None,
        updated=to_rfc3339(updated) if updated else None,
        language=language.declared,
        canonical_url=canonical,
        foreign_canonical_url=foreign,
        site_name=site_name(data),
        tags=_tags(data),
        categories=_limited(_values(data, "articleSection", "article:section"), _MAX_CATEGORIES),
        excerpt=_excerpt(data),
        images=[image] if image else [],
        paywalled=_paywalled(data),
        attributions=declared_attributions(data.articles, base),
    )


def _title(data: StructuredData, page: Landmarks, names: Sequence[str]) -> str | None:
    named = (data.first_meta(name) for name in ("og:title", "twitter:title"))
    declared = [*islice(data.texts("headline"), 1), *filter(None, named)]
    if not declared:
        declared = data.microdata.values("headline")[:1]
    headings = [_line(h1) for h1 in page.h1[:_MAX_HEADINGS]]
    title = _line(page.title[0]) if page.title else None
    chosen = choose_title(declared, [heading for heading in headings if heading], title or None, names)
    return one_line(chosen, _MAX_TITLE) if chosen else None


def _line(element: HtmlElement) -> str:
    return one_line(str(element.text_content()), _MAX_TITLE)


def _tags(data: StructuredData) -> list[str]:
    """Return the article's tags; keyword lists made for search engines only where there are no others."""
    for values in (
        _values(data, "keywords", "article:tag"),
        data.meta("news_keywords"),
        data.meta("keywords"),
    ):
        if values:
            return _limited((tag for value in values for tag in _SEPARATED.split(value)), _MAX_TAGS)
    return []


def _values(data: StructuredData, key: str, meta: str) -> list[str]:
    return [text for node in data.articles[:1] for text in strings(node.get(key))] + data.meta(meta)


def _limited(values: Iterable[str], most: int) -> list[str]:
    lines = (one_line(value, _MAX_NAME) for value in values)
    return list({line.casefold(): line for line in lines if line}.values())[:most]


def _excerpt(data: StructuredData) -> str | None:
    stated = data.first_meta("og:description", "description", "twitter:description") or next(
        data.texts("description"), None
    )
    return one_line(plain_description(stated), _MAX_EXCERPT) or None if stated else None


def _paywalled(data: StructuredData) -> bool:
    """Whether schema.org's isAccessibleForFree, or Open Graph's content tier, says that reading costs."""
    free: list[Any] = [node.get("isAccessibleForFree") for node in data.articles]
    return any(
        str(value).rsplit("/", 1)[-1].lower() == "false" for value in free if isinstance(value, (str, bool))
    ) or ((data.first_meta("article:content_tier") or "").lower() in {"locked", "metered"})
