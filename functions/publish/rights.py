"""Under which terms an article is carried: decided by its owner, never by the feed that brought it.

Design section 4. A source that owns the article states the terms; an article that no source owns is
carried under the most restrictive ``others`` of the sources that brought it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newswire.article import Owner
from newswire.article_item import ArticleItem
from newswire.ownership import display_of
from newswire.sources import Catalogue, Display, Images, Indexing, Source

_INDEXINGS: tuple[Indexing, ...] = ("noindex", "noindex-news", "index")
_IMAGES: tuple[Images, ...] = ("none", "remote")
UNOWNED_INDEX: Indexing = "noindex-news"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the owner lets us do at this moment."""

    owner: Owner
    display: Display
    index: Indexing
    images: Images
    licence: str | None = None

    @property
    def has_page(self) -> bool:
        """Whether the article has a page of ours."""
        return self.display != "link"


def terms_for(item: ArticleItem, catalogue: Catalogue, now: datetime) -> Terms | None:
    """Return the terms at ``now``, or ``None`` where the article is not carried (any more)."""
    source = catalogue.source(item.owner.id)
    if source is None:
        return _unowned(item, catalogue)
    if not source.enabled:
        return None
    return Terms(
        owner=Owner(source.id, source.name, source.homepage),
        display=_display(source, item, now),
        index=source.index,
        images=source.images,
        licence=source.licence,
    )


def _display(source: Source, item: ArticleItem, now: datetime) -> Display:
    limit = source.full_text_for
    if source.display == "full" and limit is not None:
        return "full" if now < datetime.fromisoformat(item.listed) + limit else "excerpt"
    return source.display


def _unowned(item: ArticleItem, catalogue: Catalogue) -> Terms | None:
    carriers = {via.source: catalogue.source(via.source) for via in item.via.values()}
    enabled = [source for source in carriers.values() if source is not None and source.enabled]
    if not enabled:
        return None
    indexings = [UNOWNED_INDEX, *(source.index for source in enabled)]
    return Terms(
        owner=item.owner,
        display=display_of(None, enabled),
        index=min(indexings, key=_INDEXINGS.index),
        images=min((source.images for source in enabled), key=_IMAGES.index),
    )
