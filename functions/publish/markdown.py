"""Markdown (CommonMark with tables) to HTML: the boundary to markdown-it-py."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def title_and_html(text: str) -> tuple[str | None, str]:
    """Return the words of the first heading, ``None`` where there is none, and the HTML of all else.

    The HTML is not safe yet: it holds whatever HTML the text holds.
    """
    markdown = _markdown()
    tokens = markdown.parse(text.removeprefix("\ufeff"))
    start = next(
        (at for at, token in enumerate(tokens) if token.type == "heading_open" and not token.level), None
    )
    if start is None:
        return None, markdown.renderer.render(tokens, markdown.options, {})
    words = "".join(
        child.content
        if child.type in {"text", "code_inline"}
        else " "
        if child.type.endswith("break")
        else ""
        for child in tokens[start + 1].children or ()
    )
    rest = [*tokens[:start], *tokens[start + 3 :]]
    return " ".join(words.split()) or None, markdown.renderer.render(rest, markdown.options, {})


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # a portal without pages of its own never loads it

    return MarkdownIt("commonmark").enable("table")
