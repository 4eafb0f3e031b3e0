"""A known article that was looked at again: revised, left as it is, or retracted.

Every way ends in one conditional write, so that whoever comes second decides again on what is there by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from functions.extract import records, standing
from functions.extract.archive import Archive, file_of
from functions.extract.assembly import Story
from functions.extract.changes import Changes, changes, is_rewritten
from functions.extract.decisions import with_via
from functions.extract.finding import Found
from functions.extract.image_copying import ImageCopying
from functions.extract.lost_pages import Awaited, awaited_page, lost_page, pages_joined
from functions.extract.outcome import Outcome
from functions.extract.page_records import is_retitled
from functions.extract.rechecks import (
    ages_of,
    gone_since,
    is_confirmed,
    is_wanted,
    next_recheck,
    next_retry,
    unconfirmed_since,
)
from functions.extract.retelling import retold
from functions.extract.retractions import NOTICE, Retractions, is_withdrawal
from functions.extract.returns import awaiting, returned_to
from functions.extract.site_rules import TDM_RESERVED
from functions.extract.takedowns import order_of
from functions.extract.text_comparison import is_lost
from newswire.article import Article, changed
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.messages import Hint, Message
from newswire.sources import Catalogue
from newswire.urls import article_id

OTHER_PAGE = "another page in its place"
FEWER_PAGES = "fewer pages"
# Reasons for which a text that was carried is carried no longer.
_WITHDRAWN = ("display: link", TDM_RESERVED)


class Revising:
    """What happens to articles that are known; raises ConditionFailed where somebody else wrote first."""

    def __init__(
        self, archive: Archive, images: ImageCopying, catalogue: Catalogue, now: Callable[[], datetime]
    ) -> None:
        self._archive = archive
        self._images = images
        self._catalogue = catalogue
        self._now = now
        self._retractions = Retractions(archive, catalogue, now)

    def apply(self, message: Message, found: Found, known: ArticleItem) -> Outcome:
        """Bring an article up to date with what was found."""
        if stone := self._taken_down(found, known):
            return self._retractions.take_down(known, known.url, order_of(stone))
        if found.is_notice and standing.can_withdraw(message, known, self._catalogue):
            return self._withdrawn(message, found, known)
        if found.story is None:
            return self._looked(message, found, known)
        return self._told(message, found, found.story, known)

    def _taken_down(self, found: Found, known: ArticleItem) -> Tombstone | None:
        """Return the tombstone of what was taken down and is what an article's address leads to now."""
        at = known.id if found.page is None else article_id(found.page.url)
        if at in (known.id, *known.aliases):
            return None
        stone = self._archive.resolve([at]).get(at)
        return stone if isinstance(stone, Tombstone) and stone.is_taken_down else None

    def planned(self, item: ArticleItem, found: Found, *, unconfirmed: bool = False) -> ArticleItem:
        """Return the item with the next look at its page, if there is to be one.

        ``unconfirmed``: this look found something that the next one, soon, has to confirm.
        """
        now, first_seen = self._now(), datetime.fromisoformat(item.first_seen)
        gone = gone_since(item)
        if item.origin == "feed" and gone is None:
            at = next_retry(first_seen, now, found.recheck_after)
        else:
            since = unconfirmed_since(item, self._catalogue, now if unconfirmed else None)
            at = next_recheck(item.id, first_seen, now, ages_of(item, self._catalogue), since)
            if at is not None and found.recheck_after is not None:
                at = max(at, now + found.recheck_after)
        planned = changed(item, recheck_at=None if at is None else instant(at))
        directives = found.directives if found.story is None else found.story.directives
        if found.story is None and directives is None:
            return planned
        return records.with_directives(planned, directives, self._catalogue, now)

    def without_look(self, message: Message, known: ArticleItem) -> Outcome | None:
        """Settle what needs no look at the page, ``None`` where it has to be looked at.

        A copy goes with its original; a re-check that nobody wants any more ends the re-checks.
        """
        if retracted := self._retractions.retract_with_original(known):
            return retracted
        if message.kind != "recheck" or is_wanted(known, self._catalogue):
            return None
        item = replace(with_via(known, message), recheck_at=None)
        self._archive.commit(item, expected_version=known.version)
        reason = "re-checks are switched off"
        return Outcome("unchanged", known.id, known.origin, reason, revision=known.revision)

    def _withdrawn(self, message: Message, found: Found, known: ArticleItem) -> Outcome:
        """Show an article no more whose page says that it was withdrawn; for ever at the second look."""
        now = self._now()
        if is_confirmed(known, now):
            return self._retractions.retract(known, NOTICE)
        item = replace(with_via(known, message), withheld_since=known.withheld_since or instant(now))
        self._archive.commit(self.planned(item, found), expected_version=known.version)
        return Outcome("withheld", known.id, known.origin, NOTICE, revision=known.revision)

    def _withheld(self, known: ArticleItem, *, is_back: bool) -> str | None:
        """Return since when an article is withheld after a look; ``is_back``: its page was there."""
        if known.withheld_since is None or (is_back and not self._retractions.has_withheld_original(known)):
            return None
        return known.withheld_since

    def _looked(self, message: Message, found: Found, known: ArticleItem) -> Outcome:
        """Note a look that tells no story: at a page that is as it was, or that was not had."""
        now, page = self._now(), found.page or known.page or PageRecord(known.url)
        if found.is_missing:
            # A copy may be withheld for its original's sake, which says nothing of its own page.
            if is_confirmed(known if known.copy is None else replace(known, withheld_since=None), now):
                # A notice whose page is taken down afterwards was no trouble of the server's.
                is_known = known.withheld_since is None or is_withdrawal(found.reason or "")
                return self._retractions.retract(known, (found.reason or "") if is_known else NOTICE)
            page = replace(page, missing_since=page.missing_since or instant(now))
        # A page that is there but cannot be read may still say what it said.
        is_back = found.page is not None and found.reason is None
        withheld = self._withheld(known, is_back=is_back)
        item = replace(with_via(known, message), page=page, withheld_since=withheld)
        item = self.planned(item, found)
        if not found.is_missing:
            item = self._images.with_copies(item, None, found.deadline)
        self._archive.commit(item, expected_version=known.version)
        what = "page missing" if found.is_missing else "unchanged"
        return Outcome(what, known.id, known.origin, found.reason, revision=known.revision)

    def _told(self, message: Message, found: Found, told: Story, known: ArticleItem) -> Outcome:
        stored = self._archive.read(known)
        lost = lost_page(known, found.page, found.shortfall)
        awaited = awaited_page(lost, known, stored, found.page, told, self._now())
        found, story = _believed(message, found, told, known, stored, awaited)
        others = records.other_addresses(story, known.id, message)
        taken = self._archive.resolve(list(others))
        if stone := records.taken_down_as(taken.values(), story):
            # It is the same article under another address.
            return self._retractions.take_down(known, known.url, order_of(stone))
        what = changes(stored, story) if story.title else Changes()
        what = what.of_pages(pages_joined(known.page), pages_joined(found.page or known.page))
        returned = returned_to(known, story) if {"title", "text"}.intersection(what.fields) else None
        if what.fields and returned is None:
            item = self._next_revision(message, found, story, stored, known, what)
        else:
            page = found.page if returned is None else awaiting(known, returned)
            excerpt = story.excerpt if is_rewritten(known.excerpt, story.excerpt) else known.excerpt
            item = replace(with_via(known, message), page=page or known.page, excerpt=excerpt)
        item = replace(item, withheld_since=self._withheld(known, is_back=bool(found.page)))
        # The page of an edited entry that was not had is looked at soon, however old the article is.
        is_due_soon = message.kind == "entry" and (awaited is not None or _is_worse(told, known))
        is_due_soon = is_due_soon or (awaited is not None and awaited.is_decided_next)
        item = self.planned(item, found, unconfirmed=is_due_soon or returned is not None)
        images = story.images if item.revision > known.revision else stored.images
        item = self._images.with_copies(item, images, found.deadline)
        own = standing.own_aliases(others, message, item, self._catalogue)
        aliases = [one for one in own if one not in taken]
        self._archive.commit(item, expected_version=known.version, aliases=aliases)
        done = "revised" if item.revision > known.revision else "unchanged"
        return Outcome(done, known.id, item.origin, found.reason, revision=item.revision)

    def _next_revision(
        self,
        message: Message,
        found: Found,
        story: Story,
        stored: Article,
        known: ArticleItem,
        what: Changes,
    ) -> ArticleItem:
        link = standing.next_link(story.url, message, known, self._catalogue)
        document = records.next_article(story, known, link)
        file = file_of(document)
        self._archive.store(file)
        now = instant(self._now())
        edit = what.edit(stored, known.article_key, now)
        corrected = now if what.is_correction else None
        item = records.next_item(document, file.key, known, message, edit=edit, corrected=corrected)
        return replace(item, page=found.page or known.page)


def _believed(
    message: Message, found: Found, story: Story, known: ArticleItem, stored: Article, awaited: Awaited | None
) -> tuple[Found, Story]:
    """Return what of a find is to be told of a known article.

    Where its page was not had, or something else stands there, the page that was had before is told again,
    with what an edited entry says: its headline is shown at once, its text as soon as the page is had. So it
    is while one of its pages is ``awaited``.
    """
    hint = message.hint or Hint()
    is_other = _is_another_page(found, story, known, stored)
    if is_other or found.is_notice:
        # What that page asks of robots it does not ask for this article.
        silent = replace(story, directives=None)
        found = replace(found, story=silent, page=None, reason=OTHER_PAGE if is_other else NOTICE)
    elif awaited is not None:
        found = replace(found, page=awaited.page, reason=story.reason or FEWER_PAGES)
        hint = replace(hint, title=story.title)
    elif not _is_worse(story, known):
        return found, story
    return found, retold(stored, known.excerpt, hint)


def _is_worse(story: Story, known: ArticleItem) -> bool:
    """Return whether a feed's summary is all there is of a page that was had before."""
    return known.origin == "page" and story.origin == "feed" and story.reason not in _WITHDRAWN


def _is_another_page(found: Found, story: Story, known: ArticleItem, stored: Article) -> bool:
    """Return whether a site answers with something else where an article was: a section, a wall, an error.

    Both its headline and its words are others then. Of some of an article's pages its words are fewer.
    """
    if found.page is None or known.page is None or not story.origin == stored.origin == "page":
        return False
    is_part = lost_page(known, found.page, found.shortfall) is not None
    texts = (story.text, stored.text) if is_part else (stored.text, story.text)
    return is_retitled(known.page, found.page) and is_lost(*texts)
