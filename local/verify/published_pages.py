"""Whether a published page carries exactly what is stored. No I/O.

The page's one ``article`` element holds the article's HTML and nothing else (docs/decisions/0010), so that
its text is the stored text; an excerpt is the beginning of the item's, which follows the feed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newswire.article import Article
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.article_text import text_of
from newswire.text import one_line

_WHOLE = re.compile(r'<article class="article-text"[^>]*>(.*?)</article>', re.DOTALL)
_EXCERPT = re.compile(r'<div class="article-excerpt"[^>]*>(.*?)</div>', re.DOTALL)
_STORY = '<div class="story">'  # what a notice in place of an article does not have
_CUT = "…"


def wrong_page(html: str, record: Record | None, article: Article | None) -> str | None:
    """Return what is wrong with a page; ``article`` is the file that its live item names."""
    wholes, excerpts = _WHOLE.findall(html), _EXCERPT.findall(html)
    if _STORY not in html:
        return None if not wholes and not excerpts else "is a notice, but shows an article"
    if not isinstance(record, ArticleItem):
        return f"shows an article {'that no item is of' if record is None else 'that is gone'}"
    if record.retired is not None:
        return "shows an article whose retention is over"
    if article is None:
        return "shows an article whose file is missing or broken"
    return _wrong_story(wholes, excerpts, article, record.excerpt)


def _wrong_story(
    wholes: Sequence[str], excerpts: Sequence[str], article: Article, excerpt: str
) -> str | None:
    match wholes, excerpts:
        case [html], []:
            same = text_of(html) == article.text
            return None if same else f"carries another text than revision {article.revision}"
        case [], [html]:
            return _wrong_excerpt(text_of(html), excerpt)
        case [], []:
            return "carries no text" if excerpt else None
    return "has more than one place for the text"


def _wrong_excerpt(shown: str, excerpt: str) -> str | None:
    stored = one_line(excerpt, len(excerpt) + 1)
    begun = one_line(shown, len(shown) + 1)
    same = begun == stored or (begun.endswith(_CUT) and stored.startswith(begun.removesuffix(_CUT)))
    return None if same and begun else "carries another excerpt than the article's item"
