"""From trafilatura's body tree to plain, valid HTML, in one walk.

The tree mixes blocks and inline elements freely; the result does not: it is made of blocks (p, h2 to h6,
ul, ol, dl, blockquote, pre, table, figure), inline elements stand only inside them, and everything is
escaped. So nothing active can be in it; publish sanitises what it shows all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from lxml.etree import _Element

from functions.extract.article_body import MarkedBody
from functions.extract.figures import figure_html, link_tag
from functions.extract.furniture import without
from functions.extract.image_marks import FIRST_MARK, IMAGE_MARK
from functions.extract.inline_html import content_html, inline_html, text_html
from functions.extract.inline_marks import PARAGRAPH, unmark
from newswire.article import Image
from newswire.article_text import text_of
from newswire.sanitise import MAX_LENGTH, clean_html
from newswire.text import xml_text
from newswire.urls import clean_link

_BLOCKS = ("div", "head", "list", "item", "p", "quote", "code", "table", "row", "cell")
_LOWER_HEADINGS = frozenset({"h3", "h4", "h5", "h6"})
_INLINE_CODE = frozenset({"p", "item", "cell", "head"})
_EMPTY_INLINE = re.compile(r"<(a|strong|em|sub|sup)(?: [^<>]*)?>( ?)</\1>")
_TOP = 3  # blocks
_MANY = 4
_LONG = 50_000  # characters
_WORD = re.compile(r"\w+")
_BREAKS = re.compile(r" ?(?:<br> ?)+")
_BALANCED = re.compile(r"</(?:q|del|code)>")


class _Block(NamedTuple):
    tag: str
    inner: str

    def html(self) -> str:
        return f"<{self.tag}>{self.inner}</{self.tag}>"


class ArticleHtml(NamedTuple):
    """A body as HTML, the images that stand in it, and the text of the furniture that was taken out of it."""

    html: str
    images: list[Image]
    furniture: str


def html_of(article: MarkedBody, base_url: str, headline: str | None) -> ArticleHtml:
    """Return the body as HTML, without furniture.

    Links are made absolute by `base_url`; only http and https ones stay. The headline stands above every
    article already, so a repetition at the top of the text is left out.
    """
    walk = _Walk(base_url, article.links, article.images)
    blocks = walk.flow(article.body)
    title = _WORD.findall((headline or "").lower())
    for block in blocks[:_TOP]:
        if (
            len(block.inner) < _MANY * len(headline or "")
            and _WORD.findall(text_of(block.inner).lower()) == title
        ):
            blocks.remove(block)
            break
    kept = [_Block(*block) for block in without(blocks)]
    html, taken = _joined(kept), set(blocks).difference(kept)
    furniture = text_of(_joined(block for block in blocks if block in taken)) if taken else ""
    # Sanitising bounds long texts; and around some elements a mark may end in the wrong place.
    is_clean = len(html) <= _LONG and not _BALANCED.search(html)
    return ArticleHtml(html if is_clean else clean_html(html), walk.shown, furniture)


def _joined(blocks: Iterable[_Block]) -> str:
    """Return the HTML of so many blocks as sanitising reads."""
    lines: list[str] = []
    left = MAX_LENGTH
    for block in blocks:
        line = block.html()
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    return xml_text("\n".join(lines))


class _Walk:
    """One walk; it knows what the links of this page lead to."""

    def __init__(self, base_url: str, link_targets: tuple[str, ...], images: tuple[Image, ...]) -> None:
        self._base_url = base_url
        self._link_targets = link_targets
        self._images = images
        self.shown: list[Image] = []

    def flow(self, element: _Element) -> list[_Block]:
        """Return the blocks inside an element; what stands between them becomes paragraphs."""
        blocks: list[_Block] = []
        run = text_html(element.text)
        for child in element:
            found = self._blocks(child)
            if found is None:
                run += inline_html(child)
            else:
                blocks += self._paragraph(run) + found
                run = ""
            run += text_html(child.tail)
        return blocks + self._paragraph(run)

    def _paragraph(self, run: str) -> list[_Block]:
        if not run or run.isspace():
            return []
        blocks: list[_Block] = []
        for part in [run] if _BALANCED.search(run) else run.split(PARAGRAPH):
            figures, inner = self._figures(part), self._phrase(part)
            paragraph = [_Block("p", inner)] if inner else []
            first = IMAGE_MARK.match(part.lstrip())
            blocks += figures + paragraph if first else paragraph + figures
        return blocks

    def _figures(self, run: str) -> list[_Block]:
        """Return the images whose marks stand in a run, each image of the page once."""
        figures: list[_Block] = []
        for found in IMAGE_MARK.findall(run):
            number = ord(found) - FIRST_MARK
            image = self._images[number] if number < len(self._images) else None
            if image is not None and image not in self.shown:
                self.shown.append(image)
                figures.append(_Block("figure", figure_html(image)))
        return figures

    def _phrase(self, run: str) -> str:
        """Return inline content with its marks as elements; "" where there is no text in it."""
        line = " ".join(run.split())
        if "<br>" in line:
            line = _BREAKS.sub("<br>", line).removeprefix("<br>").removesuffix("<br>")
        html = unmark(line, self._link_tag)
        if "</" in html:
            html = _EMPTY_INLINE.sub(r"\2", html)
        html = html.strip()
        return "" if html == "<br>" else html

    def _blocks(self, element: _Element) -> list[_Block] | None:
        """Return the blocks that an element stands for, or None for an inline element."""
        match element.tag:
            case "head":
                return self._heading(element)
            case "list":
                return self._list(element)
            case "quote":
                return self._quotation(element)
            case "code":
                return self._code(element)
            case "table":
                return self._table(element)
        # Containers, and inline elements around blocks (<del><p>…</p></del>), give way to their content.
        return self.flow(element) if next(element.iter(*_BLOCKS), None) is not None else None

    def _heading(self, element: _Element) -> list[_Block]:
        run, level = content_html(element), element.get("rend", "")
        inner = self._phrase(run)
        # The page's own h1 is the headline of the article, so the text's begin below it.
        heading = [_Block(level if level in _LOWER_HEADINGS else "h2", inner)] if inner else []
        return heading + self._figures(run)

    def _quotation(self, element: _Element) -> list[_Block] | None:
        if _parent_tag(element) == "p":
            return None  # an HTML parser leaves no block quotation in a paragraph: this was a <q>
        inner = "".join(block.html() for block in self.flow(element))
        return [_Block("blockquote", inner)] if inner else []

    def _list(self, element: _Element) -> list[_Block]:
        kind = element.get("rend", "")
        items: list[str] = []
        for child in element:
            blocks = self.flow(child) if child.tag == "item" else self._blocks(child) or []
            inner = _inner(blocks + self._paragraph(text_html(child.tail)))
            tag = ("dt" if child.get("rend", "").startswith("dt") else "dd") if kind == "dl" else "li"
            if inner:
                items.append(_Block(tag, inner).html())
        listed = [_Block(kind if kind in {"ol", "dl"} else "ul", "".join(items))] if items else []
        return self._paragraph(text_html(element.text)) + listed

    def _table(self, element: _Element) -> list[_Block]:
        rows = [[(cell, self.flow(cell)) for cell in row] for row in element.iterchildren("row", "tr")]
        if max((sum(bool(blocks) for _, blocks in row) for row in rows), default=0) < 2:
            # A table of one column is layout.
            return [block for row in rows for _, blocks in row for block in blocks]
        lines = [
            "".join(_Block("th" if cell.get("role") == "head" else "td", _inner(b)).html() for cell, b in row)
            for row in rows
            if any(blocks for _, blocks in row)
        ]
        return [_Block("table", _Block("tbody", "".join(_Block("tr", line).html() for line in lines)).html())]

    def _code(self, element: _Element) -> list[_Block] | None:
        """Return a block of code, or None for a few words of code inside a line."""
        text = _lines(element).strip("\n")
        if "\n" not in text and _parent_tag(element) in _INLINE_CODE:
            return None
        source = escape(text, quote=False).replace("\xa0", "&nbsp;")
        return [_Block("pre", unmark(source, self._link_tag))] if text.strip() else []

    def _link_tag(self, number: int) -> str | None:
        if number >= len(self._link_targets):
            return None
        target, _, fragment = self._link_targets[number].partition("#")
        address = clean_link(target or self._base_url, self._base_url)
        return None if address is None else link_tag(address + (f"#{quote(fragment)}" if fragment else ""))


def _lines(element: _Element) -> str:
    """Return text as it is laid out, a line break and each block in it on a line of its own."""
    text = element.text or ""
    for child in element:
        if child.tag == "lb":
            text += "\n" + (child.tail or "")
            continue
        is_block = child.tag in _BLOCKS and child.tag != "code"
        text += ("\n" if is_block and text and not text.endswith("\n") else "") + _lines(child)
        text += ("\n" if is_block and not text.endswith("\n") else "") + (child.tail or "")
    return text


def _inner(blocks: list[_Block]) -> str:
    """Return the content of an item or a cell: a paragraph that opens it stands there without its tags."""
    if blocks and blocks[0].tag == "p" and all(block.tag in {"ul", "ol", "dl"} for block in blocks[1:]):
        return blocks[0].inner + "".join(block.html() for block in blocks[1:])
    return "".join(block.html() for block in blocks)


def _parent_tag(element: _Element) -> str | None:
    parent = element.getparent()
    return None if parent is None else str(parent.tag)
