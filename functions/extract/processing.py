"""One message to one stored article. Idempotent: every step may be repeated at any time.

message ─▶ resolve identity ─▶ nothing to do ─▶ acknowledge
              ▲    │    └─▶ known hint, further feed ─▶ commit via
              │    └─▶ may the page be asked? ─▶ page or feed's text ─▶ JSON ─▶ commit
              └──────────────── somebody else committed meanwhile ◀──────────────┘
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from functions.extract import records, standing
from functions.extract.archive import Archive, RevisionFile, file_of
from functions.extract.assembly import Story
from functions.extract.copies import copy_of, original_ids
from functions.extract.decisions import Step, next_step, with_via
from functions.extract.erasing import erase
from functions.extract.failures import TransientFailure
from functions.extract.finding import Found, StoryFinder
from functions.extract.image_copying import ImageCopying
from functions.extract.outcome import Outcome
from functions.extract.retractions import NOTICE, is_withdrawal
from functions.extract.revising import Revising
from functions.extract.stopping import STOPPED, Stopping
from newswire.article import Article
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.clock import instant
from newswire.known_copies import Enrolment
from newswire.messages import Message
from newswire.sources import Catalogue
from newswire.stops import REFUSED, Stops
from newswire.tables import ConditionFailed
from newswire.urls import article_id

COMMIT_ATTEMPTS = 6


class Processing:
    """Everything that the messages of one invocation are worked off with."""

    def __init__(
        self,
        archive: Archive,
        finder: StoryFinder,
        images: ImageCopying,
        catalogue: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._archive = archive
        self._finder = finder
        self._images = images
        self._catalogue = catalogue
        self._now = now
        self._revising = Revising(archive, images, catalogue, now)
        self._stopping = Stopping(archive, catalogue, now)

    def handle(self, message: Message, receive_count: int) -> Outcome:
        """Bring the article that the message speaks of up to date.

        Raise :class:`TransientFailure` where the publisher's server should be asked again later.
        """
        found: Found | None = None
        for attempt in range(COMMIT_ATTEMPTS):
            known, stops = self._known(message, anew=attempt > 0)
            if not isinstance(known, Tombstone):
                # The hint of what was purged may be gone; nobody needs it.
                message = self._archive.hint_of(message)
            step = next_step(message, known)
            if step in (Step.DROP_STALE, Step.DROP_TOMBSTONE):
                return Outcome(step.value, message.article_id)
            try:
                if step is Step.ERASE and known is not None:
                    return erase(self._archive, known, self._now())
                if stopped := self._stopping.settle(message, _live_or_none(known), stops):
                    return stopped
                if step is Step.TOUCH or not self._is_followed(message, known):
                    return self._touch(message, _live(known), Step.TOUCH.value)
                if isinstance(known, ArticleItem) and (
                    settled := self._revising.without_look(message, known)
                ):
                    return settled
                if found is None:
                    found = self._finder.find(message, _live_or_none(known), receive_count)
                return self._commit(message, found, _live_or_none(known), stops)
            except ConditionFailed:
                continue  # somebody else committed: decide again on what is there now
        raise TransientFailure("the article was written too often meanwhile")

    def _known(self, message: Message, *, anew: bool) -> tuple[Record | None, Stops]:
        """Return the article that a message speaks of, and who said stop, a look's ``anew`` if need be.

        Where one of the message's two addresses was taken down, that counts.
        """
        ids = list(dict.fromkeys((message.article_id, article_id(message.url))))
        if message.kind == "recheck":
            found, stops = self._archive.known_beside_stops(ids, anew=anew)
        else:
            found, stops = self._archive.resolve_beside_stops(ids)
        known = [found[one] for one in ids if one in found]
        taken = (one for one in known if isinstance(one, Tombstone) and one.is_taken_down)
        return next(taken, known[0] if known else None), stops

    def _is_followed(self, message: Message, known: Record | None) -> bool:
        return not isinstance(known, ArticleItem) or standing.is_followed(message, known, self._catalogue)

    def _touch(self, message: Message, item: ArticleItem, what: str) -> Outcome:
        named = {article_id(message.url): message.url}
        own = standing.own_aliases(named, message, item, self._catalogue)
        aliases = own if own and not self._archive.resolve(own) else []
        self._archive.commit(with_via(item, message), expected_version=item.version, aliases=aliases)
        return Outcome(what, item.id, item.origin, revision=item.revision)

    def _commit(self, message: Message, found: Found, known: ArticleItem | None, stops: Stops) -> Outcome:
        if known is not None:
            if not standing.is_believed(message, found.final_url, known, self._catalogue):
                return self._touch(message, known, Step.TOUCH.value)
            return self._revising.apply(message, found, known)
        if found.reason == REFUSED:
            return Outcome(STOPPED, message.article_id, None, REFUSED)
        story = found.story
        if found.is_notice or story is None or not story.title:
            reason = NOTICE if found.is_notice else found.reason or "no title"
            return Outcome("nothing to show", message.article_id, None, reason)
        return self._commit_first(message, found, story, stops)

    def _commit_first(self, message: Message, found: Found, story: Story, stops: Stops) -> Outcome:
        """Store an article that was never seen, unless it is known, gone, or covered by a stop.

        Without a further address nothing is read again: the commit fails if what was read is true no more.
        """
        identity = message.article_id
        others = records.other_addresses(story, identity, message)
        originals = original_ids(story, self._catalogue)
        taken: dict[str, Record] = {}
        if others or originals:
            taken, stops = self._archive.resolve_beside_stops([identity, *others, *originals])
        if identity in taken:
            raise ConditionFailed(f"article {identity} came into being meanwhile")
        if _is_retracted(story, originals, taken):
            return Outcome(Step.DROP_TOMBSTONE.value, identity)
        winner = next(
            (one for one in taken.values() if isinstance(one, ArticleItem) and records.is_same(one, story)),
            None,
        )
        if winner is not None:
            return self._join(message, winner, {identity: message.url, **others}, taken)
        item, document, file = self._first_item(message, found, story)
        if name := stops.of_item(item, self._catalogue):
            return Outcome(STOPPED, identity, None, name)
        known = [taken[one] for one in originals if one in taken]
        self._archive.commit(
            self._with_files(item, document, file, found, known),
            expected_version=None,
            aliases=self._aliases(others, message, item, taken),
            enrolment=self._enrolment(item, originals, taken),
            stops=stops,
        )
        return Outcome("stored", item.id, item.origin, item.reason, revision=item.revision)

    def _first_item(
        self, message: Message, found: Found, story: Story
    ) -> tuple[ArticleItem, Article, RevisionFile]:
        """Return the item of an article's first revision, that, and its file; nothing is stored yet."""
        identity = message.article_id
        document = records.first_article(story, identity, found.site_name, self._catalogue, self._now())
        copy = copy_of(story, found.site_name, self._catalogue)
        file = file_of(document)
        item = records.first_item(document, file.key, message, self._catalogue, copy=copy, page=found.page)
        return item, document, file

    def _with_files(
        self,
        item: ArticleItem,
        document: Article,
        file: RevisionFile,
        found: Found,
        originals: list[Record],
    ) -> ArticleItem:
        """Store what an item points to; return it as it is committed, withheld like one of its originals."""
        self._archive.store(file)
        waits = any(isinstance(one, ArticleItem) and one.withheld_since for one in originals)
        item = replace(item, withheld_since=instant(self._now())) if waits else item
        return self._images.with_copies(self._revising.planned(item, found), document.images, found.deadline)

    def _enrolment(
        self, item: ArticleItem, originals: list[str], taken: dict[str, Record]
    ) -> Enrolment | None:
        """Return a copy's entry among those of its original, ``None`` where it is none."""
        for known in self._archive.known_copies(originals) if originals else ():
            record, original = known.with_copy(item.id), taken.get(known.address)
            if record is not None:
                return Enrolment(record, _live_or_none(original))
        return None

    def _aliases(
        self, named: dict[str, str], message: Message, item: ArticleItem, taken: dict[str, Record]
    ) -> list[str]:
        own = standing.own_aliases(named, message, item, self._catalogue)
        return [one for one in own if one not in taken]

    def _join(
        self, message: Message, winner: ArticleItem, named: dict[str, str], taken: dict[str, Record]
    ) -> Outcome:
        """Add the feed to an article known by another URL; this URL means it from now on."""
        aliases = self._aliases(named, message, winner, taken)
        self._archive.commit(with_via(winner, message), expected_version=winner.version, aliases=aliases)
        return Outcome("joined", winner.id, winner.origin, revision=winner.revision)


def _is_retracted(story: Story, originals: list[str], taken: dict[str, Record]) -> bool:
    """Return whether a story is an article that was retracted, or a copy of one, whatever its headline."""
    stones = {one: stone for one, stone in taken.items() if isinstance(stone, Tombstone)}
    return any(
        is_withdrawal(stone.reason) if one in originals else records.is_retracted(stone, story)
        for one, stone in stones.items()
    )


def _live(record: Record | None) -> ArticleItem:
    if not isinstance(record, ArticleItem):
        raise TypeError("only a live article can be touched")
    return record


def _live_or_none(record: Record | None) -> ArticleItem | None:
    return record if isinstance(record, ArticleItem) else None
