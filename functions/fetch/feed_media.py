"""Pictures and attached files of a feed's item: Media RSS, enclosures of RSS and Atom, iTunes images."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from functions.fetch.elements import TEXT_LIMIT, child_text, local_name, text_in

MEDIA = frozenset({"group", "content", "thumbnail", "enclosure", "link", "image", "player"})
"""Local names of the children that :func:`media_of` wants to see."""

_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
MEDIA_LIMIT = 100
"""Elements of one item, or of one group in it, that are looked at."""


@dataclass(frozen=True, slots=True)
class Medium:
    """One file: its link as written, what it says it is, and whether it only stands for another."""

    url: str
    type: str | None = None
    length: int | None = None
    width: int = 0
    is_picture: bool = False
    is_thumbnail: bool = False


def media_of(children: Iterable[etree._Element]) -> Iterator[Medium]:
    """Yield the files that children of an item name, those of ``media:group`` and ``media:content`` too."""
    for child in children:
        yield from _medium(child)
        for nested in child[:MEDIA_LIMIT]:
            if local_name(nested) in ("content", "thumbnail"):
                yield from _medium(nested)
                yield from (found for inner in nested[:10] for found in _thumbnail(inner))


def best_picture(media: Iterable[Medium]) -> str | None:
    """Return the widest picture, the first of equals; a thumbnail only where there is nothing else."""
    pictures = [one for one in media if one.is_picture or one.is_thumbnail]
    best = max(pictures, key=lambda one: (not one.is_thumbnail, one.width), default=None)
    return best.url if best else None


def _medium(element: etree._Element) -> Iterator[Medium]:
    name = local_name(element)
    if name == "link":
        if (element.get("rel") or "").lower() == "enclosure":
            yield from _file(element, element.get("href"))
    elif name in ("content", "enclosure"):
        yield from _file(element, element.get("url"))
    elif name == "image":  # itunes:image, and what some generators call <image> in an item
        link = element.get("href") or element.get("url") or child_text(element, "url") or text_in(element)
        if link:
            yield Medium(link[:TEXT_LIMIT], is_picture=True)
    else:
        yield from _thumbnail(element)


def _thumbnail(element: etree._Element) -> Iterator[Medium]:
    if local_name(element) == "thumbnail":
        link = element.get("url") or text_in(element)
        if link:
            yield Medium(link[:TEXT_LIMIT], width=_number(element.get("width")) or 0, is_thumbnail=True)


def _file(element: etree._Element, link: str | None) -> Iterator[Medium]:
    if not link:
        return
    kind = (element.get("type") or "").strip().lower()
    medium = (element.get("medium") or "").lower()
    picture = medium == "image" or kind.startswith("image/")
    if not kind and not medium:
        picture = _PICTURE.search(link[:TEXT_LIMIT]) is not None
    length = _number(element.get("length") or element.get("fileSize"))
    width = _number(element.get("width")) or 0
    yield Medium(link[:TEXT_LIMIT], kind[:100] or None, length, width, picture)


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None
