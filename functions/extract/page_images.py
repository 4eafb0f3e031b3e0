"""The article's images: the main one, from what the page declares, and those in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from functions.extract.structured_data import StructuredData, strings
from newswire.article import Image
from newswire.text import one_line
from newswire.urls import clean_link

_MAX_IMAGES = 20
_MAX_ALT = 300
_MAX_CAPTION = 1000
_MAX_SIDE = 20_000  # pixels
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d{1,3})?(?:\s*px)?\s*", re.ASCII)
NO_PICTURE = re.compile(r"(?:^|[/_.-])(?:logo|placeholder|blank|spacer|no-?image)(?:[/_.-]|$)", re.IGNORECASE)
"""Matches the paths of what sites declare where an article has no image of its own."""


def main_image(data: StructuredData, page: HtmlElement, base: str) -> Image | None:
    """Return the image that Open Graph declares, else JSON-LD's, microdata's or Twitter's first one.

    Open Graph leads because JSON-LD lists the same picture in several crops. Size, caption and
    alternative text come from whichever source states them for this very address.
    """
    nodes = list(_nodes(data))
    stated = [
        *data.meta.get("og:image", []),
        *data.meta.get("og:image:url", []),
        *(url for url, _ in nodes),
        *data.microdata.get("image.url", []),
        *data.microdata.get("image", []),
        *data.meta.get("twitter:image", []),
    ]
    links = (clean_link(link, base) for link in stated)
    url = next((link for link in links if link and not NO_PICTURE.search(urlsplit(link).path)), None)
    if url is None:
        return None
    node = next((node for stated_url, node in nodes if clean_link(stated_url, base) == url), {})
    is_open_graph = url == clean_link(data.first_meta("og:image", "og:image:url") or "", base)
    return Image(
        url=url,
        alt=_alt(data, page, base, url) if is_open_graph else _shown_alt(page, base, url),
        caption=next((one_line(text, _MAX_CAPTION) for text in strings(node.get("caption"))), None),
        width=pixels(node.get("width"))
        or (pixels(data.first_meta("og:image:width")) if is_open_graph else None),
        height=pixels(node.get("height"))
        or (pixels(data.first_meta("og:image:height")) if is_open_graph else None),
    )


def all_images(main: Sequence[Image], shown: Sequence[Image]) -> list[Image]:
    """Return the article's images, its main one first, each address once with what is known of it."""
    known: dict[str, Image] = {}
    for image in (*main, *shown):
        before = known.get(image.url)
        known[image.url] = image if before is None else _completed(before, image)
    return list(known.values())[:_MAX_IMAGES]


def _completed(image: Image, other: Image) -> Image:
    return Image(
        image.url,
        image.alt or other.alt,
        image.caption or other.caption,
        image.width or other.width,
        image.height or other.height,
    )


def _nodes(data: StructuredData) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield address and node of the images of the article's nodes; a bare address has an empty node."""
    for article in data.articles():
        for value in (article.get("image"), article.get("thumbnailUrl")):
            for image in value if isinstance(value, list) else [value]:
                url = next(iter(strings(image, "url") or strings(image, "contentUrl")), None)
                if url:
                    yield url, image if isinstance(image, dict) else {}


def _alt(data: StructuredData, page: HtmlElement, base: str, url: str) -> str | None:
    declared = data.first_meta("og:image:alt", "twitter:image:alt")
    return one_line(declared, _MAX_ALT) if declared else _shown_alt(page, base, url)


def _shown_alt(page: HtmlElement, base: str, url: str) -> str | None:
    """Return the alternative text of the same picture in the page; CDNs vary the query only."""
    path = urlsplit(url).path
    for element in page.iter("img"):
        alt = one_line(element.get("alt") or "", _MAX_ALT)
        source = element.get("src") or ""
        if (
            alt
            and path.rsplit("/", 1)[-1] in source
            and urlsplit(clean_link(source, base) or "").path == path
        ):
            return alt
    return None


def pixels(value: object) -> int | None:
    """Return a side of an image as markup or JSON-LD states it, None where that is no sensible number."""
    text = next(iter(strings(value, "value")), None) if isinstance(value, (str, dict)) else str(value)
    number = _NUMBER.fullmatch(text) if text else None
    return int(number[1]) if number and 0 < int(number[1]) <= _MAX_SIDE else None
