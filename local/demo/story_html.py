"""A story's blocks as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from local.demo.story_text import CELL, Block


class Markup(str):
    """Text that is HTML already; every other string is escaped when it fills a template."""

    __slots__ = ()


def body_html(blocks: Sequence[Block]) -> Markup:
    """Return the story's blocks as HTML, a line for each."""
    return Markup("\n".join(_element(block) for block in blocks))


def _element(block: Block) -> str:
    texts = [escape(row, quote=False) for row in block.rows]
    if block.kind == "list":
        return f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>"
    if block.kind == "quote":
        return f"<blockquote><p>{texts[0]}</p></blockquote>"
    if block.kind == "table":
        head, *body = (text.split(CELL) for text in texts)
        lines = "".join(_row("td", row) for row in body)
        return f"<table><thead>{_row('th', head)}</thead><tbody>{lines}</tbody></table>"
    tag = "h2" if block.kind == "heading" else "p"
    return f"<{tag}>{texts[0]}</{tag}>"


def _row(cell: str, texts: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{cell}>{text}</{cell}>' for text in texts)}</tr>"
