"""Which picture an article is shown with, and which of our copies may and may not be served. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from functions.publish.rights import Terms
from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.image_copies import ImageCopy, keys_of
from newswire.sources import Portal
from newswire.text import contained
from newswire.urls import clean_link


def main_copy(item: ArticleItem, terms: Terms) -> ImageCopy | None:
    """Return our copy of the article's main picture, where that is what is shown."""
    wanted = item.image.url if item.image else None
    return next((copy for copy in shown_copies(item, terms) if copy.url == wanted), None)


def shown_image(item: ArticleItem, terms: Terms, portal: Portal) -> Image | None:
    """Return the main picture as it is shown: ours, or the publisher's if a browser would load it."""
    copy = main_copy(item, terms)
    if item.image is None or not terms.has_page or terms.images == "none":
        return None
    image = replace(
        item.image,
        alt=contained(item.image.alt or "") or None,
        caption=contained(item.image.caption or "") or None,
    )
    if terms.images == "copy":
        if copy is None:
            return None
        address = f"{portal.url}/{copy.key(copy.width)}"
        return replace(image, url=address, width=copy.width, height=copy.height)
    link = clean_link(image.url)
    if link is None or (portal.url.startswith("https:") and not link.startswith("https:")):
        return None
    return replace(image, url=link)


def shown_copies(item: ArticleItem, terms: Terms | None) -> Sequence[ImageCopy]:
    """Return the copies that the article's page shows: those in the text with the whole text only."""
    if terms is None or not terms.has_page or terms.images != "copy":
        return ()
    main = item.image.url if item.image else None
    return [
        copy
        for copy in item.image_copies
        if not copy.former and (copy.url == main or terms.display == "full")
    ]


def withheld_keys(record: Record | None, terms: Terms | None, known: Collection[str]) -> set[str]:
    """Return the keys of an article's copies, the ``known`` among them, under which nothing may be served."""
    every = {*known, *(keys_of(record.image_copies) if record else ())}
    return every - keys_of(shown_copies(record, terms) if isinstance(record, ArticleItem) else ())
