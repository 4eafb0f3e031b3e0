"""What a stored article can be told again from, where its page or its feed says nothing now. No I/O."""

from __future__ import annotations

from datetime import datetime

from functions.extract.assembly import EXCERPT_LIMIT, Story
from newswire.article import Article
from newswire.messages import Hint
from newswire.text import shorten


def stored_hint(stored: Article, excerpt: str) -> Hint:
    """Return what the feed said when the article was last told; ``excerpt`` is the one that is shown.

    One that is the beginning of the text is none of the feed's, and follows the text.
    """
    is_cut = stored.origin == "page" and excerpt == shorten(stored.text, EXCERPT_LIMIT)
    return Hint(
        title=stored.title,
        published=stored.published,
        updated=stored.updated,
        authors=stored.authors,
        categories=stored.categories,
        summary=None if is_cut else excerpt or None,
        content=stored.html if stored.origin == "feed" else None,
        image=stored.images[0].url if stored.images else None,
        language=stored.language,
    )


def retold(stored: Article, excerpt: str, hint: Hint) -> Story:
    """Return the story of a page that was had before, with an edited entry's headline, dates and summary.

    ``excerpt`` is the one that is shown. Text and provenance stay those of the page.
    """
    return Story(
        url=stored.url,
        canonical_url=stored.canonical_url,
        title=hint.title or stored.title,
        authors=stored.authors,
        published=hint.published or stored.published,
        updated=_later(stored.updated, hint.updated),
        language=stored.language,
        categories=hint.categories or stored.categories,
        tags=stored.tags,
        excerpt=shorten(hint.summary, EXCERPT_LIMIT) if hint.summary else excerpt,
        text=stored.text,
        html=stored.html,
        images=stored.images,
        origin=stored.origin,
        reason=stored.reason,
        provenance=stored.provenance,
    )


def _later(before: str | None, after: str | None) -> str | None:
    if before is None or after is None:
        return after or before
    return max(before, after, key=datetime.fromisoformat)
