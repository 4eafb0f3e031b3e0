"""When an article's page is looked at again. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from functions.extract.page_records import awaited_since
from newswire.article_item import ArticleItem
from newswire.ownership import display_of
from newswire.sources import Catalogue, Source

# The two looks that find a page missing, or a former wording again, are at least this far apart.
CONFIRM_AFTER = timedelta(hours=1)
CONFIRM_FOR = timedelta(days=2)
# How long a page that could not be had at first is asked for again, from the article's first sight on.
RETRY_FOR = timedelta(days=7)
SPREAD = 0.1
_LEAST_PAUSE = timedelta(minutes=30)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648


def deciding_source(item: ArticleItem, catalogue: Catalogue) -> Source | None:
    """Return the source whose settings say whether and when an article's page is looked at again.

    Its owner, or of an article that no source owns the first that carries it. None where nobody who is
    enabled carries it, or where only a link to it may be shown.
    """
    owner = catalogue.source(item.owner.id)
    carriers = _enabled(catalogue.source(via.source) for via in item.via.values())
    deciding = _enabled([owner]) if owner is not None else carriers
    return deciding[0] if deciding and display_of(owner, carriers) != "link" else None


def ages_of(item: ArticleItem, catalogue: Catalogue) -> tuple[timedelta, ...]:
    """Return at which ages an article's page is looked at again."""
    source = deciding_source(item, catalogue)
    return () if source is None else source.rechecks


def is_wanted(item: ArticleItem, catalogue: Catalogue) -> bool:
    """Return whether a re-check that is due is still to be made, by the settings of now."""
    source = deciding_source(item, catalogue)
    is_expected = item.origin == "feed" or item.withheld_since is not None
    return source is not None and (is_expected or bool(source.rechecks))


def unconfirmed_since(item: ArticleItem, catalogue: Catalogue, found: datetime | None) -> datetime | None:
    """Return since when a finding waits for a second look, ``None`` where none does or none is to be made.

    ``found``: when this look found something else that has to be confirmed. Where a source wants no looks
    there is no second one; but what a notice withholds it would withhold for ever.
    """
    is_withheld = item.withheld_since is not None and is_wanted(item, catalogue)
    if not (is_withheld or ages_of(item, catalogue)):
        return None
    waits = min(
        (one for one in (gone_since(item), awaited_since(item.page)) if one is not None), default=None
    )
    return found or (datetime.fromisoformat(waits) if waits else None)


def next_recheck(
    article_id: str,
    first_seen: datetime,
    now: datetime,
    ages: Sequence[timedelta],
    unconfirmed_since: datetime | None = None,
) -> datetime | None:
    """Return when to look at a page again, ``None`` when the schedule is over.

    ``ages`` are counted from ``first_seen``; up to a tenth is taken off each, by the article's id, so that
    what was imported together is not asked for together. A look that came late takes the place of those
    that it missed. With a finding since ``unconfirmed_since`` that a second look has to confirm, that
    comes first, whatever the ages: after :data:`CONFIRM_AFTER`, again and again for two days at most.
    """
    if unconfirmed_since is not None and now < unconfirmed_since + CONFIRM_FOR:
        return now + CONFIRM_AFTER
    early = 1 - SPREAD * _share(article_id)
    # Whole seconds: what is stored as due has to be over when it is looked at.
    due = (first_seen + timedelta(seconds=int(age.total_seconds() * early)) for age in sorted(ages))
    following = next((moment for moment in due if moment > now), None)
    return None if following is None else max(following, now + _LEAST_PAUSE)


def next_retry(first_seen: datetime, now: datetime, pause: timedelta | None) -> datetime | None:
    """Return when to ask again for a page that was never had, ``None`` where asking again would not help."""
    if pause is None or now + pause > first_seen + RETRY_FOR:
        return None
    return now + pause


def gone_since(item: ArticleItem) -> str | None:
    """Return when a look first found an article gone (RFC 3339), ``None`` where none did, or it was back.

    A page that is missing and one that says that its article was withdrawn confirm each other.
    """
    missing = item.page.missing_since if item.page else None
    return min((one for one in (missing, item.withheld_since) if one is not None), default=None)


def is_confirmed(item: ArticleItem, now: datetime) -> bool:
    """Return whether a look that finds an article gone at ``now`` is the second one."""
    since = gone_since(item)
    return since is not None and now - datetime.fromisoformat(since) >= CONFIRM_AFTER


def _enabled(sources: Iterable[Source | None]) -> list[Source]:
    return [source for source in sources if source is not None and source.enabled]


def _share(article_id: str) -> float:
    """Return a number from 0 to 1 by the id's first ten bits."""
    high, low = (_ALPHABET.index(character) for character in article_id[:2])
    return (high * 32 + low) / 1023
