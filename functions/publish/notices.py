"""What stands in the place of an article that is gone: withdrawn, taken down, or past its retention.

The notice is the same from the moment the clock takes the article out, over the note that it is retired, to
the tombstone that remains of it: each of them has what the notice tells.
"""

from __future__ import annotations

from datetime import datetime

from functions.publish.article_rendering import gone_page, retired_page, taken_down_page
from functions.publish.credit import Credit
from functions.publish.entries import credit_of
from functions.publish.look import Look
from functions.publish.owner_names import unowned_owner
from newswire.article import Owner
from newswire.article_item import Tombstone
from newswire.article_table import Record
from newswire.due_changes import is_past_retention
from newswire.sources import Catalogue


def is_gone(record: Record, catalogue: Catalogue, now: datetime) -> bool:
    """Return whether an article is gone, though a second look or another policy may yet bring it back."""
    if isinstance(record, Tombstone):
        return True
    return record.withheld_since is not None or is_past_retention(record, catalogue, now)


def notice_page(look: Look, key: str, record: Record) -> bytes:
    """Return the page that takes the place of an article that is gone.

    Of a withdrawn one nothing is told, and of one that was taken down no more than that; of one that only we
    keep no longer, where it can be read.
    """
    if isinstance(record, Tombstone) and record.is_taken_down:
        return taken_down_page(look, key)
    credit = _credit(look, record)
    return gone_page(look, key) if credit is None else retired_page(look, key, credit)


def _credit(look: Look, record: Record) -> Credit | None:
    owner = _owner_to_name(record)
    if owner is None:
        return None
    source = look.catalogue.source(owner.id)
    known = None if source is None else Owner(source.id, source.name, source.homepage)
    named = known or unowned_owner(owner, look.catalogue)
    return credit_of(record, named, "link", look.catalogue, look.words)


def _owner_to_name(record: Record) -> Owner | None:
    if isinstance(record, Tombstone):
        return record.owner if record.is_retired else None
    return record.owner if record.withheld_since is None else None
