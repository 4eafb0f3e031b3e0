"""Names and texts of XML elements, whatever their namespace is called."""

from __future__ import annotations

from lxml import etree

TEXT_LIMIT = 2000
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def local_name(element: etree._Element) -> str:
    """Return the local name in lower case; "" for comments, instructions and entities."""
    tag = element.tag
    # A prefix that nothing declares stays in the name.
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Return the namespace's name; "" where there is none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def text_in(element: etree._Element) -> str | None:
    """Return the text up to the first child, without space around it and of bounded length."""
    return (element.text or "")[:TEXT_LIMIT].strip() or None


def child_text(element: etree._Element, name: str) -> str | None:
    """Return the text of the first child of that local name."""
    return next((text_in(child) for child in element if local_name(child) == name), None)


def first(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first descendant of that local name, in any namespace."""
    return next(iter(element.iter(f"{{*}}{name}")), None)


def base_of(element: etree._Element) -> str | None:
    """Return the ``xml:base`` in effect (XML Base), unresolved where it is relative itself."""
    base: str | None = element.base
    return base


def language_of(element: etree._Element) -> str | None:
    """Return the element's own ``xml:lang``."""
    language: str | None = element.get(_LANG)
    return language
