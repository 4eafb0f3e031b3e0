"""An article that is shown at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from functions.publish.entries import Entry
from functions.publish.rights import Terms
from newswire.article_item import ArticleItem


@dataclass(frozen=True, slots=True)
class Carried:
    """An article's item, the terms under which it is shown, and its entry."""

    item: ArticleItem
    terms: Terms
    entry: Entry
