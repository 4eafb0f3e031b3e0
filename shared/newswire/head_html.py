"""HTML that an operator adds to every page's head: read strictly, so that it cannot end the head.

Only what the HTML standard (section 4.2, metadata content) has in a head is understood. It is read by a
grammar that is narrower than browsers' on purpose: what it accepts, they read in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

ALLOWED = "link, meta, noscript, script, style and comments"
_ATTRIBUTE = r"""[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
_PIECE = re.compile(
    rf"""(?P<space>\s++)
    |<!--(?!-?>)(?P<comment>(?:(?!--).)*+)-->
    |<(?P<void>link|meta)\b(?P<of_void>(?:\s++{_ATTRIBUTE})*+)\s*+/?>
    |<(?P<name>noscript|script|style)\b(?P<of_name>(?:\s++{_ATTRIBUTE})*+)\s*+>
     (?P<content>(?:(?!</(?P=name)[\s/>]).)*+)</(?P=name)\s*+>""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_NAME_AND_VALUE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")


class HeadHtmlError(ValueError):
    """HTML that does not belong into a head; the message says what and what is allowed."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element, its names in lower case. ``content`` is what stands in it, byte for byte."""

    name: str
    attributes: Mapping[str, str]
    content: str = ""


def elements(html: str) -> tuple[Element, ...]:
    """Return the elements in their order; raise :class:`HeadHtmlError` for anything else."""
    return tuple(_elements(html, within=""))


def _elements(html: str, within: str) -> Iterator[Element]:
    position = 0
    while position < len(html):
        piece = _PIECE.match(html, position)
        if piece is None:
            shown = " ".join(html[position : position + 60].split())
            raise HeadHtmlError(f"cannot be read from {shown!r} on; in a page's head {ALLOWED} are allowed")
        position = piece.end()
        name = (piece["void"] or piece["name"] or "").lower()
        if name:
            element = Element(
                name, _attributes(piece["of_void"] or piece["of_name"] or ""), piece["content"] or ""
            )
            yield from _checked(element, within)


def _checked(element: Element, within: str) -> Iterator[Element]:
    handler = next((name for name in element.attributes if name.startswith("on")), None)
    if handler is not None:
        raise HeadHtmlError(
            f"{handler} of <{element.name}> would never run: put its code into a script element"
        )
    if within and element.name in {"script", "noscript"}:
        raise HeadHtmlError(f"<{element.name}> stands in <{within}>; link, meta and style are allowed there")
    if element.name == "script" and "<!--" in element.content:
        # Section 13.2.5.20: from there on </script> need not be the end.
        raise HeadHtmlError("a script has <!-- in it, which browsers read in several ways; leave it out")
    yield element
    if element.name == "noscript":
        yield from _elements(element.content, within="noscript")


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _NAME_AND_VALUE.findall(text):
        found.setdefault(name.lower(), unescape("".join(values)))
    return found
