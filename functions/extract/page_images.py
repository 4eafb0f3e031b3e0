"""The article's images: the main one, from what the page declares, and those in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from functions.extract.landmarks import Landmarks
from functions.extract.structured_data import StructuredData, strings
from newswire.article import Image
from newswire.text import one_line
from newswire.urls import clean_link

_MAX_STATED = 20
_MAX_IMAGES = 20
_MAX_ALT = 300
_MAX_CAPTION = 1000
_MAX_SIDE = 20_000  # pixels
_DIGITS = 5
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d{1,3})?(?:\s*px)?\s*", re.ASCII)
NO_PICTURE = re.compile(r"(?:^|[/_.-])(?:logo|placeholder|blank|spacer|no-?image)(?:[/_.-]|$)", re.IGNORECASE)
"""Matches the paths of what sites declare where an article has no image of its own."""


def main_image(data: StructuredData, page: Landmarks, base: str) -> Image | None:
    """Return the image that Open Graph declares, else JSON-LD's, microdata's or Twitter's first one.

    Open Graph leads because JSON-LD lists the same picture in several crops. Size, caption and
    alternative text come from whichever source states them for this very address.
    """
    nodes = list(_nodes(data))
    open_graph = data.meta("og:image", "og:image:url")
    found = (
        _picture([*open_graph, *(text for text, _ in nodes)], base)
        or _picture(data.microdata.values("image.url", "image"), base)
        or _picture(data.meta("twitter:image"), base)
    )
    if found is None:
        return None
    text, url = found
    node = next((node for stated, node in nodes if stated in (text, url)), {})
    size = (data.first_meta("og:image:width"), data.first_meta("og:image:height"))
    width, height = size if text == next(iter(open_graph), None) else (None, None)
    declared_alt = data.first_meta("og:image:alt", "twitter:image:alt") if text in open_graph else None
    return Image(
        url=url,
        alt=one_line(declared_alt, _MAX_ALT) if declared_alt else _shown_alt(page, base, url),
        caption=next((one_line(line, _MAX_CAPTION) for line in strings(node.get("caption"))), None),
        width=pixels(node.get("width")) or pixels(width),
        height=pixels(node.get("height")) or pixels(height),
    )


def _picture(stated: Iterable[str], base: str) -> tuple[str, str] | None:
    """Return the first address of a picture, as stated and as an absolute link."""
    for text in islice(stated, _MAX_STATED):
        link = clean_link(text, base)
        if link and not NO_PICTURE.search(urlsplit(link).path):
            return text, link
    return None


def all_images(main: Iterable[Image], shown: Iterable[Image]) -> list[Image]:
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
    for article in data.articles:
        for value in (article.get("image"), article.get("thumbnailUrl")):
            for image in value if isinstance(value, list) else [value]:
                url = next(iter(strings(image, "url") or strings(image, "contentUrl")), None)
                if url:
                    yield url, image if isinstance(image, dict) else {}


def _shown_alt(page: Landmarks, base: str, url: str) -> str | None:
    """Return the alternative text of the same picture in the page; CDNs vary the query only."""
    path = urlsplit(url).path
    name = path.rsplit("/", 1)[-1]
    for element in page.img:
        source = element.get("src") or ""
        if name in source and urlsplit(clean_link(source, base) or "").path == path:
            alt = one_line(element.get("alt") or "", _MAX_ALT)
            if alt:
                return alt
    return None


def pixels(value: object) -> int | None:
    """Return a side of an image as markup or JSON-LD states it, None where that is no sensible number."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        return int(value) if 0 < int(value) <= _MAX_SIDE else None
    text = next(iter(strings(value, "value")), None) if isinstance(value, (str, dict)) else str(value)
    number = _NUMBER.fullmatch(text) if text else None
    return int(number[1]) if number and 0 < int(number[1]) <= _MAX_SIDE else None
