"""Values that all feed formats have in common: dates, addresses, identifiers, media types, HTML inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
# RFC 4151, section 2.1: an authority, a date, and what it names.
TAG_URI = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d{2}(-\d{2})?)?:\S+")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    r" \d\d:\d\d:\d\d ([+-]\d{4}|GMT)"
)
_CLOCKS_DIFFER = timedelta(minutes=1)


def rfc3339(text: str | None) -> datetime | None:
    """Return the moment, ``None`` where the text is none (RFC 3339, section 5.6)."""
    try:
        return datetime.fromisoformat(text) if text and _RFC_3339.fullmatch(text) else None
    except ValueError:
        return None


def rfc822(text: str | None) -> datetime | None:
    """Return the moment, ``None`` where the text is none, or has a year of two digits or a wrong weekday."""
    if not text or not _RFC_822.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.strftime("%a") == text[:3] else None


def is_future(moment: datetime, now: datetime) -> bool:
    """Return whether the moment is later than a clock that is a little fast would say."""
    return moment > now + _CLOCKS_DIFFER


def is_web_address(text: str | None) -> bool:
    """Return whether the text is an absolute http(s) URL without characters that RFC 3986 has not."""
    if not text or re.search(r'[\s<>"{}|\\^`]', text):
        return False
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def is_uri(text: str | None) -> bool:
    """Return whether the text is absolute: a scheme, and no white space."""
    return bool(text and re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", text))


def active_or_relative(html: str) -> Iterator[str]:
    """Yield what an HTML body may not have: what runs, and what is relative to an address that it has not."""
    root = etree.HTML(f"<div>{html}</div>") if html.strip() else None
    for element in [] if root is None else root.iter(etree.Element):
        name = str(element.tag).lower()
        if name in {"script", "style", "iframe", "object", "embed", "form", "base", "meta", "link"}:
            yield f"<{name}> in the content"
        for attribute, value in element.attrib.items():
            if attribute.lower().startswith("on"):
                yield f"attribute {attribute} in the content"
            if attribute in {"href", "src"} and not value.startswith(("http://", "https://", "mailto:")):
                yield f"{attribute} {value[:60]!r} in the content"


def stylesheets(root: etree._Element) -> list[str]:
    """Return the data of the stylesheet instructions before the root (xml-stylesheet, section 3)."""
    found, node = [], root.getprevious()
    while node is not None:
        if isinstance(node, etree._ProcessingInstruction) and node.target == "xml-stylesheet":
            found.append(node.text or "")
        node = node.getprevious()
    return found
