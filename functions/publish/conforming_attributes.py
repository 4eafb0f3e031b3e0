"""Attributes whose values conform: valid URLs (URL Standard, 4.3), languages and directions."""

from __future__ import annotations

import re
from html import escape, unescape

from functions.publish.html_tree import Element

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DIRECTIONS = {"auto", "ltr", "rtl"}
_PARTS = re.compile(r"(?s)([A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#\\]*)?)([^?#]*)(\?[^#]*)?(#.*)?")
# What no URL may hold: C0 controls, the space and ASCII that are no URL code points; a lone per cent sign.
_FORBIDDEN = re.compile(r"""[\x00- "<>\[\\\]^`{|}\x7f]|%(?![0-9A-Fa-f]{2})""")


def conforming_attributes(node: Element) -> dict[str, str]:
    """Return an element's attributes, escaped, without those that say nothing valid."""
    kept = {name: value for name, value in node.attributes.items() if _holds(name, value)}
    if node.name == "a" and "href" not in kept:
        kept.pop("rel", None)
    for name in {"href", "src"} & kept.keys():
        kept[name] = escape(conforming_url(unescape(kept[name])))
    if node.name == "img":
        kept.setdefault("alt", "")  # nothing is known of the picture: screen readers pass it over
    return kept


def conforming_url(address: str) -> str:
    """Return an absolute URL with what may not stand in one escaped, as browsers would read it."""
    found = _PARTS.fullmatch(address.strip())
    if found is None:
        return address
    start, path, query, fragment = found[1], found[2], found[3] or "", found[4] or ""
    if "//" in start:
        path = path.replace("\\", "/")  # URL Standard, 4.4: the same in special schemes
    marks = fragment[:1]
    rest = fragment[1:].replace("#", "%23")
    return start + _escaped(path.lstrip(" ")) + _escaped(query) + marks + _escaped(rest)


def _escaped(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _holds(name: str, value: str) -> bool:
    if name == "lang":
        return _LANGUAGE.fullmatch(value) is not None
    return name != "dir" or value.lower() in _DIRECTIONS
