"""Images of the text, carried through trafilatura as single private-use characters.

Asked to keep images, trafilatura decides differently about what is article. So each image that stands
between paragraphs gets one character at the end of the paragraph before it, or at the start of the one
after it, which its heuristics take for text; the walk of the result (page_html) turns it back into a
figure. An image goes where its paragraph goes: pictures of teasers, authors and advertisements, which
stand beside no paragraph of the article, are left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, takewhile
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from functions.extract.page_images import NO_PICTURE, pixels
from functions.extract.srcsets import by_usefulness
from newswire.article import Image
from newswire.text import one_line
from newswire.urls import clean_link

MAX_IMAGES = 40
FIRST_MARK = 0xF1000
"""The first image's character; the next one's follows. Plane 15 is reserved by `inline_marks`."""
IMAGE_MARK = re.compile(f"[{chr(FIRST_MARK)}-{chr(FIRST_MARK + MAX_IMAGES)}]")

_MAX_SEEN = 300
_MAX_ALT = 300
_MAX_CAPTION = 1000
_SMALLEST = 100  # pixels; smaller ones are icons, portraits and counters
_PROSE = 40  # characters of a paragraph beside an image
_LEVELS = 5
# libxml2 does not know that "source" holds nothing.
_WRAPPINGS = frozenset({"a", "center", "div", "figure", "p", "picture", "section", "source", "span"})
_PARAGRAPHS = frozenset({"h2", "h3", "h4", "h5", "h6", "p"})
# Where scripts that load images late keep the address.
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "src")
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CAPTION = re.compile(r"(?:^|[\s_-])caption", re.IGNORECASE)


def mark_images(elements: Sequence[HtmlElement], base: str) -> tuple[Image, ...]:
    """Mark a page's images, all its `img` elements, in place; return them in the order of their marks."""
    images: list[Image] = []
    for element in elements[:_MAX_SEEN]:
        if _is_icon(element):
            continue
        frame = _frame(element)
        place = _place(frame if frame is not None else _holder(element))
        address = None if place is None else _address(element, base)
        if place is None or address is None:
            continue
        _put(place, chr(FIRST_MARK + len(images)))
        images.append(_image(element, frame, address))
        if frame is not None and frame.tag != "figure" and frame.getparent() is not None:
            frame.drop_tree()
        if len(images) == MAX_IMAGES:
            break
    return tuple(images)


def _is_icon(element: HtmlElement) -> bool:
    """Return whether an image is no picture: an icon, or one that counts readers and is not shown."""
    for side in (element.get("width"), element.get("height")):
        if side is not None and (pixels(side) or _SMALLEST) < _SMALLEST:
            return True
    style = element.get("style")
    return bool(style) and _HIDDEN.search(style) is not None


def _address(element: HtmlElement, base: str) -> str | None:
    """Return where the picture is: the first of the addresses that the page says that leads to one.

    What scripts read may be a mere switch ("true"), and what stands in `src` until they ran a placeholder.
    """
    stated = chain((element.get(name) or "" for name in _SOURCES), _in_sizes(element))
    links = (clean_link(one, base) for one in stated if "/" in one or "." in one)
    return next((one for one in links if one and not NO_PICTURE.search(urlsplit(one).path)), None)


def _in_sizes(element: HtmlElement) -> Iterator[str]:
    """Yield the addresses of a picture that is given in several sizes, the most useful first."""
    # libxml2 has a picture inside the sources before it
    sources = list(takewhile(lambda one: one.tag == "source", element.iterancestors()))
    for holder in [element, *sources[::-1]]:
        for name in _SETS:
            yield from by_usefulness(holder.get(name) or "")


def _frame(element: HtmlElement) -> HtmlElement | None:
    """Return the element that holds the image together with its caption."""
    for number, ancestor in enumerate(element.iterancestors()):
        if number == _LEVELS or ancestor.tag not in _WRAPPINGS:
            return None
        if ancestor.tag == "figure":
            return None if ancestor.find(".//table") is not None else ancestor
        if "wp-caption" in (ancestor.get("class") or ""):
            return ancestor
    return None


def _holder(element: HtmlElement) -> HtmlElement:
    """Return the outermost element that holds nothing but the image."""
    holder = element
    for _ in range(_LEVELS):
        parent = holder.getparent()
        if parent is None or parent.tag not in _WRAPPINGS or not _is_blank(parent):
            break
        holder = parent
    return holder


class _Place(NamedTuple):
    """Where a mark goes: before or after the text of an element, or after what follows it."""

    element: HtmlElement
    where: Literal["start", "end", "tail"]


def _place(holder: HtmlElement) -> _Place | None:
    """Return where in the prose beside the image its mark goes; None where there is no prose."""
    parent = holder.getparent()
    if parent is None:
        return None
    if parent.tag == "p" and len(parent.text_content().strip()) >= _PROSE:
        return _Place(parent, "end")
    before = _neighbour(holder, is_before=True)
    if before is not None and len((before.tail or "").strip()) >= _PROSE:
        return _Place(before, "tail")
    if before is not None and before.tag in _PARAGRAPHS and _is_prose(before):
        return _Place(before, "end")
    after = _neighbour(holder, is_before=False)
    return _Place(after, "start") if after is not None and after.tag == "p" and _is_prose(after) else None


def _put(place: _Place, mark: str) -> None:
    element = place.element
    if place.where == "start":
        element.text = mark + (element.text or "")
    elif place.where == "tail":
        element.tail = (element.tail or "") + mark
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + mark
    else:
        element.text = (element.text or "") + mark


def _neighbour(element: HtmlElement, *, is_before: bool) -> HtmlElement | None:
    """Return the next element on one side, past line breaks, other images and empty elements."""
    sibling = element
    for _ in range(_LEVELS):  # written out, for most images of a page are asked for both sides
        beside = sibling.getprevious() if is_before else sibling.getnext()
        if beside is None or (beside.tail or "").strip() or not _is_blank(beside):
            return beside
        sibling = beside
    return None


def _is_blank(element: HtmlElement) -> bool:
    """Return whether there is no text in an element; where there is, it is mostly found at once."""
    text = element.text
    if text and not text.isspace():
        return False
    for child in element:  # itertext takes longer to set up than most elements to look through
        tail = child.tail
        if (tail and not tail.isspace()) or not _is_blank(child):
            return False
    return True


def _is_prose(element: HtmlElement) -> bool:
    length = len(element.text_content().strip())
    return length >= (_PROSE if element.tag == "p" else 1)


def _image(element: HtmlElement, frame: HtmlElement | None, address: str) -> Image:
    caption = None if frame is None else _caption(frame)
    return Image(
        url=address,
        alt=one_line(element.get("alt") or "", _MAX_ALT) or None,
        caption=caption,
        width=pixels(element.get("width")),
        height=pixels(element.get("height")),
    )


def _caption(frame: HtmlElement) -> str | None:
    for element in frame.iter("figcaption", "p", "div", "span"):
        if element is not frame and (
            element.tag == "figcaption" or _CAPTION.search(element.get("class") or "")
        ):
            return one_line(str(element.text_content()), _MAX_CAPTION) or None
    return None
