"""When an article is made of fewer pages than before. No I/O, no clock.

A passing failure never shortens an article. A page that is gone does, and one that can no longer be read
does where the others were corrected meanwhile, each by two looks: until then the article stays as it was had,
with the first page's headline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from functions.extract.assembly import Story
from functions.extract.failures import Lack, Shortfall
from functions.extract.page_records import link_of
from functions.extract.rechecks import CONFIRM_AFTER
from newswire.article import Article
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem
from newswire.clock import instant


@dataclass(frozen=True, slots=True)
class LostPage:
    """The first page that an article had, or is said to have, and of which a look has no text.

    ``before`` is what is remembered of it.
    """

    lack: Lack
    before: PageRecord


@dataclass(frozen=True, slots=True)
class Awaited:
    """An article that stays as it was had, because of a page that a further look decides about.

    ``page`` is what to remember until then. Validators and hashes stay those of the text that is carried: the
    look's own would hide at the next one what this one could not take over. ``is_decided_next``: the next
    look is worth making soon.
    """

    page: PageRecord
    is_decided_next: bool


def pages_joined(page: PageRecord | None) -> tuple[str, ...]:
    """Return the links of the further pages whose text is part of an article's."""
    return tuple(link_of(one) for one in page.further if not one.left_out) if page else ()


def lost_page(known: ArticleItem, page: PageRecord | None, shortfall: Shortfall | None) -> LostPage | None:
    """Return the page that a look at a known article did without, ``None`` where it is as whole as before.

    A page that its first page links no more, or that shows the first page's text, is gone. Where other
    pages have come in its place, the publisher divides the article otherwise: nothing is lost.
    """
    if page is None or known.origin != "page":
        return None
    before, now = pages_joined(known.page), pages_joined(page)
    lost = [link for link in before if link not in now]
    if shortfall is not None:
        awaited = _remembered(known.page, shortfall.link, *lost)
        is_whole = known.reason is None and not _is_decided(known.page, awaited)
        return LostPage(shortfall.lack, awaited) if lost or is_whole else None
    if not lost or not set(now) <= set(before):
        return None
    return LostPage("gone", _remembered(known.page, *lost))


def is_confirmed(before: PageRecord, lack: Lack, now: datetime) -> bool:
    """Return whether an earlier look, long enough ago, found the same of a page."""
    seen = [before.missing_since] if lack == "gone" else [before.missing_since, before.unread_since]
    since = min((datetime.fromisoformat(one) for one in seen if one), default=None)
    return lack != "passing" and since is not None and now - since >= CONFIRM_AFTER


def noted(record: PageRecord, lack: Lack, now: datetime) -> PageRecord:
    """Return a page's record after a look that did not have it; what may pass is not noted."""
    if lack == "gone":
        return replace(record, missing_since=record.missing_since or instant(now))
    if lack == "unread":
        return replace(record, unread_since=record.unread_since or instant(now))
    return record


def awaited_page(
    lost: LostPage | None,
    known: ArticleItem,
    stored: Article,
    page: PageRecord | None,
    story: Story,
    now: datetime,
) -> Awaited | None:
    """Return what to do about a lost page, ``None`` where the article is to be told as ``story`` says.

    A page that is only refused or unreadable is gone without no sooner than the others say something else.
    ``page`` is the look's own record.
    """
    if lost is None or page is None:
        return None
    is_edited = not f"{stored.text}\n".startswith(f"{story.text}\n")
    is_in_the_way = lost.lack == "gone" or (lost.lack == "unread" and is_edited)
    if is_in_the_way and is_confirmed(lost.before, lost.lack, now):
        return None
    return Awaited(_until_decided(lost, known, page, now), is_in_the_way)


def _until_decided(lost: LostPage, known: ArticleItem, page: PageRecord, now: datetime) -> PageRecord:
    last, had = known.page or PageRecord(known.url), pages_joined(page)
    further = {
        link_of(one): replace(one, missing_since=None, unread_since=None) if link_of(one) in had else one
        for one in last.further
    }
    if lost.lack != "passing":
        link = link_of(lost.before)
        if link not in further:
            # It takes the place of another new one: no more are remembered than an article can have.
            further = {joined: one for joined, one in further.items() if not one.left_out}
        further[link] = noted(lost.before, lost.lack, now)
    return replace(last, missing_since=None, further=tuple(further.values()))


def _is_decided(page: PageRecord | None, record: PageRecord) -> bool:
    """Return whether an article is known to go without a page."""
    is_known = page is not None and record in page.further
    return is_known and record.left_out and not (record.missing_since or record.unread_since)


def _remembered(page: PageRecord | None, *links: str) -> PageRecord:
    """Return the record of the first of these links that has one; a page that is new has none yet."""
    known = {link_of(one): one for one in page.further} if page else {}
    return next((known[link] for link in links if link in known), PageRecord(links[0], left_out=True))
