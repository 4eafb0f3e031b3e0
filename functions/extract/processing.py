"""One message to one stored article. Idempotent: every step may be repeated at any time.

message ─▶ resolve identity ─▶ nothing to do ─▶ acknowledge
              ▲    │    └─▶ known hint, further feed ─▶ commit via
              │    └─▶ may the page be asked? ─▶ page or feed's text ─▶ JSON ─▶ commit
              └──────────────── somebody else committed meanwhile ◀──────────────┘
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from functions.extract import records
from functions.extract.archive import Archive
from functions.extract.assembly import says_the_same
from functions.extract.copies import copy_of, original_ids
from functions.extract.decisions import Step, next_step, with_via
from functions.extract.failures import TransientFailure
from functions.extract.finding import Found, StoryFinder
from functions.extract.site_rules import TDM_RESERVED
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.messages import Message
from newswire.sources import Catalogue
from newswire.tables import ConditionFailed
from newswire.urls import article_id

COMMIT_ATTEMPTS = 6
# Reasons for which a text that was carried is carried no longer.
_WITHDRAWN = ("display: link", TDM_RESERVED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, for the log and the metrics."""

    what: str
    article_id: str
    origin: str | None = None
    reason: str | None = None


class Processing:
    """Everything that the messages of one invocation are worked off with."""

    def __init__(
        self,
        archive: Archive,
        finder: StoryFinder,
        catalogue: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._archive = archive
        self._finder = finder
        self._catalogue = catalogue
        self._now = now

    def handle(self, message: Message, receive_count: int) -> Outcome:
        """Bring the article that the message speaks of up to date.

        Raise :class:`TransientFailure` where the publisher's server should be asked again later.
        """
        found: Found | None = None
        message = self._archive.hint_of(message)
        for _ in range(COMMIT_ATTEMPTS):
            known = self._known(message)
            step = next_step(message, known)
            if step in (Step.DROP_STALE, Step.DROP_TOMBSTONE):
                return Outcome(step.value, message.article_id)
            try:
                if step is Step.TOUCH:
                    return self._touch(message, _live(known), step.value)
                if found is None:
                    found = self._finder.find(message, _live_or_none(known), receive_count)
                return self._commit(message, found, _live_or_none(known))
            except ConditionFailed:
                continue  # somebody else committed: decide again on what is there now
        raise TransientFailure("the article was written too often meanwhile")

    def _known(self, message: Message) -> Record | None:
        ids = list(dict.fromkeys((message.article_id, article_id(message.url))))
        found = self._archive.resolve(ids)
        return next((found[one] for one in ids if one in found), None)

    def _touch(self, message: Message, item: ArticleItem, what: str) -> Outcome:
        named = article_id(message.url)
        aliases = [named] if named != item.id and not self._archive.resolve([named]) else []
        self._archive.commit(with_via(item, message), expected_version=item.version, aliases=aliases)
        return Outcome(what, item.id, item.origin)

    def _commit(self, message: Message, found: Found, known: ArticleItem | None) -> Outcome:
        story = found.story
        if known is not None:
            return self._revise(message, found, known)
        if not story.title:
            return Outcome("nothing to show", message.article_id, None, story.reason or "no title")
        identity = message.article_id
        others = records.other_ids(story, identity, message)
        taken = self._archive.resolve([identity, *others, *original_ids(story, self._catalogue)])
        if identity in taken:
            raise ConditionFailed(f"article {identity} came into being meanwhile")
        if any(isinstance(one, Tombstone) and records.is_retracted(one, story) for one in taken.values()):
            return Outcome(Step.DROP_TOMBSTONE.value, identity)
        winner = next(
            (one for one in taken.values() if isinstance(one, ArticleItem) and records.is_same(one, story)),
            None,
        )
        if winner is not None:
            return self._join(message, winner, [identity, *others], taken)
        document = records.first_article(story, identity, found.site_name, self._catalogue, self._now())
        key = self._archive.store(document)
        copy = copy_of(story, found.site_name, self._catalogue)
        item = records.first_item(document, key, message, self._catalogue, copy)
        item = self._with_times(item, found)
        self._archive.commit(item, expected_version=None, aliases=[one for one in others if one not in taken])
        return Outcome("stored", item.id, item.origin, item.reason)

    def _join(
        self, message: Message, winner: ArticleItem, ids: list[str], taken: dict[str, Record]
    ) -> Outcome:
        """Add the feed to an article known by another URL; this URL means it from now on."""
        aliases = [one for one in ids if one != winner.id and one not in taken]
        self._archive.commit(with_via(winner, message), expected_version=winner.version, aliases=aliases)
        return Outcome("joined", winner.id, winner.origin)

    def _revise(self, message: Message, found: Found, known: ArticleItem) -> Outcome:
        story = found.story
        stored = self._archive.read(known)
        others = records.other_ids(story, known.id, message)
        taken = self._archive.resolve(others)
        aliases = [one for one in others if one not in taken]
        # A page that was had once is not replaced by a feed's summary because it is not had today, and an
        # article that was had whole not by some of its pages.
        worse = known.origin == "page" and story.origin == "feed" and story.reason not in _WITHDRAWN
        worse |= (known.origin, known.reason, story.origin) == ("page", None, "page") and bool(story.reason)
        if worse or not story.title or says_the_same(known, stored, story):
            item = self._with_times(with_via(known, message), found)
            self._archive.commit(item, expected_version=known.version, aliases=aliases)
            return Outcome("unchanged", known.id, known.origin, story.reason)
        document = records.next_article(story, known)
        key = self._archive.store(document)
        item = self._with_times(records.next_item(document, key, known, message), found)
        self._archive.commit(item, expected_version=known.version, aliases=aliases)
        return Outcome("revised", known.id, item.origin, item.reason)

    def _with_times(self, item: ArticleItem, found: Found) -> ArticleItem:
        now = self._now()
        item = records.with_directives(item, found.story, self._catalogue, now)
        return records.with_recheck(item, None if found.recheck_after is None else now + found.recheck_after)


def _live(record: Record | None) -> ArticleItem:
    if not isinstance(record, ArticleItem):
        raise TypeError("only a live article can be touched")
    return record


def _live_or_none(record: Record | None) -> ArticleItem | None:
    return record if isinstance(record, ArticleItem) else None
