"""What is checked of an article's item when it is read: everything else relies on these types.

Our own code writes nothing else. A later release may, before it is rolled back, and so may a hand.
"""

from __future__ import annotations

from datetime import datetime

from newswire.article_item import ArticleItem, Tombstone

_TEXTS = (
    *("id", "url", "slug", "gone_at", "title", "excerpt", "category", "article_key", "text_sha256"),
    *("first_seen", "listed", "origin"),
)
_TEXTS_OR_NONE = ("reason", "language", "canonical_url", "published", "updated")
_MOMENTS = (
    *("gone_at", "first_seen", "listed", "revised", "recheck_at", "next_change", "withheld_since"),
    "retired",
)


def check_types(record: ArticleItem | Tombstone) -> None:
    """Raise ``TypeError`` for an attribute of another type, ``ValueError`` for what is no moment."""
    for name in (*_TEXTS, *_TEXTS_OR_NONE):
        value = getattr(record, name, "")
        if not (isinstance(value, str) or (value is None and name in _TEXTS_OR_NONE)):
            raise TypeError(f"{name} is {type(value).__name__}; a string is allowed")
    for name in _MOMENTS:
        value = getattr(record, name, None)
        if value is not None and datetime.fromisoformat(value).tzinfo is None:
            raise ValueError(f"{name} is {value!r}; a moment with its offset is allowed")
    for part in ("id", "name", "homepage"):
        if record.owner is not None and not isinstance(getattr(record.owner, part), str):
            raise TypeError(f"owner.{part} is not a string")
