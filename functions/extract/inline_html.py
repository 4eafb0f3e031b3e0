"""Inline content of trafilatura's body tree as HTML: escaped, white space collapsed, marks left in place."""

from __future__ import annotations

import re
from html import escape

from lxml.etree import _Element

_SPACE = re.compile(r"\s+")


def inline_html(element: _Element) -> str:
    """Return an inline element; one that has no meaning of its own gives way to its content."""
    if element.tag == "lb":
        return "<br>"
    inner = content_html(element)
    match element.tag:
        case "del" | "code" if inner.strip():
            return f"<{element.tag}>{inner}</{element.tag}>"
        case "quote" if inner.strip():
            return f"<q>{inner}</q>"
    return inner


def content_html(element: _Element) -> str:
    """Return what is in an element, without itself."""
    parts = (inline_html(child) + text_html(child.tail) for child in element)
    return text_html(element.text) + "".join(parts)


def text_html(text: str | None) -> str:
    """Return text as HTML on one line."""
    if not text:
        return ""
    # Of white space, only single spaces are printable.
    is_one_line = text.isprintable() and "  " not in text
    return escape(text if is_one_line else _SPACE.sub(" ", text), quote=False)
