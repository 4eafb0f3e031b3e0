"""The article's main image, from what the page declares."""

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
_MAX_ALT = 300
_MAX_CAPTION = 1000
_MAX_SIDE = 20_000  # pixels
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d{1,3})?(?:\s*px)?\s*", re.ASCII)
# Sites declare their logo where an article has no image of its own.
_NO_PICTURE = re.compile(
    r"(?:^|[/_.-])(?:logo|placeholder|blank|spacer|no-?image)(?:[/_.-]|$)", re.IGNORECASE
)


def main_image(data: StructuredData, page: Landmarks, base: str) -> Image | None:
    """Return the image that Open Graph declares, else JSON-LD's, microdata's or Twitter's first one.

    Open Graph leads because JSON-LD lists the same picture in several crops. Size, caption and
    alternative text come from whichever source states them for this very address.
    """
    nodes = list(_nodes(data))
    stated = [
        *data.meta("og:image", "og:image:url"),
        *(url for url, _ in nodes),
    ]
    url = (
        _picture(stated, base)
        or _picture(data.microdata.values("image.url", "image"), base)
        or _picture(data.meta("twitter:image"), base)
    )
    if url is None:
        return None
    node = next((node for stated_url, node in nodes if clean_link(stated_url, base) == url), {})
    is_open_graph = url == clean_link(data.first_meta("og:image", "og:image:url") or "", base)
    return Image(
        url=url,
        alt=_alt(data, page, base, url) if is_open_graph else _shown_alt(page, base, url),
        caption=next((one_line(text, _MAX_CAPTION) for text in strings(node.get("caption"))), None),
        width=_pixels(node.get("width"))
        or (_pixels(data.first_meta("og:image:width")) if is_open_graph else None),
        height=_pixels(node.get("height"))
        or (_pixels(data.first_meta("og:image:height")) if is_open_graph else None),
    )


def _picture(stated: Iterable[str], base: str) -> str | None:
    links = (clean_link(link, base) for link in islice(stated, _MAX_STATED))
    return next((link for link in links if link and not _NO_PICTURE.search(urlsplit(link).path)), None)


def _nodes(data: StructuredData) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield address and node of the images of the article's nodes; a bare address has an empty node."""
    for article in data.articles:
        for value in (article.get("image"), article.get("thumbnailUrl")):
            for image in value if isinstance(value, list) else [value]:
                url = next(iter(strings(image, "url") or strings(image, "contentUrl")), None)
                if url:
                    yield url, image if isinstance(image, dict) else {}


def _alt(data: StructuredData, page: Landmarks, base: str, url: str) -> str | None:
    declared = data.first_meta("og:image:alt", "twitter:image:alt")
    return one_line(declared, _MAX_ALT) if declared else _shown_alt(page, base, url)


def _shown_alt(page: Landmarks, base: str, url: str) -> str | None:
    """Return the alternative text of the same picture in the page; CDNs vary the query only."""
    path = urlsplit(url).path
    for element in page.img:
        alt = one_line(element.get("alt") or "", _MAX_ALT)
        source = element.get("src") or ""
        if (
            alt
            and path.rsplit("/", 1)[-1] in source
            and urlsplit(clean_link(source, base) or "").path == path
        ):
            return alt
    return None


def _pixels(value: object) -> int | None:
    text = next(iter(strings(value, "value")), None) if isinstance(value, (str, dict)) else str(value)
    number = _NUMBER.fullmatch(text) if text else None
    return int(number[1]) if number and 0 < int(number[1]) <= _MAX_SIDE else None
