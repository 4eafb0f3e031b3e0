"""What of a page is the article: the only module that knows trafilatura.

trafilatura decides; this module decides what it is shown. Its verdict is best where it sees the article's
own element and little else, so that is tried first, and the more costly ways only where that finds nothing
to rely on:

1. one element holds nearly all the page's prose: it alone, as a page of its own;
2. the page without what is never an article's text, by the fast heuristics;
3. the same by all heuristics, where that found little, and the whole page where they found next to nothing;
4. where all this missed the element with most prose: that element alone.

The lead, which sites keep apart, is put back before the result.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura import __version__, bare_extraction
from trafilatura.settings import Document, Extractor

from functions.extract.article_frame import frame_article
from functions.extract.image_marks import mark_images
from functions.extract.inline_marks import mark
from functions.extract.laid_out_text import mark_laid_out
from functions.extract.lead import find_lead, restore_lead
from functions.extract.loose_text import paragraphs_of
from functions.extract.page_tree import compiled, page_of, strip_images, without_apparatus
from functions.extract.prose import Prose, measure
from newswire.article import Image

EXTRACTOR = f"trafilatura {__version__}"
"""Name and version, as stored with every article."""

# Shares and lengths in characters, set by labelled pages: docs/decisions/0026
_CONCENTRATED = 0.6
_ENOUGH_PROSE = 200
_MOST_OF_IT = 0.7
_SOMETHING = 250
_NEARLY_ALL = 0.9
_SMALL_SHARE = 0.3
_LONG_PROSE = 1000
_LARGE_SHARE = 0.35
_HALF = 0.5
# jusText, one of all heuristics, takes time by the square of the number of short blocks.
_MOST_BLOCKS = 2000
_BLOCKS = (
    "blockquote",
    "br",
    "dd",
    "div",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "p",
    "pre",
    "td",
    "th",
    "tr",
)

_STRING = compiled("string()")

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

    def has(self, length: float) -> bool:
        """Return whether its text has so many characters."""
        # Without the spaces that stand between elements it is found at once, and mostly long enough.
        return len(" ".join(str(_STRING(self.body)).split())) >= length or len(self.text()) >= length


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Where a page is, what its links are relative to, its headline, and what it says of itself."""

    url: str
    base: str
    headline: str | None
    description: str | None


def article_body(
    page: HtmlElement, pictures: Sequence[HtmlElement], again: Callable[[], HtmlElement], facts: PageFacts
) -> MarkedBody | None:
    """Return the article's body, or None.

    `page` is used up, `pictures` are its `img` elements; `again` gives it anew where the first attempts find
    little.
    """
    images = mark_images(pictures, facts.base)
    without_apparatus(page)
    prose = measure(paragraphs_of(page))
    seen = _Seen(facts, images, find_lead(page, facts.headline, facts.description))
    if _is_concentrated(prose):
        found = _within(prose, seen)
        if found is not None:
            return found
    frame_article(page, prose)
    found = _extracted(page, seen, fast=True)
    text = found.text() if found else ""
    if len(text) < _enough(prose):
        full = _by_all_heuristics(again, seen)
        found, text = (full, full.text()) if full else (found, text)
    if _is_elsewhere(prose, text):
        return _within(prose, seen) or found
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is the same for every attempt at one tree of a page."""

    facts: PageFacts
    images: tuple[Image, ...]
    lead: HtmlElement | None


def _by_all_heuristics(again: Callable[[], HtmlElement], seen: _Seen) -> MarkedBody | None:
    """Return what the full heuristics find, in the whole page where there is nothing in the rest of it."""
    found = None
    for whole in (False, True):
        page = again()
        images = mark_images(list(page.iter("img")), seen.facts.base)
        if not whole:
            without_apparatus(page)
        frame_article(page, measure(paragraphs_of(page)))
        has_many = next(islice(page.iter(*_BLOCKS), _MOST_BLOCKS, None), None) is not None
        found = _extracted(page, replace(seen, images=images), fast=has_many) or found
        if found and found.has(_SOMETHING):
            break
    return found


def _is_concentrated(prose: Prose) -> bool:
    return prose.length >= _ENOUGH_PROSE and prose.densest_length >= prose.length * _CONCENTRATED


def _enough(prose: Prose) -> float:
    """Return from which length on a text is taken for the whole article of a page with this prose."""
    if prose.few:
        return _SOMETHING
    return max(_SOMETHING, min(prose.length * _SMALL_SHARE, prose.densest_length * _NEARLY_ALL))


def _is_elsewhere(prose: Prose, text: str) -> bool:
    """Return whether a text has missed the element with most of the page's prose."""
    dense = prose.densest_length >= max(_LONG_PROSE, prose.length * _LARGE_SHARE) and not prose.few
    return dense and prose.share_in(text) < _HALF


def _within(prose: Prose, seen: _Seen) -> MarkedBody | None:
    """Return what is article in the element with most prose; None where that is little of it."""
    if prose.densest is None:
        return None
    found = _extracted(page_of(prose.densest), seen, fast=True, retries=False)
    return found if found and found.has(prose.densest_length * _MOST_OF_IT) else None


@cache
def _options(*, fast: bool, retries: bool) -> Extractor:
    """Return what it is asked, made once: it reads a file of settings each time.

    `retries`: whether it tries again by other rules where it finds little of the page's text.
    """
    options = Extractor(
        fast=fast,
        # Its text would be written out for nothing: the walk of the body gives ours.
        output_format="xml",
        comments=False,
        tables=True,
        # Each of these three changes what it takes for article (see inline_marks, image_marks).
        formatting=False,
        links=False,
        images=False,
        # Its own metadata costs time and holds the worst hangs.
        with_metadata=False,
    )
    if not retries:
        # Only its "balanced" focus measures the page and tries again; "recall" and "precision" change rules.
        options.focus = "once"
    return options


def _extracted(page: HtmlElement, seen: _Seen, *, fast: bool, retries: bool = True) -> MarkedBody | None:
    lead = deepcopy(seen.lead)
    links = mark(page, lead)
    mark_laid_out(page)
    if not retries:
        # It would itself, after it has copied the page twice. With retries it reads more than its own copy.
        strip_images(page)
    document = bare_extraction(page, url=seen.facts.url, options=_options(fast=fast, retries=retries))
    if not isinstance(document, Document):
        return None
    restore_lead(document.body, lead)
    return MarkedBody(document.body, links, seen.images)
