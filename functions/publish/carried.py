"""An article that is shown at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from functions.publish.channels import Placement
from functions.publish.entries import Entry
from functions.publish.rights import Terms
from newswire.article_item import ArticleItem
from newswire.languages import primary_language


@dataclass(frozen=True, slots=True)
class Carried:
    """An article's item, the terms under which it is shown, and its entry."""

    item: ArticleItem
    terms: Terms
    entry: Entry

    @property
    def place(self) -> Placement:
        """Return what decides where it is listed."""
        entry = self.entry
        return Placement(entry.owner.id, entry.category, entry.listed, primary_language(entry.language))
