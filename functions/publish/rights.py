"""Under which terms an article is carried: decided by its owner, never by the feed that brought it.

Design section 4. A source that owns the article states the terms; an article that no source owns is
carried under the most restrictive ``others`` of the sources that brought it. What the article's own page
asks of robots narrows these terms, and never widens them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from functions.publish.owner_names import unowned_owner
from newswire.article import Owner
from newswire.article_item import ArticleItem
from newswire.directives import SILENT, Directives
from newswire.due_changes import full_text_end, is_past_retention, unavailable_from
from newswire.ownership import display_of
from newswire.sources import Catalogue, Display, Images, Indexing, Source

_INDEXINGS: tuple[Indexing, ...] = ("noindex", "noindex-news", "index")
UNOWNED_INDEX: Indexing = "noindex-news"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the owner lets us do at this moment.

    ``snippet`` is how many characters of the text may be shown, ``None``: as many as ``display`` lets us.
    """

    owner: Owner
    display: Display
    index: Indexing
    images: Images
    licence: str | None = None
    snippet: int | None = None
    asked: Directives = SILENT

    @property
    def has_page(self) -> bool:
        """Whether the article has a page of ours."""
        return self.display != "link"

    @property
    def robots(self) -> str | None:
        """What our page says to robots: what the original's says to us, and what the owner's setting adds."""
        said = [
            "noindex" if self.index == "noindex" else None,
            "noarchive" if self.asked.noarchive else None,
            "noimageindex" if self.asked.noimageindex else None,
            None if self.snippet is None else f"max-snippet:{self.snippet}",
            None if (size := self.asked.max_image_preview) is None else f"max-image-preview:{size}",
            None if (end := self.asked.unavailable_after) is None else f"unavailable_after: {end}",
        ]
        return ", ".join(filter(None, said)) or None


def terms_for(item: ArticleItem, catalogue: Catalogue, now: datetime) -> Terms | None:
    """Return the terms at ``now``, or ``None`` where the article is not carried (any more)."""
    end = unavailable_from(item)
    is_over = is_past_retention(item, catalogue, now) or (end is not None and end <= now)
    if item.withheld_since is not None or is_over:
        return None
    source = catalogue.source(item.owner.id)
    terms = _unowned(item, catalogue) if source is None else _owned(item, source, now)
    return None if terms is None else _narrowed(terms, item.directives)


def _owned(item: ArticleItem, source: Source, now: datetime) -> Terms | None:
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
    end = full_text_end(item, source)
    return source.display if end is None or now < end else "excerpt"


def _narrowed(terms: Terms, asked: Directives) -> Terms:
    """Return the terms as the original's page narrows them.

    Who may show nothing of a text may show its headline: that is ``display: link``. Who may show so many
    characters may show an excerpt of that length.
    """
    snippet = asked.max_snippet
    display: Display = terms.display
    if snippet is not None and display != "link":
        display = "excerpt" if snippet else "link"
    return replace(
        terms,
        display=display,
        index="noindex" if asked.noindex else terms.index,
        images="none" if asked.max_image_preview == "none" else terms.images,
        snippet=snippet,
        asked=asked,
    )


def _unowned(item: ArticleItem, catalogue: Catalogue) -> Terms | None:
    carriers = {via.source: catalogue.source(via.source) for via in item.via.values()}
    enabled = [source for source in carriers.values() if source is not None and source.enabled]
    if not enabled:
        return None
    indexings = [UNOWNED_INDEX, *(source.index for source in enabled)]
    return Terms(
        owner=unowned_owner(item.owner, catalogue),
        display=display_of(None, enabled),
        index=min(indexings, key=_INDEXINGS.index),
        # To copy is its owner's to allow, and a carrier that copies wants nothing asked of other servers.
        images="remote" if all(source.images == "remote" for source in enabled) else "none",
    )
