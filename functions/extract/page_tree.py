"""A page's source to a bounded element tree: the first thing that touches a stranger's markup.

The bounds are far above what real pages have (of 930 news pages none had more than 5,000 elements,
51 levels or 18 forms) and below what makes the libraries after us quadratic.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from newswire.text import xml_text

_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 100
_MAX_FORMS = 50
_MAX_TABLE_SPANS = 1000

# libxml2 takes a self-closed root for an empty document.
_SELF_CLOSED_ROOT = re.compile(r"(<html\b[^<>]{0,1000})/>", re.IGNORECASE)


def parse_page(source: str) -> HtmlElement | None:
    """Return the root of the page, within bounds; None where there is no element at all."""
    head = _SELF_CLOSED_ROOT.sub(r"\1>", source[:4096], count=1)
    markup = xml_text(head + source[4096:]).encode()
    try:
        page = etree.fromstring(markup, _parser())
    except (etree.XMLSyntaxError, etree.ParserError):
        return None
    if not isinstance(page, HtmlElement):
        return None
    _bound_depth(page)
    _bound_elements(page)
    _bound_forms(page)
    _bound_spans(page)
    return page


def _parser() -> etree.HTMLParser:
    parser = etree.HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    # Looked up in C; lxml.html's own lookup asks Python for every element that is touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _bound_depth(page: HtmlElement) -> None:
    """Make text of everything below the deepest level allowed."""
    level = [page]
    for _ in range(_MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    for element in level:
        etree.strip_tags(element, "*")


def _bound_elements(page: HtmlElement) -> None:
    """Cut the page off after so many elements."""
    surplus = list(page.iter("*"))[_MAX_ELEMENTS:]
    for element in reversed(surplus):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _bound_forms(page: HtmlElement) -> None:
    for form in list(page.iter("form"))[_MAX_FORMS:]:
        form.tag = "div"


def _bound_spans(page: HtmlElement) -> None:
    """Forget all spans where together they stretch the page's tables beyond reason."""
    cells = page.xpath("//td[@colspan or @rowspan] | //th[@colspan or @rowspan]")
    if sum(_span(cell, "colspan") * _span(cell, "rowspan") for cell in cells) > _MAX_TABLE_SPANS:
        for cell in cells:
            cell.attrib.pop("colspan", None)
            cell.attrib.pop("rowspan", None)


def _span(cell: HtmlElement, attribute: str) -> int:
    value = cell.get(attribute, "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 1


def empty_page() -> HtmlElement:
    """Return a page that says nothing."""
    page = parse_page("<html><body></body></html>")
    assert page is not None  # noqa: S101 - the markup is ours
    return page
