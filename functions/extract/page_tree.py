"""A page's source to a bounded element tree: the first thing that touches a stranger's markup.

The bounds are above what real pages have (of 991 news pages none had more than 10,645 tags, 5,000
elements, 73 attributes, 51 levels, 18 forms, 200 lists or tables, 4,600 cells in a table) and below what
makes the libraries after us, which are quadratic in all of these, need seconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from copy import deepcopy
from functools import cache

from lxml import etree
from lxml.html import HtmlElement

_MAX_TAGS = 40_000
_MAX_ELEMENTS = 6000
_MAX_ATTRIBUTES = 60_000  # real pages have 10,000; each takes memory in every copy of the tree
_FEW_ATTRIBUTES = 20
_MAX_DEPTH = 100
_MAX_FORMS = 50
_MAX_CONTROLS = 500
_MAX_LISTS = 500  # of each kind, tables counted as one
_MAX_TABLE_CELLS = 10_000  # of one table, each row as long as the longest
_MAX_TABLE_SPANS = 1000

# What trafilatura deletes in any case, in one pass in C before its own passes over the whole page; figures
# and pictures are here because the images of the text are marks by then.
_APPARATUS = (
    *("applet", "area", "aside", "audio", "button", "canvas", "datalist", "dialog", "embed", "fieldset"),
    *("figure", "footer", "frame", "frameset", "head", "iframe", "input", "label", "legend", "link", "map"),
    *("marquee", "math", "menu", "menuitem", "nav", "noindex", "noscript", "object", "optgroup", "option"),
    *("output", "param", "picture", "progress", "rp", "rt", "rtc", "script", "select", "source", "style"),
    *("svg", "textarea", "time", "track", "use", "video"),
)
_CONTROLS_WITH_TEXT = ("fieldset", "legend", "optgroup", "option", "textarea")
_LISTS = ("dl", "ol", "table", "ul")
_NAMING = ("aria-hidden", "class", "id", "role", "style")
_CONTAINERS = frozenset({"article", "div", "main", "section"})
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (_MAX_DEPTH + 1) + ")")
_ATTRIBUTES = etree.XPath("count(descendant-or-self::*/@*)")
_DEEPEST = etree.XPath("/*" * _MAX_DEPTH)

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
# Plane 15, whose characters mark links and images (inline_marks, image_marks), in UTF-8.
_RESERVED_START = b"\xf3"
_RESERVED = re.compile(rb"\xf3[\xb0-\xbf][\x80-\xbf]{2}")
# U+FFFE and U+FFFF, and the byte by which text that has none of their neighbours is told, which most is.
_NO_CHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")
_THEIR_START = b"\xef"
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?+")
# A thousand attributes and more; libxml2 is quadratic in them. As the HTML standard's tokeniser sees a tag
# (section 13.2.5), except that "<" begins another attribute: of each run of "<" all but the first attempts
# are short then. Possessive, so that none goes back.
# White space is written out: a class of listed characters is one look into a table, \s in a class is a call.
_S = rb"\t\n\x0b\x0c\r\x1c-\x20"
_ATTRIBUTE = (
    rb"""[%(S)b/]*+[^%(S)b/>][^%(S)b/><=]*+"""
    rb"""(?>="[^"]*+"|[%(S)b]*+=[%(S)b]*+(?>"[^"]*+"|'[^']*+'|[^%(S)b>"'][^%(S)b><]*+|)|)"""
) % {b"S": _S}
_OVERLOADED_TAG = re.compile(rb"<([a-zA-Z][^%b/><]*+)(?:%b){1000,}+" % (_S, _ATTRIBUTE))
# libxml2 takes a self-closed root for an empty document.
_SELF_CLOSED_ROOT = re.compile(rb"(<html\b[^<>]{0,1000})/>", re.IGNORECASE)
_HEAD = 4096  # bytes, in which the root begins


def parse_page(source: bytes) -> HtmlElement | None:
    """Return the root of the page, in UTF-8, within bounds; None where there is no element at all."""
    if root := _SELF_CLOSED_ROOT.search(source, 0, _HEAD):
        source = source[: root.end(1)] + source[root.end() - 1 :]
    bounded, tags = _bounded_tags(source)
    markup = _xml_bytes(bounded)
    try:
        page = etree.fromstring(markup, _parser())
    except (etree.XMLSyntaxError, etree.ParserError):
        return None
    if not isinstance(page, HtmlElement):
        return None
    if tags > _MAX_ELEMENTS:
        _bound_elements(page)
    if len(markup) > _MAX_ATTRIBUTES * 3:  # shorter ones cannot hold so many
        _bound_attributes(page)
    _bound_depth(page)
    _bound_numbers(page)
    return page


def without_apparatus(page: HtmlElement) -> HtmlElement:
    """Remove from a page, in place, what is no article's text whoever looks at it."""
    for figure in page.iter("figure"):
        if figure.find(".//table") is not None:
            figure.tag = "div"
    etree.strip_elements(page, *_APPARATUS, with_tail=False)
    return page


def strip_images(page: HtmlElement) -> None:
    """Take the images out of a page, in place."""
    etree.strip_tags(page, "img")


def walk_of(page: HtmlElement) -> etree.iterwalk:
    """Return a walk that tells where each element starts and ends, and can leave out what is in one."""
    return etree.iterwalk(page, events=("start", "end"))


def page_of(body: HtmlElement) -> HtmlElement:
    """Return a page whose article is this element, as a copy.

    What a site calls it is forgotten, for that leads astray where it means something else around it.
    """
    page = deepcopy(_frame())
    container = _copy(body)
    container.tag = container.tag if container.tag in _CONTAINERS else "div"
    page[0][0].append(container)
    return page


def _copy(element: HtmlElement) -> HtmlElement:
    copied = deepcopy(element)
    copied.tail = None
    for name in _NAMING:
        copied.attrib.pop(name, None)
    return copied


@cache
def _parser() -> etree.HTMLParser:
    """Return the parser of all pages: it holds nothing of a page, and takes a while to make."""
    parser = etree.HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    # Looked up in C; lxml.html's own lookup asks Python for every element that is touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _bounded_tags(source: bytes) -> tuple[bytes, int]:
    """Cut the source off after so many tags, for a tree takes up to a hundred times its source's memory.

    Return it, and how many tags it had.
    """
    tags = len(source) - len(source.replace(b"<", b""))  # count() takes longer for it
    if tags > _MAX_TAGS:
        source = b"<".join(source.split(b"<", _MAX_TAGS)[:_MAX_TAGS])
    return _OVERLOADED_TAG.sub(rb"<\1", source), tags


def _xml_bytes(source: bytes) -> bytes:
    """Leave out what XML 1.0 cannot carry (as newswire.text.xml_text, but fast) and what we reserve."""
    markup = source.translate(None, _CONTROLS)
    if _THEIR_START in markup:
        markup = _NO_CHARACTERS.sub(b"", markup)
    if _RESERVED_START in markup:
        markup = _RESERVED.sub(b"", markup)
    return _REFERENCE.sub(_allowed, markup)


def _allowed(reference: re.Match[bytes]) -> bytes:
    """Return a numeric reference, nothing where it stands for what is not allowed as it is either."""
    digits = (reference[1] or reference[2]).lstrip(b"0")[:8]
    code = int(digits or b"0", 16 if reference[1] else 10)
    is_control = code < 32 and code not in (9, 10, 13)
    is_reserved = 0xF0000 <= code <= 0xFFFFF
    is_no_character = 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)
    return b"" if is_control or is_reserved or is_no_character else reference[0]


def _bound_elements(page: HtmlElement) -> None:
    """Cut the page off after so many elements."""
    if page.xpath("count(//*)") > _MAX_ELEMENTS:
        for element in list(page.iter("*"))[:_MAX_ELEMENTS:-1]:
            _remove(element)


def _bound_attributes(page: HtmlElement) -> None:
    """Leave only few attributes to each element of a page that has too many."""
    if _ATTRIBUTES(page) > _MAX_ATTRIBUTES:
        for element in page.iter("*"):
            for name in element.keys()[_FEW_ATTRIBUTES:]:
                del element.attrib[name]


def _bound_depth(page: HtmlElement) -> None:
    """Make text of everything below the deepest level allowed."""
    if _TOO_DEEP(page):
        for element in _DEEPEST(page):
            etree.strip_tags(element, "*")


def _bound_numbers(page: HtmlElement) -> None:
    """Bound what the libraries after us are quadratic in, found in one pass."""
    found: defaultdict[str, list[HtmlElement]] = defaultdict(list)
    for element in page.iter("form", *_CONTROLS_WITH_TEXT, *_LISTS, "td", "th", "tr"):
        found[element.tag].append(element)
    for form in found["form"][:_MAX_FORMS:-1]:
        _remove(form)
    for control in [one for tag in _CONTROLS_WITH_TEXT for one in found[tag]][:_MAX_CONTROLS:-1]:
        _remove(control)
    for tag in _LISTS:
        for element in found[tag][_MAX_LISTS:]:
            element.tag = "div"
    _bound_tables(found["table"][:_MAX_LISTS], [*found["td"], *found["th"]], len(found["tr"]))


def _bound_tables(tables: list[HtmlElement], cells: list[HtmlElement], rows: int) -> None:
    """Make of huge tables containers; forget all spans where together they stretch tables beyond reason."""
    for table in tables:
        widths = [len(row) for row in table.iter("tr")]
        if len(widths) * max(widths, default=0) > _MAX_TABLE_CELLS:
            table.tag = "div"
    spanning = [cell for cell in cells if {"colspan", "rowspan"}.intersection(cell.keys())]
    columns = [_span(cell, "colspan") for cell in spanning]
    stretched = sum(width * _span(cell, "rowspan") for cell, width in zip(spanning, columns, strict=True))
    if stretched > _MAX_TABLE_SPANS or sum(columns) * rows > _MAX_TABLE_CELLS:
        for cell in spanning:
            cell.attrib.pop("colspan", None)
            cell.attrib.pop("rowspan", None)


def _remove(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _span(cell: HtmlElement, attribute: str) -> int:
    """Return a span; what is no small number in ASCII digits is forgotten, since readers differ about it."""
    value = cell.get(attribute, "1")
    if value.isascii() and value.isdecimal() and len(value) < 3:
        return int(value)
    del cell.attrib[attribute]
    return 1


def compiled(path: str) -> etree.XPath:
    """Return an expression to be asked of many trees: reading it anew takes as long as the answer."""
    return etree.XPath(path, smart_strings=False)


def empty_page() -> HtmlElement:
    """Return a page that says nothing."""
    return _empty("<html><body></body></html>")


def _empty(markup: str) -> HtmlElement:
    page: HtmlElement = etree.fromstring(markup, _parser())
    return page


@cache
def _frame() -> HtmlElement:
    """Return the page that an article alone is put into: a copy of it is had sooner than by parsing."""
    return _empty("<html><body><article></article></body></html>")
