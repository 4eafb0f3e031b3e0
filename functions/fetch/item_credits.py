"""Whom an item of a feed credits: its authors, and the source that it was taken from."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from functions.fetch.elements import child_text, local_name, text_in


def authors_of(elements: list[etree._Element]) -> Iterator[str]:
    """RSS writes ``mail (Name)`` or a name, Atom a child ``name``; an address alone is no name."""
    named = [one for one in elements if local_name(one) != "contributor"]
    for element in (named or elements)[:100]:
        text = child_text(element, "name") or text_in(element) or ""
        name = text.partition("(")[2].rpartition(")")[0] if "@" in text else text
        if name.strip():
            yield name.strip()


def source_of(element: etree._Element) -> tuple[str | None, str | None]:
    """Return name and link of where an item came from: RSS ``source``, ``atom:source``, ``dc:source``."""
    title = child_text(element, "title") or text_in(element)
    links = {(one.get("rel") or "alternate"): one.get("href") for one in element if local_name(one) == "link"}
    link = element.get("url") or links.get("alternate") or links.get("self")
    if title and title.startswith(("http://", "https://")):
        return None, link or title
    return title, link
