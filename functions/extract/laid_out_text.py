"""Text whose lines a page has laid out itself (code, poems, tables of characters): ``pre`` elements."""

from __future__ import annotations

from lxml.html import HtmlElement

_NO_LANGUAGE = "zxx"  # BCP 47: no linguistic content
_PROSE = ("blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul")


def mark_laid_out(page: HtmlElement) -> None:
    """Let a page's ``pre`` elements be known as such in trafilatura's result, in place.

    What has a language is code to it; other code it knows by signs, and takes the rest for quotations, whose
    white space it collapses. Lines that are ``div`` elements it would join. A ``pre`` around paragraphs,
    lists or tables, be it only not closed, is none.
    """
    for laid_out in page.iter("pre"):
        if next(laid_out.iterdescendants(*_PROSE), None) is None:
            laid_out.set("lang", _NO_LANGUAGE)
            for line in laid_out.iterdescendants("div"):
                line.tag = "p"
