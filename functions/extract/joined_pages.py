"""One article out of the pages that it is spread over. No I/O, no clock, no parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from functions.extract.extracted_page import ExtractedPage
from functions.extract.failures import PermanentFailure, TransientFailure
from newswire.article_text import text_of
from newswire.urls import host_of

_MOST_PAGES = 5
MOST_HTML = 500_000
"""Characters: what `newswire.sanitise` reads, which would load nh3 into this process."""

_REPEATED = 4  # blocks at the start of a page, among which its headline and lead are repeated
_BETWEEN_BLOCKS = re.compile(r"(?<=>)\n(?=<(?:p|h[2-6]|[uod]l|blockquote|pre|table|figure|img|div)[ >])")


@dataclass(frozen=True, slots=True)
class Joined:
    """An article's fields; with `shortfall`, why they are not all of it, and whether that may change."""

    fields: ExtractedPage
    shortfall: str | None = None
    is_passing: bool = False


def is_of_the_same_article(url: str, first: str) -> bool:
    """Return whether a further page came from where its first page did, redirects included."""
    own = urlsplit(first).path.rstrip("/")
    return host_of(url) == host_of(first) and f"{urlsplit(url).path}/".startswith(f"{own}/")


def join_pages(first: ExtractedPage, ask: Callable[[str], ExtractedPage]) -> Joined:
    """Return the whole article, given its first page's fields and how to ask for another page's.

    One page that holds everything is preferred. Else the pages are asked for in order, up to five in all, and
    the first failure, or more than can be sanitised, ends it: the article is then what was had up to there,
    since text before a gap is the publisher's, and text after it would be misread. `ask` raises
    :class:`PermanentFailure` or :class:`TransientFailure`.
    """
    try:
        if first.whole_page:
            return _whole(first, ask(first.whole_page))
    except (PermanentFailure, TransientFailure) as failure:
        return _short(first, "the page with all", failure)
    joined, texts = first, {first.text}
    for number, url in enumerate(first.further_pages[: _MOST_PAGES - 1], 2):
        try:
            fields = ask(url)
        except (PermanentFailure, TransientFailure) as failure:
            return _short(joined, f"page {number}", failure)
        if fields.text in texts:
            break  # the site shows the same page, whatever number is asked for
        texts.add(fields.text)
        appended = _appended(joined, fields)
        if len(appended.html) > MOST_HTML:
            return Joined(joined, f"page {number}: too long")
        joined = appended
    return Joined(joined)


def _whole(first: ExtractedPage, whole: ExtractedPage) -> Joined:
    """Take the text of the page that holds everything, where it does hold the first page's."""
    if len(whole.text) < len(first.text):
        return Joined(first, "the page with all holds less")
    return Joined(replace(first, html=whole.html, text=whole.text))


def _short(fields: ExtractedPage, which: str, failure: PermanentFailure | TransientFailure) -> Joined:
    return Joined(fields, f"{which}: {failure.reason}", isinstance(failure, TransientFailure))


def _appended(fields: ExtractedPage, further: ExtractedPage) -> ExtractedPage:
    known = {text_of(block) for block in _blocks(fields.html)[:_REPEATED]} | {fields.title or ""}
    blocks = _blocks(further.html)
    own = [block for place, block in enumerate(blocks) if place >= _REPEATED or text_of(block) not in known]
    html = "\n".join([fields.html, *own])
    return replace(fields, html=html, text=text_of(html))


def _blocks(html: str) -> list[str]:
    return _BETWEEN_BLOCKS.split(html) if html else []
