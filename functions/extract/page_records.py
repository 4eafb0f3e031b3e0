"""What to remember of an article's page, and what its answer to the next look means. No I/O, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from functions.extract.assembly import NoPage
from functions.extract.deadline import Deadline
from functions.extract.failures import RECHECK_AFTER
from functions.extract.front_pages import is_front_page, leads_to_front_page
from functions.extract.kept_steps import Steps
from functions.extract.text_comparison import comparable
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem
from newswire.directives import SILENT, Directives
from newswire.domains import registrable_domain
from newswire.http_client import Answer
from newswire.messages import Message
from newswire.sources import Source
from newswire.text import one_line
from newswire.urls import article_id, host_of

# Characters; a longer validator is not kept: a cut one would never match, and the item has to hold it.
VALIDATOR_LIMIT = 1024
TITLE_LIMIT = 500
FRONT_PAGE = "redirected to the front page"
FRONT_PAGE_FOR_GOOD = "redirected to the front page for good"
_MISSING = {404, 410}
_ROBOTS = "x-robots-tag"
_ASKING = (_ROBOTS, "tdm-reservation", "tdm-policy")


@dataclass(frozen=True, slots=True)
class PageLook:
    """A page that is to be asked for; ``last`` is the last look at it, if it was had before.

    ``licensed`` tells whether the page of an address may be carried whole, whatever it reserves; ``has_text``
    whether a text still has what was had, so that a notice beside it is of something else.
    ``is_partial``: of an article on several pages, not all are in its text. ``is_withheld``: the last word of
    its page is a notice of withdrawal, which validators of the text that was carried say nothing about.
    ``asked`` is what the page is known to ask, ``steps`` what the message had before it had to wait.
    """

    message: Message
    source: Source | None
    deadline: Deadline
    receive_count: int
    can_settle: bool
    last: PageRecord | None
    licensed: Callable[[str], bool]
    has_text: Callable[[str], bool]
    is_partial: bool = False
    is_withheld: bool = False
    asked: Directives = SILENT
    steps: Steps = field(default_factory=Steps)

    @property
    def is_recheck(self) -> bool:
        """Whether nobody but the schedule asks."""
        return self.message.kind == "recheck"

    def has_waited_long(self, now: datetime) -> bool:
        """Return whether the feed's words are to be shown now, and the page to be had by a re-check."""
        return datetime.fromisoformat(self.message.polled) + RECHECK_AFTER <= now

    def may_wait(self, now: datetime) -> bool:
        """Return whether the message is to come back when it is its host's turn.

        What was had once is had: the next look may wait, unless this one has begun.
        """
        if self.is_recheck and self.last is not None and not self.steps.is_begun:
            return False
        return not (self.can_settle and self.has_waited_long(now))

    @property
    def is_conditional(self) -> bool:
        """Whether pages that are as they were need no other look: what the article lacks is known."""
        is_known = self.last is not None and (bool(self.last.further) or not self.is_partial)
        return self.is_recheck and is_known and not self.is_withheld


def last_look(known: ArticleItem | None) -> PageRecord | None:
    """Return what is remembered of a known article's page, ``None`` where it was never had."""
    if known is None or known.origin != "page":
        return None
    return known.page or PageRecord(known.url)


def moved_link(known: ArticleItem | None, asked: str) -> str | None:
    """Return under which other link its publisher's newest entry has the article, ``None`` for none.

    Publishers that correct a headline move the page with it and keep the guid: only an address is gone then.
    """
    newest = sorted(known.via.values(), key=lambda via: via.polled, reverse=True) if known else []
    home = registrable_domain(host_of(asked))
    same_site = (via.url for via in newest if registrable_domain(host_of(via.url)) == home)
    return next((url for url in same_site if article_id(url) != article_id(asked)), None)


def conditions(record: PageRecord | None) -> dict[str, str]:
    """Return the headers that ask for a page only if it has changed (RFC 9110 section 13.1)."""
    if record is None:
        return {}
    stated = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
    return {name: value for name, value in stated.items() if value is not None}


def after_page(answer: Answer, sha256: str, title: str | None) -> PageRecord:
    """Return the record of a page that was had; ``title`` is its own headline."""
    return PageRecord(
        url=answer.url,
        asks=_asks(answer.headers),
        etag=_validator(answer.headers, "etag"),
        last_modified=_validator(answer.headers, "last-modified"),
        sha256=sha256,
        title=one_line(title or "", TITLE_LIMIT) or None,
    )


def is_unmodified(answer: Answer, sha256: str, record: PageRecord) -> bool:
    """Return whether a page is as it was: by its server's word, or in all its bytes and wishes."""
    return answer.status == 304 or (sha256 == record.sha256 and _asks(answer.headers) == record.asks)


def is_believed(answer: Answer, record: PageRecord) -> bool:
    """Return whether a 304 stands for all: it is of the page that was had, and asks for nothing else.

    Its headers may be silent (RFC 9110 section 15.4.5).
    """
    return answer.url == record.url and _asks(answer.headers) in (None, record.asks)


def asking_too(answer: Answer, unmodified: Answer) -> Answer:
    """Return the whole answer after a 304 of the same page, with what that alone asked of robots and miners.

    A 304's header fields update those of the page (RFC 9111 section 4.3.4); where both speak of robots, both
    count, and of mining the whole answer, which came last.
    """
    asked = {name: unmodified.headers[name] for name in _ASKING if name in unmodified.headers}
    if not asked or (answer.status, answer.url) != (200, unmodified.url):
        return answer
    said, heard = answer.headers.get(_ROBOTS), asked.get(_ROBOTS)
    if said is not None and heard is not None and said != heard:
        return replace(answer, headers={**asked, **answer.headers, _ROBOTS: f"{said}\n{heard}"})
    return replace(answer, headers={**asked, **answer.headers})


def after_unmodified(record: PageRecord, answer: Answer) -> PageRecord:
    """Return the record after a 304, which may bring other validators, or after the same bytes again."""
    kept = record if answer.status == 304 else replace(record, etag=None, last_modified=None)
    return replace(
        kept,
        url=answer.url,
        etag=_validator(answer.headers, "etag") or kept.etag,
        last_modified=_validator(answer.headers, "last-modified") or kept.last_modified,
        missing_since=None,
        unread_since=None,
    )


def asks_anew(headers: Mapping[str, str], look: PageLook, url: str) -> bool:
    """Return whether the headers of a page that could not be read are to be heard.

    They are not where they ask what they asked when it was read: that stands, as its elements have changed
    it. Nor are those of the front page: what a link leads to in its article's stead speaks for itself.
    """
    if not headers or leads_to_front_page(look.message.url, url):
        return False
    return look.last is None or _asks(headers) != look.last.asks


def link_of(record: PageRecord) -> str:
    """Return the link that is asked for a further page."""
    return record.link or record.url


def awaited_since(record: PageRecord | None) -> str | None:
    """Return since when a page of the article is missing, which a second look has to confirm."""
    pages = (record, *record.further) if record else ()
    return min((one.missing_since for one in pages if one.missing_since), default=None)


def is_missing(outcome: NoPage) -> bool:
    """Return whether the publisher's server says that there is no such page (any more).

    A refusal (403), a page that cannot be read, a server in trouble and robots.txt say nothing of the kind.
    """
    return outcome.status in _MISSING or outcome.reason == FRONT_PAGE_FOR_GOOD


def without_article(answer: Answer, record: PageRecord) -> str | None:
    """Return the reason why an answer is not an article's page any more: it leads to the site's front page.

    Only where all of its redirects are 301 and 308 is the article gone for good: sites lead readers home
    for a while when they are in trouble.
    """
    if not is_front_page(answer.url) or is_front_page(record.url):
        return None
    return FRONT_PAGE_FOR_GOOD if answer.permanent_url == answer.url else FRONT_PAGE


def is_retitled(before: PageRecord, after: PageRecord) -> bool:
    """Return whether the page's own headline is another one now."""
    known = before.title is not None and after.title is not None
    return known and comparable(before.title or "") != comparable(after.title or "")


def _asks(headers: Mapping[str, str]) -> str | None:
    """Return a mark of what an answer's headers ask of robots and miners, ``None`` where they ask nothing."""
    stated = [f"{name}:{headers[name]}" for name in _ASKING if name in headers]
    return hashlib.sha256("\n".join(stated).encode()).hexdigest()[:16] if stated else None


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    stated = headers.get(name)
    return stated if stated is not None and len(stated) <= VALIDATOR_LIMIT else None
