"""Paragraphs out of text that stands loose between the blocks of a page.

Many sites, Indonesian ones above all, write an article's first lines straight into a container and only the
rest into paragraphs, or divide a text by pairs of line breaks. trafilatura takes the paragraphs and leaves
the loose text.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from functions.extract.page_tree import compiled

_LENGTH = 60  # characters; shorter loose text is labels
# One name a step: libxml2 is three times as slow where it has to choose among several.
_MIXED = (
    f"[text()[string-length(.) > {_LENGTH}]]"
    "[p or div or ul or ol or h2 or h3 or h4 or blockquote or table or figure or section or br]"
)
# A step down to all descendants: of "//" before a condition libxml2 makes two, and looks at every node.
_LOOSE = compiled(f"descendant::div{_MIXED} | descendant::span{_MIXED}")
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd label mark q s samp small"
    " span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_BLOCKS = ("blockquote", "div", "figure", "h1", "h2", "h3", "h4", "li", "p", "table")


def paragraphs_of(page: HtmlElement) -> list[HtmlElement]:
    """Return all paragraphs, after long runs of text and inline elements beside blocks were put into some.

    The page is changed in place.
    """
    paragraphs = list(page.iter("p"))
    for paragraph in paragraphs[:]:
        if len(paragraph) > 1:
            paragraphs += _divide(paragraph)
    for container in _LOOSE(page):
        for before, run in list(_runs(container)):
            paragraphs += _wrap(container, before, run)
        if container.tag == "span":
            container.tag = "div"
    return paragraphs


def _divide(paragraph: HtmlElement) -> list[HtmlElement]:
    """Make paragraphs of the parts of one that pairs of line breaks divide; return all but the first."""
    parts = []
    for end in [child for child in paragraph.iterchildren("br") if _ends_paragraph(child)][::-1]:
        part = paragraph.makeelement("p")
        part.text, end.tail = end.tail, None
        part.extend(end.itersiblings())
        part.tail, paragraph.tail = paragraph.tail, None
        paragraph.addnext(part)
        paragraph.remove(end)
        parts.append(part)
    return parts


def _runs(container: HtmlElement) -> Iterator[tuple[HtmlElement | None, list[HtmlElement]]]:
    """Yield what each run stands behind (None: it opens the container), and its elements."""
    before: HtmlElement | None = None
    run: list[HtmlElement] = []
    for child in container:
        if child.tag in _INLINE and not _ends_paragraph(child) and not _holds_blocks(child):
            run.append(child)
        else:
            yield before, run
            before, run = child, []
    yield before, run


def _ends_paragraph(child: HtmlElement) -> bool:
    """Return whether this is the second of two line breaks."""
    before = child.getprevious() if child.tag == "br" else None
    return before is not None and before.tag == "br" and not (before.tail or "").strip()


def _holds_blocks(child: HtmlElement) -> bool:
    return len(child) > 0 and next(child.iterdescendants(*_BLOCKS), None) is not None


def _wrap(container: HtmlElement, before: HtmlElement | None, run: list[HtmlElement]) -> list[HtmlElement]:
    text = (container.text if before is None else before.tail) or ""
    length = len(text.strip()) + sum(len(part.text_content()) + len(part.tail or "") for part in run)
    if length < _LENGTH:
        return []
    paragraph = container.makeelement("p")
    paragraph.text = text
    if before is None:
        container.text = None
        container.insert(0, paragraph)
    else:
        before.tail = None
        before.addnext(paragraph)
    paragraph.extend(run)
    return [paragraph]
