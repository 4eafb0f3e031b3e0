"""The stored article files. They never change, so each is read once a run."""

from __future__ import annotations

from functions.publish.stores import Objects
from newswire.article import Article


class UnreadableArticle(ValueError):
    """The file that an item names is missing or is no article."""


class Archive:
    """Reads articles by the key that their item names."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._read: dict[str, Article] = {}

    def image(self, key: str) -> bytes | None:
        """Return a variant of a copied picture, ``None`` where it is not there."""
        stored = self._objects.get(key)
        return None if stored is None else stored.body

    def article(self, key: str) -> Article:
        """Return the article; raise :class:`UnreadableArticle` where there is none that can be read."""
        known = self._read.get(key)
        if known is not None:
            return known
        stored = self._objects.get(key)
        if stored is None:
            raise UnreadableArticle(f"{key} is missing in the archive")
        try:
            article = Article.from_json(stored.body)
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableArticle(f"{key} is no article: {error!r}") from error
        self._read[key] = article
        return article
