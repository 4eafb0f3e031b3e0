"""What an item lacks of what this release writes. No I/O."""

from __future__ import annotations

from local.upkeep.items import Item, Verdict
from newswire import article_table
from newswire.article_item import is_later

MIGRATED = "migrated"
SAME = "as this release writes them"
OTHER = "no articles"
LATER = "of a later release, and so left"
UNREADABLE = "that cannot be read, and so left"


def verdict(present: Item | None) -> Verdict:
    """Return the item as this release writes it, with the next version, if that is another.

    Attributes that this release does not know stay as they are.
    """
    if present is None or present.get("type") != "article":
        return Verdict(OTHER)
    if is_later(present.get("schema"), present.get("state")):
        return Verdict(LATER)
    try:
        known = article_table.record(dict(present))
    except article_table.UNREADABLE:
        return Verdict(UNREADABLE)
    wanted = {**present, **known.to_item()}
    if wanted == present:
        return Verdict(SAME)
    return Verdict(MIGRATED, {**wanted, "version": known.version + 1})
