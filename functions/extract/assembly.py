"""One article out of what the page says and what the feed says. No I/O, no clock.

Whom to trust, and why:

- title: the feed's first (the publisher's own headline, without the site's name), then the page's;
- published: the feed's first (written by the publisher's system for machines), then the page's;
- authors: the page's first (feeds often name the desk or the account), then the feed's;
- text and HTML: the page's, or the feed's where the page was not had; never a mixture.
"""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.extract.attribution import Attribution
from functions.extract.extracted_page import ExtractedPage
from functions.extract.failures import Shortfall
from functions.extract.originals import own_address, signs_of
from newswire.article import Article, Image, Origin, Owner, Provenance
from newswire.article_item import LATEST_LISTING
from newswire.article_text import text_of
from newswire.clock import instant
from newswire.dates import to_rfc3339
from newswire.directives import Directives
from newswire.messages import Hint
from newswire.text import one_line, shorten

EXCERPT_LIMIT = 300
CLOCK_TOLERANCE = timedelta(minutes=5)
_FEED_EXTRACTOR = "feed"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was fetched and extracted; ``fields`` is what the extractor found.

    Of an article on several pages, everything but the text is of the first. ``shortfall`` is there where some
    of them are missing, ``again_after`` says when they may be had.
    """

    fields: ExtractedPage
    fetched: datetime
    status: int
    final_url: str
    sha256: str
    shortfall: Shortfall | None = None
    again_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NoPage:
    """Why there is no page, what the server said if it was asked, and after how long to ask again.

    ``directives`` are what is known of the page all the same.
    """

    reason: str
    fetched: datetime
    status: int | None = None
    final_url: str | None = None
    again_after: timedelta | None = None
    directives: Directives | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything known of one article before it has an identity and a revision.

    ``directives`` are what its page asks, ``None`` where that is not known.
    """

    url: str
    canonical_url: str | None
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    updated: str | None
    language: str | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    excerpt: str
    text: str
    html: str
    images: tuple[Image, ...]
    origin: Origin
    reason: str | None
    provenance: Provenance
    directives: Directives | None = None
    attributions: tuple[Attribution, ...] = ()  # what the page says of having been taken from elsewhere


def tell(url: str, hint: Hint, outcome: Page | NoPage, language: str, *, summary_only: bool = False) -> Story:
    """Return the story; with ``summary_only`` the feed's full content is left aside as well."""
    if isinstance(outcome, Page):
        return _from_page(url, hint, outcome, language)
    body = "" if summary_only else hint.content or ""
    body = body or (f"<p>{html.escape(hint.summary, quote=False)}</p>" if hint.summary else "")
    text = text_of(body)
    provenance = Provenance(
        instant(outcome.fetched), outcome.status, outcome.final_url, None, text_hash(text), _FEED_EXTRACTOR
    )
    return Story(
        url=url,
        canonical_url=None,
        title=hint.title,
        authors=hint.authors,
        published=hint.published,
        updated=None if _is_after(hint.updated, outcome.fetched) else hint.updated,
        language=hint.language or language,
        categories=hint.categories,
        tags=(),
        excerpt=shorten(hint.summary or text, EXCERPT_LIMIT),
        text=text,
        html=body,
        images=(Image(hint.image),) if hint.image else (),
        origin="feed",
        reason=outcome.reason,
        provenance=provenance,
        directives=outcome.directives,
    )


def _from_page(url: str, hint: Hint, page: Page, language: str) -> Story:
    fields = page.fields
    published = hint.published or fields.published
    stated = [one for one in (hint.updated, fields.updated) if not _is_after(one, page.fetched)]
    return Story(
        url=url,
        canonical_url=own_address(fields.canonical_url, page.final_url),
        title=hint.title or fields.title,
        authors=fields.authors or hint.authors,
        published=published,
        updated=_later(published, *stated),
        language=fields.language or hint.language or language,
        categories=hint.categories or fields.categories,
        tags=fields.tags,
        excerpt=shorten(hint.summary or fields.excerpt or fields.text, EXCERPT_LIMIT),
        text=fields.text,
        html=fields.html,
        images=fields.images or ((Image(hint.image),) if hint.image else ()),
        origin="page",
        reason=page.shortfall.reason if page.shortfall else None,
        provenance=Provenance(
            instant(page.fetched),
            page.status,
            page.final_url,
            page.sha256,
            text_hash(fields.text),
            fields.extractor,
        ),
        directives=fields.directives,
        attributions=signs_of(fields),
    )


def article(
    story: Story, *, identity: str, revision: int, owner: Owner, first_seen: str, listed: str
) -> Article:
    """Return the stored form of a story."""
    return Article(
        id=identity,
        revision=revision,
        url=story.url,
        canonical_url=story.canonical_url,
        owner=owner,
        title=one_line(story.title or "", 500),
        authors=story.authors,
        published=published_by(story.published, first_seen),
        updated=story.updated,
        first_seen=first_seen,
        listed=listed,
        language=story.language,
        categories=story.categories,
        tags=story.tags,
        excerpt=story.excerpt,
        text=story.text,
        html=story.html,
        images=story.images,
        origin=story.origin,
        reason=story.reason,
        provenance=story.provenance,
    )


def published_by(published: str | None, first_seen: str) -> str | None:
    """Return an article's publication date; one after its first sight is that moment.

    A date to come is a clock's or a zone's error, or an embargo that the feed did not keep: the article was
    out when it was seen. ``first_seen`` never changes, so that the answer is the same at every poll.
    """
    if published is None:
        return None
    stated, seen = datetime.fromisoformat(published), datetime.fromisoformat(first_seen)
    return to_rfc3339(seen.astimezone(stated.tzinfo)) if stated > seen else published


def listing_time(published: str | None, first_seen: datetime) -> datetime:
    """Return the moment under which an article is listed for ever.

    Its publication, but at most 72 hours before it was first seen and never after that.
    """
    if published is None:
        return first_seen
    stated = datetime.fromisoformat(published).astimezone(UTC)
    return min(first_seen, max(stated, first_seen - LATEST_LISTING))


def text_hash(text: str) -> str:
    """Return the SHA-256 of an article's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _later(published: str | None, *stamps: str | None) -> str | None:
    """Return the latest of the moments that are after publication."""
    moments = [(datetime.fromisoformat(stamp), stamp) for stamp in stamps if stamp]
    after = [(m, s) for m, s in moments if published is None or m > datetime.fromisoformat(published)]
    return max(after)[1] if after else None


def _is_after(stamp: str | None, moment: datetime) -> bool:
    """Return whether a change is stated for a time to come, which is a clock's error and no news."""
    return stamp is not None and datetime.fromisoformat(stamp) > moment + CLOCK_TOLERANCE
