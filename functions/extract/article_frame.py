"""Which element of a page holds the article's paragraphs, told to trafilatura in its own terms.

trafilatura looks for elements whose names say "article", and takes out those whose names say "share",
"author" or "sidebar", with all that is in them. Where a site names things otherwise, it takes a page's lists
of other articles for the article, or drops the article. Most of a page's prose stands in one element: where
no name speaks for any element, this one is named, and no name speaks against those around it.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from functions.extract.prose import Prose

_MAJORITY = 0.5  # of the page's prose
_FRAMES = frozenset({"article", "div", "main", "section"})
_NAMED = re.compile(
    r"^(?:post|entry)$|(?:entry|page|text|article|art)-content|article__(?:content|container)|article(?:-|__)?body"
    r"|articleBody|body-text|post[-_]text|post-?(?:body|entry)|post[-_]?content|postContent|post_inner_wrapper"
    r"|article-?[tT]ext|ArticleContent",
    re.MULTILINE,
)
_AGAINST = re.compile(
    "author|avigation|banner|bar|byline|elated|embed|expand|footer|hidd?en?|icon|menu|meta|nav|newsletter|next-"
    "|overlay|shar|slide|social|tags|widget|button|premium|message|consent|options|rating",
    re.IGNORECASE,
)


def frame_article(page: HtmlElement, prose: Prose) -> None:
    """Name the element that holds most of a page's prose, in place; where there is none, do nothing."""
    frame = prose.densest
    if frame is None or prose.densest_length < prose.length * _MAJORITY:
        return
    if not _is_named(page):
        frame.set("itemprop", "articleBody")
        if frame.tag not in _FRAMES:
            frame.tag = "div"
    for element in (frame, *frame.iterancestors()):
        _silence(element)


def _is_named(page: HtmlElement) -> bool:
    """Return whether an element bears a name that trafilatura takes for an article's."""
    if next(page.iter("article"), None) is not None:
        return True
    for element in page.iter("div", "main", "section"):
        names = f"{element.get('id', '')}\n{element.get('class', '')}"
        if (len(names) > 1 and _NAMED.search(names)) or element.get("itemprop") == "articleBody":
            return True
    return False


def _silence(element: HtmlElement) -> None:
    for name in ("class", "id"):
        value = element.get(name)
        if value and _AGAINST.search(value):
            element.set(name, " ".join(word for word in value.split() if not _AGAINST.search(word)))
