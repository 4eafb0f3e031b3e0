"""From a story to the article's item: what is fixed at first commit, and what a revision moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from functions.extract.assembly import Story, article, listing_time
from functions.extract.copies import copied_from
from functions.extract.decisions import next_via
from functions.extract.front_pages import is_front_page
from functions.extract.sections import category_in
from newswire.article import Article, changed
from newswire.article_history import HISTORY_LIMIT, Edit, PageRecord
from newswire.article_item import BLOCKED_SLUG, ArticleItem, Copy, Tombstone, Via
from newswire.clock import CLOCK_SKEW, instant
from newswire.directives import Directives
from newswire.domains import registrable_domain
from newswire.due_changes import next_change
from newswire.messages import Message
from newswire.near_duplicates import signature
from newswire.ownership import owner_of, owning_source
from newswire.sources import Catalogue
from newswire.text import slug
from newswire.urls import article_id, host_of

_WORD = re.compile(r"\w+")


def first_article(
    story: Story, identity: str, site_name: str | None, catalogue: Catalogue, now: datetime
) -> Article:
    """Return the first revision of an article seen for the first time at ``now``."""
    original = copied_from(story, catalogue)
    owner = original.owner if original else owner_of(_where(story), site_name, catalogue)
    listed = instant(listing_time(story.published, now))
    return article(story, identity=identity, revision=1, owner=owner, first_seen=instant(now), listed=listed)


def next_article(story: Story, item: ArticleItem, link: str) -> Article:
    """Return the next revision of a known article, shown under ``link``; identity, owner and time stay."""
    return article(
        replace(story, url=link),
        identity=item.id,
        revision=item.revision + 1,
        owner=item.owner,
        first_seen=item.first_seen,
        listed=item.listed,
    )


def first_item(
    document: Article,
    key: str,
    message: Message,
    catalogue: Catalogue,
    *,
    copy: Copy | None = None,
    page: PageRecord | None = None,
) -> ArticleItem:
    """Return the item of an article's first revision; ``copy`` is there where its page is one.

    ``page`` is what to remember of that.
    """
    deciding = owning_source(document.owner.homepage, catalogue) or catalogue.source(message.source)
    category = category_in(deciding, document.categories) if deciding else next(iter(catalogue.categories))
    return _item(
        document,
        key,
        version=1,
        slug_text=slug(document.title),
        category=category,
        via={message.feed: next_via(None, message)},
        copy=copy,
        page=page,
    )


def next_item(
    document: Article, key: str, before: ArticleItem, message: Message, *, edit: Edit, corrected: str | None
) -> ArticleItem:
    """Return the item of a further revision; ``corrected`` is when a correction was seen, if it is one."""
    via = (
        dict(before.via)
        if message.kind == "recheck"
        else {**before.via, message.feed: next_via(before, message)}
    )
    item = _item(
        document,
        key,
        version=before.version + 1,
        slug_text=before.slug,
        category=before.category,
        via=via,
        copy=before.copy,
        page=before.page,
    )
    return replace(
        item,
        revised=corrected or before.revised,
        history=(*before.history, edit)[-HISTORY_LIMIT:],
        directives=before.directives,
        image_copies=before.image_copies,
        aliases=before.aliases,
    )


def with_directives(
    item: ArticleItem, asked: Directives | None, catalogue: Catalogue, now: datetime
) -> ArticleItem:
    """Return the item with what its page asks, if that was heard, and with when that is due.

    What is due by now stays so: publish alone knows when it is done. What became due just now is still ahead
    of publish, if its clock is behind: it would show the article as before, and be told by nobody.
    """
    heard = item if asked is None else changed(item, directives=asked)
    if heard.next_change is not None and heard.next_change <= instant(now):
        return heard
    return changed(heard, next_change=next_change(heard, catalogue, now - CLOCK_SKEW))


def other_addresses(story: Story, identity: str, message: Message) -> dict[str, str]:
    """Return the further URLs that name this article now, by their ids."""
    urls = (message.url, _trusted_canonical(story), _trusted_final(story))
    named = {article_id(url): url for url in reversed(urls) if url}
    return {one: url for one, url in reversed(named.items()) if one != identity}


def is_same(item: ArticleItem, story: Story) -> bool:
    """Return whether a shared canonical or final URL really means one article.

    Sites name one page as everyone's canonical, or redirect everything to a consent or login page,
    whose text is then the same for all: the headlines have to agree as well.
    """
    if item.title.casefold() == (story.title or "").casefold():
        return True
    ours, theirs = _words(item.title), _words(story.title or "")
    alike = len(ours & theirs) * 2 >= min(len(ours), len(theirs)) > 0
    return alike and item.text_sha256 == story.provenance.text_sha256


def is_retracted(stone: Tombstone, story: Story) -> bool:
    """Return whether a story is the article of which this tombstone remains, under another URL.

    Of an address that was taken down before anything was seen there, no headline is known: whatever names it
    counts. What was read at an address that was taken down counts under any headline.
    """
    final = _trusted_final(story)
    is_read_there = final is not None and article_id(final) == stone.id
    if stone.is_taken_down and (is_read_there or stone.slug == BLOCKED_SLUG):
        return True
    return slug(story.title or "") in (stone.slug, *stone.slugs)


def taken_down_as(known: Iterable[ArticleItem | Tombstone], story: Story) -> Tombstone | None:
    """Return the tombstone of an article that was taken down and that a story is, under another URL."""
    stones = (one for one in known if isinstance(one, Tombstone) and one.is_taken_down)
    return next((stone for stone in stones if is_retracted(stone, story)), None)


def tombstone(item: ArticleItem, reason: str, now: str) -> Tombstone:
    """Return what takes a live article's place."""
    headlines = [item.title, *(edit.title_after for edit in item.history if edit.title_after)]
    later = dict.fromkeys(slug(headline) for headline in headlines)
    return Tombstone(
        id=item.id,
        version=item.version + 1,
        url=item.url,
        slug=item.slug,
        reason=reason,
        gone_at=now,
        slugs=tuple(one for one in later if one != item.slug),
        image_copies=item.image_copies,
    )


def _trusted_canonical(story: Story) -> str | None:
    """Return the canonical URL if it is on the page's own domain: no page speaks for another's site."""
    canonical = story.canonical_url
    if canonical is None or is_front_page(canonical):
        return None
    page = story.provenance.final_url or story.url
    same = registrable_domain(host_of(canonical)) == registrable_domain(host_of(page))
    return canonical if same else None


def _trusted_final(story: Story) -> str | None:
    """Return the URL after redirects; a front page (consent, login, gone) names no article."""
    final = story.provenance.final_url
    return None if final is None or story.origin != "page" or is_front_page(final) else final


def _words(title: str) -> set[str]:
    return set(_WORD.findall(title.casefold()))


def _where(story: Story) -> str:
    final = story.provenance.final_url if story.origin == "page" else None
    return _trusted_canonical(story) or final or story.url


def _item(
    document: Article,
    key: str,
    *,
    version: int,
    slug_text: str,
    category: str,
    via: Mapping[str, Via],
    copy: Copy | None,
    page: PageRecord | None,
) -> ArticleItem:
    return ArticleItem(
        id=document.id,
        version=version,
        revision=document.revision,
        article_key=key,
        text_sha256=document.provenance.text_sha256,
        url=document.url,
        canonical_url=document.canonical_url,
        slug=slug_text,
        owner=document.owner,
        title=document.title,
        excerpt=document.excerpt,
        authors=document.authors,
        image=document.images[0] if document.images else None,
        language=document.language,
        tags=document.tags,
        category=category,
        published=document.published,
        updated=document.updated,
        first_seen=document.first_seen,
        listed=document.listed,
        origin=document.origin,
        reason=document.reason,
        via=via,
        signature=signature(document.text),
        copy=copy,
        page=page,
    )
