"""What of a page is the article: the only module that knows trafilatura.

trafilatura decides; this module decides what it is shown. Its verdict is best where it sees the article's
own element and little else, so that is tried first, and the more costly ways only where that finds nothing
to rely on:

1. one element holds nearly all the page's prose → it and the standfirst above it, as a page of their own;
2. the page without what is never an article's text, by the fast heuristics;
3. the whole page, by all heuristics, where that found little;
4. where all this missed the element with most prose: that element alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version

from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from functions.extract.image_marks import mark_images
from functions.extract.inline_marks import mark
from functions.extract.page_tree import page_of, without_apparatus
from functions.extract.prose import Prose, measure
from functions.extract.standfirst import standfirst
from newswire.article import Image

EXTRACTOR = f"trafilatura {version('trafilatura')}"
"""Name and version, as stored with every article."""

# Shares and lengths in characters, measured on 627 labelled pages.
_CONCENTRATED = 0.75
_ENOUGH_PROSE = 600
_MOST_OF_IT = 0.7
_SHORT = 700
_SMALL_SHARE = 0.3
_LONG_PROSE = 1000
_LARGE_SHARE = 0.35
_HALF = 0.5

# Its own log lines name pages and say nothing that the result does not.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class MarkedBody:
    """A body in trafilatura's vocabulary (p, head, list, quote, table …), and what its marks stand for."""

    body: _Element
    links: tuple[str, ...]
    images: tuple[Image, ...]

    def text(self) -> str:
        """Return the text, white space collapsed."""
        return " ".join(" ".join(self.body.itertext()).split())


def article_body(
    page: HtmlElement, again: Callable[[], HtmlElement], url: str, base: str, description: str | None
) -> MarkedBody | None:
    """Return the article's body, or None.

    `page` is used up; `again` gives it anew where the first attempts find little. `base` is what its links
    are relative to, `description` what the page says of itself.
    """
    images = mark_images(page, base)
    without_apparatus(page)
    prose = measure(page)
    if prose.densest is not None and _is_concentrated(prose):
        found = _within(prose, standfirst(prose.densest, description), images, url)
        if found is not None:
            return found
    found = None if prose.few else _extracted(page, images, url, fast=True)
    text = found.text() if found else ""
    if len(text) < max(_SHORT, prose.length * _SMALL_SHARE):
        whole = again()
        full = _extracted(whole, mark_images(whole, base), url, fast=False)
        found, text = (full, full.text()) if full else (found, text)
    if _is_elsewhere(prose, text):
        return _within(prose, (), images, url) or found
    return found


def _is_concentrated(prose: Prose) -> bool:
    return prose.length >= _ENOUGH_PROSE and prose.densest_length >= prose.length * _CONCENTRATED


def _is_elsewhere(prose: Prose, text: str) -> bool:
    """Return whether a text has missed the element with most of the page's prose."""
    dense = prose.densest_length >= max(_LONG_PROSE, prose.length * _LARGE_SHARE) and not prose.few
    return dense and prose.share_in(text) < _HALF


def _within(
    prose: Prose, opening: Iterable[HtmlElement], images: tuple[Image, ...], url: str
) -> MarkedBody | None:
    """Return what is article in the element with most prose; None where that is little of it."""
    if prose.densest is None:
        return None
    found = _extracted(page_of(opening, prose.densest), images, url, fast=True)
    return found if found and len(found.text()) >= prose.densest_length * _MOST_OF_IT else None


def _extracted(page: HtmlElement, images: tuple[Image, ...], url: str, *, fast: bool) -> MarkedBody | None:
    links = mark(page)
    document = bare_extraction(
        page,
        url=url,
        fast=fast,
        # Its text would be written out for nothing: the walk of the body gives ours.
        output_format="xml",
        include_comments=False,
        include_tables=True,
        # Each of these three changes what it takes for article (see inline_marks, image_marks).
        include_formatting=False,
        include_links=False,
        include_images=False,
        # Its own metadata costs a third more and holds the worst hangs.
        with_metadata=False,
    )
    return MarkedBody(document.body, links, images) if isinstance(document, Document) else None
