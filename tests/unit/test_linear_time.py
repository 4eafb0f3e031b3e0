"""What is done outside of the worker with strangers' text takes time in proportion to its length.

The worker has a limit of CPU time and may die; the function that waits for it has neither. CPU time of this
thread is measured, with a bound a hundred times above what it takes: what grows by the square needs minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC

import pytest

from functions.extract.author_names import is_full_name, names_in
from functions.extract.path_patterns import matches, pattern_of
from functions.extract.retraction_words import mentions_withdrawal, states_withdrawal, without_notice
from functions.extract.text_comparison import fingerprint, share_kept
from newswire.article_text import text_of
from newswire.dates import parse_date
from newswire.head_html import elements
from newswire.http_dates import http_date
from newswire.near_duplicates import signature
from newswire.sanitise import clean_html
from newswire.text import folded, is_visible, one_line, shorten, slug, xml_text
from newswire.urls import article_id, clean_link, host_of

LENGTH = 100_000
SECONDS = 20.0  # of CPU, for the whole function and one text

# Beginnings that never come to their end, and what lies between the parts of a pattern.
PUMPS = (
    *(" ", "\n", "\t ", "\u00a0", "\u0301", "\U0001f35a", "a", "1", "W", "-", "–"),
    *(".", ";", ":", "@", "(", "[", "*", "$"),
    *("a.", "a-", "a ", "a*", "a=", "=", "a@", "A. ", "12:", "2026-", "dan ", "and ", "oleh "),
    *("/", "//", "../", "%2e", "?", "&", "&#", "&amp", "'", '"', "<", "<a", "<a ", "<!--", "<![CDATA[", "</"),
    *('<a "', "<a '>", "<br>", "&amp;"),
)


def _link(text: str) -> None:
    link = clean_link(f"https://kabar.example/{text[:2000]}")
    if link:
        article_id(link)
    clean_link(text)
    clean_link(text, "https://kabar.example/a/b")
    host_of(text)


def _pattern(text: str) -> None:
    matches(pattern_of(text[:2000].encode()), "/" + text[:2000])
    matches("/*a*a*a*a*a*a*a*a*b", "/" + text[:2000])


def _head(text: str) -> None:
    with suppress(ValueError):
        elements(text)


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "sanitising": clean_html,
    "text of what is sanitised": lambda text: text_of(clean_html(text)),
    "text of what is not": text_of,
    "links": _link,
    "dates": lambda text: parse_date(text, UTC),
    "dates of HTTP": http_date,
    "slugs": slug,
    "one line": lambda text: one_line(text, 300),
    "shortening": lambda text: shorten(text, 300),
    "folding": folded,
    "visibility": is_visible,
    "XML's characters": xml_text,
    "withdrawals": lambda text: (states_withdrawal(text), mentions_withdrawal(text), without_notice(text)),
    "names": lambda text: (names_in([text[:5000]]), is_full_name(text[:5000])),
    "fingerprints": lambda text: fingerprint(text, text),
    "signatures": signature,
    "robots patterns": _pattern,
    "the operator's HTML": _head,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_text_takes_more_than_its_length(name: str) -> None:
    for pump in PUMPS:
        text = pump * (LENGTH // len(pump)) + "!"
        started = time.thread_time()
        FUNCTIONS[name](text)
        spent = time.thread_time() - started
        assert spent < SECONDS, f"{pump!r} takes {spent:.1f} s"


def test_texts_are_compared_in_time() -> None:
    """A revision is compared with what is stored: both may be as long as a page."""
    before, after = ("kata " * 40_000, "kata " * 39_999 + "lain")
    started = time.thread_time()
    assert share_kept(before, after) > 0.9
    assert time.thread_time() - started < SECONDS
