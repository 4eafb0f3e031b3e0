"""One article out of the pages that it is spread over. No I/O, no clock, no parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from functions.extract.extracted_page import ExtractedPage
from functions.extract.failures import Lack, PermanentFailure, Shortfall, TransientFailure
from functions.extract.site_rules import TDM_RESERVED
from newswire.article_text import text_of
from newswire.urls import host_of

_MOST_PAGES = 5
MOST_HTML = 500_000
"""Characters: what `newswire.sanitise` reads, which would load nh3 into this process."""

ELSEWHERE = "leads elsewhere"
ELSEWHERE_FOR_GOOD = "leads elsewhere for good"
_REPEATED = 4  # blocks at the start of a page, among which its headline and lead are repeated
_BETWEEN_BLOCKS = re.compile(r"(?<=>)\n(?=<(?:p|h[2-6]|[uod]l|blockquote|pre|table|figure|img|div)[ >])")


@dataclass(frozen=True, slots=True)
class Joined:
    """An article's fields, the links of the further pages whose text is in them, and what they lack."""

    fields: ExtractedPage
    pages: tuple[str, ...] = ()
    shortfall: Shortfall | None = None


def is_of_the_same_article(url: str, first: str) -> bool:
    """Return whether a further page came from where its first page did, redirects included."""
    own = urlsplit(first).path.rstrip("/")
    return host_of(url) == host_of(first) and f"{urlsplit(url).path}/".startswith(f"{own}/")


def is_of_another_article(further: ExtractedPage, first: ExtractedPage, url: str) -> bool:
    """Return whether a further page says that it is another article's, by its canonical URL and its headline.

    `url` is the first page's. The canonical URL of an article's page is the first page's, or below it.
    """
    stated = further.canonical_url
    if stated is None or (further.title is not None and further.title == first.title):
        return False
    own = [urlsplit(address).path.rstrip("/") for address in (first.canonical_url, url) if address]
    return not any(f"{urlsplit(stated).path}/".startswith(f"{path}/") for path in own)


def lack_of(failure: PermanentFailure | TransientFailure) -> Lack:
    """Return what a further page's failure says of it.

    It is gone by its publisher's word alone: 404, 410, a redirect elsewhere for good, a reservation. A
    refusal (403), robots.txt and a page that cannot be read say that there is one.
    """
    if isinstance(failure, TransientFailure):
        return "passing"
    is_gone = failure.status in {404, 410} or failure.reason in {ELSEWHERE_FOR_GOOD, TDM_RESERVED}
    return "gone" if is_gone else "unread"


def join_pages(first: ExtractedPage, ask: Callable[[str], ExtractedPage]) -> Joined:
    """Return the whole article, given its first page's fields and how to ask for another page's.

    One page that holds everything is preferred; where it cannot be had for good, the single ones do. They
    are asked for in order, up to five in all, and the first failure, or more than can be sanitised, ends it:
    the article is then what was had up to there, since text before a gap is the publisher's, and text after
    it would be misread. `ask` raises :class:`PermanentFailure` or :class:`TransientFailure`.
    """
    if first.whole_page is None:
        return _in_sequence(first, ask)
    whole = _whole(first, first.whole_page, ask)
    can_do_without = whole.shortfall is not None and whole.shortfall.lack != "passing"
    return _in_sequence(first, ask) if can_do_without and first.further_pages else whole


def _whole(first: ExtractedPage, url: str, ask: Callable[[str], ExtractedPage]) -> Joined:
    """Take the text of the page that holds everything, where it does hold the first page's."""
    try:
        whole = ask(url)
    except (PermanentFailure, TransientFailure) as failure:
        return Joined(first, (), Shortfall(f"the page with all: {failure.reason}", url, lack_of(failure)))
    if len(whole.text) < len(first.text):
        return Joined(first, (), Shortfall("the page with all holds less", url, "unread"))
    return Joined(replace(first, html=whole.html, text=whole.text), (url,))


def _in_sequence(first: ExtractedPage, ask: Callable[[str], ExtractedPage]) -> Joined:
    joined, texts = Joined(first), {first.text}
    for number, url in enumerate(first.further_pages[: _MOST_PAGES - 1], 2):
        try:
            fields = ask(url)
        except (PermanentFailure, TransientFailure) as failure:
            return replace(
                joined, shortfall=Shortfall(f"page {number}: {failure.reason}", url, lack_of(failure))
            )
        if fields.text in texts:
            break  # the site shows the same page, whatever number is asked for
        texts.add(fields.text)
        appended = _appended(joined.fields, fields)
        if len(appended.html) > MOST_HTML:
            return replace(joined, shortfall=Shortfall(f"page {number}: too long", url, "unread"))
        joined = Joined(appended, (*joined.pages, url))
    return joined


def _appended(fields: ExtractedPage, further: ExtractedPage) -> ExtractedPage:
    known = {text_of(block) for block in _blocks(fields.html)[:_REPEATED]} | {fields.title or ""}
    blocks = _blocks(further.html)
    own = [block for place, block in enumerate(blocks) if place >= _REPEATED or text_of(block) not in known]
    html = "\n".join([fields.html, *own])
    return replace(fields, html=html, text=text_of(html))


def _blocks(html: str) -> list[str]:
    return _BETWEEN_BLOCKS.split(html) if html else []
