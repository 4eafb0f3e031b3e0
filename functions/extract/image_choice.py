"""Which of an article's pictures are copied, and which copies it remembers. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.image_copies import MOST_COPIES, ImageCopy
from newswire.sources import Source

# Of one article, the main one first: one request each, a gap apart, within the message's deadline.
MOST_IMAGES = 6


def images_to_copy(item: ArticleItem, images: Sequence[Image] | None, owner: Source) -> list[str]:
    """Return the addresses of the pictures that our page shows, the main one first.

    Those in the text are shown with the whole text only; none where the page wants no previews of images or
    the article has no page of ours. An item that remembers as many as it may has no further picture copied.
    """
    asked = item.directives
    if not owner.enabled or owner.display == "link" or asked.max_snippet == 0:
        return []
    if asked.max_image_preview == "none" or item.image is None:
        return []
    is_whole = owner.display == "full" and asked.max_snippet is None
    shown = [item.image.url, *(image.url for image in images or () if is_whole)]
    wanted = list(dict.fromkeys(shown))[:MOST_IMAGES]
    known = {copy.url for copy in item.image_copies}
    room = MOST_COPIES - len(known)
    new = [url for url in wanted if url not in known][: max(room, 0)]
    return [url for url in wanted if url in known or url in new]


def after_look(
    item: ArticleItem, images: Sequence[Image] | None, copies: Sequence[ImageCopy]
) -> tuple[ImageCopy, ...]:
    """Return what the item remembers: the ``copies`` that are shown, then those of former revisions.

    Without ``images`` nothing becomes former: the look said nothing of them.
    """
    current = {copy.url: replace(copy, former=False) for copy in copies}
    others = [copy for copy in item.image_copies if copy.url not in current]
    if images is not None:
        still = {image.url for image in images} | ({item.image.url} if item.image else set())
        others = [replace(copy, former=copy.former or copy.url not in still) for copy in others]
    # The same picture under another address is no other one: sites change what is behind the question mark.
    stems = {copy.stem for copy in current.values()}
    return (*current.values(), *(copy for copy in others if not (copy.former and copy.stem in stems)))
