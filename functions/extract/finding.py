"""From a message to a story: may the page be asked, can it be had, and what is told without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from functions.extract import page_records, standing
from functions.extract.archive import Archive
from functions.extract.assembly import NoPage, Page, Story, tell
from functions.extract.copies import within_rights
from functions.extract.deadline import Deadline
from functions.extract.failures import RECHECK_AFTER, Shortfall
from functions.extract.page_gate import PageGate
from functions.extract.page_reading import PageReader
from functions.extract.page_records import PageLook
from functions.extract.page_requests import PageRequests
from functions.extract.retelling import stored_hint
from functions.extract.retraction_words import mentions_withdrawal, without_notice
from functions.extract.site_rules import TDM_RESERVED
from functions.extract.text_comparison import is_lost
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem
from newswire.directives import SILENT, Directives
from newswire.messages import Hint, Message
from newswire.ownership import display_of, owning_source
from newswire.sources import Catalogue, Display, Source
from newswire.worker import Worker

MESSAGE_SECONDS = 25.0
NOTICE_BESIDE = "a notice of withdrawal beside the text"


@dataclass(frozen=True, slots=True)
class Found:
    """What a message led to.

    There is no ``story`` where a re-check tells none: the page is as it was, or it was not had. ``reason``
    is why a page was not had, ``is_missing`` whether it is not there any more. ``page`` is what to remember
    of the page, ``None`` what is remembered. ``is_notice``: the page says that its article was withdrawn,
    and has lost its text.
    With ``recheck_after`` its server may answer later. ``directives``: what a page asks that tells no story.
    ``shortfall`` is there where a story is of some of its pages. ``deadline`` is the message's.
    """

    story: Story | None
    site_name: str | None = None
    recheck_after: timedelta | None = None
    page: PageRecord | None = None
    reason: str | None = None
    is_missing: bool = False
    is_notice: bool = False
    directives: Directives | None = None
    shortfall: Shortfall | None = None
    deadline: Deadline | None = None

    @property
    def final_url(self) -> str | None:
        """The address of the page that the story is of, ``None`` where it is of no page."""
        story = self.story
        return None if story is None or story.origin != "page" else story.provenance.final_url


class StoryFinder:
    """Decides what is told; one deadline a message, robots and further pages included."""

    def __init__(
        self,
        archive: Archive,
        pages: PageRequests,
        worker: Worker,
        gate: PageGate,
        catalogue: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._archive = archive
        self._reader = PageReader(pages, worker, catalogue, now)
        self._gate = gate
        self._catalogue = catalogue
        self._now = now

    def find(self, message: Message, known: ArticleItem | None, receive_count: int) -> Found:
        """Return the article's story: from its page, or the feed's own where that may or can not be had.

        Raise :class:`TransientFailure` where the page should be asked for again soon, :class:`HostBusy` where
        its host's next turn has to be waited for.
        """
        deadline = Deadline.after(MESSAGE_SECONDS)
        return replace(self._found(message, known, receive_count, deadline), deadline=deadline)

    def _found(
        self, message: Message, known: ArticleItem | None, receive_count: int, deadline: Deadline
    ) -> Found:
        if message.kind == "recheck" and known is not None:
            message = replace(message, url=standing.asked_link(known, self._catalogue))
        carriers = self._carriers(message, known)
        display = partial(self._display, known, carriers)
        if display(message.url) == "link":
            no_page = NoPage("display: link", self._now())
            return self._without_page(message, known, carriers, no_page)
        look = PageLook(
            message,
            carriers[0] if carriers else None,
            deadline,
            receive_count,
            # A bare link (of a sitemap, say) has no words to settle for: it waits for its page, and in the
            # end for the operator among the dead letters. Otherwise it would be lost.
            can_settle=known is not None or bool(message.hint and message.hint.title),
            last=page_records.last_look(known),
            licensed=lambda url: display(url) == "full",
            has_text=partial(self._has_text, known),
            is_partial=known is not None and known.reason is not None,
            is_withheld=known is not None and known.withheld_since is not None,
            asked=known.directives if known is not None else SILENT,
        )
        with self._reader.steps(look) as going_on:
            outcome, page = self._looked(going_on, known)
        if outcome is None:
            return Found(None, page=page)
        if isinstance(outcome, Page):
            return self._told(look, outcome, page, known, carriers)
        if look.is_recheck and look.last is not None and outcome.reason != TDM_RESERVED:
            is_its_word = known is not None and standing.is_on_its_site(message.url, known, self._catalogue)
            return _still(outcome, look.last, is_its_word=is_its_word)
        return self._without_page(message, known, carriers, outcome)

    def _looked(
        self, look: PageLook, known: ArticleItem | None
    ) -> tuple[Page | NoPage | None, PageRecord | None]:
        """Look at the page, where it moved to another address there, and judge what was found."""
        outcome, page = self._reader.look(look)
        # What was withdrawn is not looked for elsewhere.
        is_sought = look.is_recheck and known is not None and known.withheld_since is None
        moved = page_records.moved_link(known, look.message.url) if is_sought else None
        if moved is not None and isinstance(outcome, NoPage) and page_records.is_missing(outcome):
            look = replace(look, message=replace(look.message, url=moved))
            outcome, page = self._reader.look(look)
        if isinstance(outcome, Page) and outcome.fields.notice and _is_beside_a_text(outcome, known):
            look_at, asked = (outcome.fetched, outcome.status, outcome.final_url), outcome.fields.directives
            return NoPage(NOTICE_BESIDE, *look_at, again_after=RECHECK_AFTER, directives=asked), None
        # A notice of withdrawal is short, and no news of the source.
        if isinstance(outcome, Page) and not outcome.fields.notice:
            hint = self._hint(look.message, known)
            outcome = self._gate.admit(outcome, hint, look.message, known, look.source)
        return outcome, page

    def _told(
        self,
        look: PageLook,
        outcome: Page,
        page: PageRecord | None,
        known: ArticleItem | None,
        carriers: list[Source],
    ) -> Found:
        hint, language = self._hint(look.message, known), _language(carriers)
        if look.is_recheck and look.last and page and page_records.is_retitled(look.last, page):
            # What is stored may be the feed's headline, which would hide that the page's is another now.
            hint = replace(hint, title=None)
        story = tell(look.message.url, hint, outcome, language)
        if known is None:
            story = within_rights(story, hint, carriers, language, self._catalogue)
        fields = outcome.fields
        return Found(
            story,
            fields.site_name,
            outcome.again_after,
            page=page,
            is_notice=fields.notice,
            shortfall=outcome.shortfall,
        )

    def _has_text(self, known: ArticleItem | None, text: str) -> bool:
        """Return whether a page still has the text that was had of it, beside a notice of withdrawal."""
        if known is None or known.origin != "page":
            return False
        return not is_lost(without_notice(self._archive.read(known).text), without_notice(text))

    def _without_page(
        self, message: Message, known: ArticleItem | None, carriers: list[Source], outcome: NoPage
    ) -> Found:
        """Tell the feed's own words; only its summary where its publisher wants no more to be shown."""
        summary_only = outcome.reason in ("display: link", TDM_RESERVED)
        hint, language = self._hint(message, known), _language(carriers)
        story = tell(message.url, hint, outcome, language, summary_only=summary_only)
        return Found(story, recheck_after=outcome.again_after, reason=outcome.reason)

    def _display(self, known: ArticleItem | None, carriers: list[Source], url: str) -> Display:
        """Return how much is shown of an article; its owner's setting counts, whatever link it came by."""
        owner = owning_source(known.owner.homepage if known else url, self._catalogue)
        return display_of(owner, carriers)

    def _carriers(self, message: Message, known: ArticleItem | None) -> list[Source]:
        """Return the sources that carry the article, the message's first."""
        names = [message.source, *(via.source for via in known.via.values())] if known else [message.source]
        found = (self._catalogue.source(name) for name in dict.fromkeys(names))
        return [source for source in found if source is not None]

    def _hint(self, message: Message, known: ArticleItem | None) -> Hint:
        """Return what a feed says: now, or else when the article was last told."""
        if message.hint is not None or known is None:
            return message.hint or Hint()
        return stored_hint(self._archive.read(known), known.excerpt)


def _is_beside_a_text(page: Page, known: ArticleItem | None) -> bool:
    """Return whether a page that was never had has a text that does not have its notice of withdrawal.

    A line that no reader sees may pass for a notice; then the feed's words are what is certain.
    """
    was_had = known is not None and known.origin == "page"
    return not was_had and bool(page.fields.text) and not mentions_withdrawal(page.fields.text)


def _still(outcome: NoPage, last: PageRecord, *, is_its_word: bool) -> Found:
    """Return what a re-check found that had no page; one that is there but cannot be read is not missing.

    ``is_its_word``: the article's own site was asked, and nobody else can say that it is gone.
    """
    return Found(
        None,
        recheck_after=outcome.again_after,
        page=replace(last, missing_since=None) if outcome.status == 200 else None,
        reason=outcome.reason,
        is_missing=is_its_word and page_records.is_missing(outcome),
        directives=outcome.directives,
    )


def _language(carriers: list[Source]) -> str:
    return carriers[0].language if carriers else "en"
