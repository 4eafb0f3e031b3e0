"""What lists show of an article, and what its page shows beside the text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from functions.publish.credit import Credit, credit_for
from functions.publish.owner_names import own_name
from functions.publish.rights import Terms
from functions.publish.shown_images import main_copy, shown_image
from functions.publish.wording import Wording
from newswire.article import Image, Owner
from newswire.article_item import ArticleItem, Tombstone
from newswire.domains import registrable_domain
from newswire.image_copies import ImageCopy
from newswire.languages import primary_language
from newswire.sources import Catalogue, Display, Portal
from newswire.text import contained, is_visible, shorten
from newswire.urls import host_of

EXCERPT_LIMIT = 300
# BCP 47, as far as HTML's lang and RSS's language need it.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as it is shown now; a channel's memory gives it back as it was.

    ``page`` is the key of our page and ``link`` its address; a headline has none and links to its
    publisher, and its ``excerpt`` is empty. ``tag`` is a ``tag:`` URI (RFC 4151) that stays the same
    for ever. ``section`` is the shown name of ``category``. ``fingerprint`` is equal for equal entries:
    it covers all that they are made from, but not the version. ``image_copy`` is there where the image is
    ours. ``noimageindex``: the original's page asks search engines not to list its pictures.
    """

    id: str
    tag: str
    title: str
    page: str | None
    link: str
    owner: Owner
    display: Display
    credit: Credit
    category: str
    section: str | None
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    language: str | None
    excerpt: str
    image: Image | None
    published: datetime
    updated: datetime | None
    listed: str
    first_seen: str
    revised: datetime | None
    licence: str | None
    fingerprint: str
    image_copy: ImageCopy | None = None
    noimageindex: bool = False

    @property
    def order(self) -> str:
        """Return what channels are sorted by: when the article was listed, then its id."""
        return f"{self.listed}#{self.id}"

    @property
    def listed_at(self) -> datetime:
        """Return when the article was listed."""
        return datetime.fromisoformat(self.listed)

    @property
    def first_seen_at(self) -> datetime:
        """Return when we first saw the article."""
        return datetime.fromisoformat(self.first_seen)

    @property
    def corrected(self) -> datetime | None:
        """Return when it last changed after its publication: by the publisher's word, or as we saw it."""
        return max((moment for moment in (self.updated, self.revised) if moment), default=None)

    @property
    def changed(self) -> datetime:
        """Return when its content last changed, its publication included."""
        return self.corrected or self.published


def credit_of(
    record: ArticleItem | Tombstone, owner: Owner, display: Display, catalogue: Catalogue, words: Wording
) -> Credit:
    """Return the credit of an article, or of what remains of it."""
    known = record.url if record.copy is None else record.copy.original
    carrier = None
    if record.copy and known is None:
        carrier = own_name(record.copy.site, registrable_domain(host_of(record.url)), catalogue)
    return credit_for(owner, known or record.url, display, catalogue.portal, words, carrier=carrier)


def page_key(slug: str, article_id: str) -> str:
    """Return the key of an article's page."""
    return f"a/{slug}-{article_id}.html"


def entry_for(item: ArticleItem, terms: Terms, catalogue: Catalogue, words: Wording) -> Entry:
    """Return the entry.

    Raise :class:`~functions.publish.credit.CreditError` without a complete credit, ``ValueError`` without a
    headline that can be seen: a link to the article would have no text.
    """
    if not is_visible(item.title):
        raise ValueError("the headline is empty; nothing can be shown without it")
    portal = catalogue.portal
    credit = credit_of(item, terms.owner, terms.display, catalogue, words)
    page = page_key(item.slug, item.id) if terms.has_page else None
    section = catalogue.categories.get(item.category)
    published = min(_moment(item.published) or _known(item.listed), _known(item.first_seen))
    updated = _moment(item.updated)
    return Entry(
        id=item.id,
        tag=f"tag:{authority(portal)},{item.listed[:10]}:{item.id}",
        title=contained(item.title),
        page=page,
        link=f"{portal.url}/{page}" if page else credit.original,
        owner=terms.owner,
        display=terms.display,
        credit=credit,
        category=item.category,
        section=section,
        tags=_tags(item, section),
        authors=tuple(contained(name) for name in item.authors if is_visible(name)),
        language=_language_tag(item.language),
        excerpt=_excerpt(item, terms) if page else "",
        image=shown_image(item, terms, portal),
        published=published,
        updated=updated if updated and updated > published else None,
        listed=item.listed,
        first_seen=item.first_seen,
        revised=_moment(item.revised),
        licence=terms.licence,
        fingerprint=_fingerprint(item, terms, catalogue),
        image_copy=main_copy(item, terms),
        noimageindex=terms.asked.noimageindex,
    )


def has_remote_images(entries: Iterable[Entry]) -> bool:
    """Return whether one of the entries is shown with a picture on its publisher's server."""
    return any(entry.image is not None and entry.image_copy is None for entry in entries)


def has_unlisted_images(entries: Iterable[Entry]) -> bool:
    """Return whether one of the entries is shown with a picture that no search engine is to list."""
    return any(entry.image is not None and entry.noimageindex for entry in entries)


def authority(portal: Portal) -> str:
    """Return the host by which the portal names what subscribers keep."""
    return portal.authority or host_of(portal.url)


def _tags(item: ArticleItem, section: str | None) -> tuple[str, ...]:
    """Return the tags but for repetitions, of the section's name too: readers show both side by side."""
    known = {section.casefold(): section} if section else {}
    for tag in map(contained, item.tags):
        known.setdefault(tag.casefold(), tag)
    return tuple(known.values())[1 if section else 0 :]


def _excerpt(item: ArticleItem, terms: Terms) -> str:
    return contained(shorten(item.excerpt, min(EXCERPT_LIMIT, terms.snippet or EXCERPT_LIMIT)))


def _language_tag(stated: str | None) -> str | None:
    tag = (stated or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) and primary_language(tag) else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(microsecond=0) if moment and moment.tzinfo else None


def _known(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)


def _fingerprint(item: ArticleItem, terms: Terms, catalogue: Catalogue) -> str:
    content = replace(
        item,
        version=0,
        via={},
        recheck_at=None,
        next_change=None,
        signature=None,
        page=None,
        history=(),
    )
    inputs = (content, terms, catalogue.portal, catalogue.categories.get(item.category))
    return hashlib.sha256(repr(inputs).encode()).hexdigest()[:32]
