"""What an article's item remembers of its page and of its former revisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

# Former revisions that the item itself describes; older ones are in the bucket only.
HISTORY_LIMIT = 10


@dataclass(frozen=True, slots=True)
class PageRecord:
    """The last look at a page of an article: what the next one asks with, and what it compares with.

    ``url`` is the address that answered; ``etag`` and ``last_modified`` are its validators, byte-exact;
    ``sha256`` is of the body, ``asks`` a mark of what its headers ask of robots and miners; ``title`` is
    the page's own headline. Two findings wait for a second look: ``missing_since`` (RFC 3339) is when the
    page was first found missing, ``returned`` the fingerprint of a former wording that the page shows again.

    ``further`` are the records of the pages that follow the first, in their order, four at most. Only they
    have a ``link``, which is asked (``None``: it is ``url``), ``unread_since`` (RFC 3339, when the page was
    first there without a text that could be had), and ``left_out``: its text is no part of the article's.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    asks: str | None = None
    title: str | None = None
    missing_since: str | None = None
    returned: str | None = None
    link: str | None = None
    unread_since: str | None = None
    left_out: bool = False
    further: tuple[PageRecord, ...] = ()

    def to_map(self) -> dict[str, Any]:
        """Return what is known, as an attribute of the item."""
        known = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "further"}
        stated = {name: value for name, value in known.items() if value not in (None, False)}
        return stated | ({"further": [one.to_map() for one in self.further]} if self.further else {})

    @classmethod
    def from_map(cls, value: Mapping[str, Any]) -> PageRecord:
        """Read the attribute back."""
        return cls(**{**value, "further": tuple(map(cls.from_map, value.get("further", ())))})


@dataclass(frozen=True, slots=True)
class Edit:
    """How a revision differs from the one before it.

    ``revision`` is the newer one's number, ``at`` (RFC 3339) when it was made, ``replaced`` the key of
    the JSON that it replaced. ``fields`` names what changed (``pages``: the text is of more or of fewer
    pages than before); the words are those of the text, and the headlines are given where they differ.
    ``fingerprint`` is the replaced wording's. ``correction`` tells that its publisher told readers
    something otherwise, and not that more of it was had.
    """

    revision: int
    at: str
    replaced: str
    fields: tuple[str, ...]
    words_added: int
    words_removed: int
    fingerprint: str
    title_before: str | None = None
    title_after: str | None = None
    correction: bool = False

    def to_map(self) -> dict[str, Any]:
        """Return the entry of the item's list."""
        stated = asdict(self)
        if not self.correction:
            del stated["correction"]
        known = {name: value for name, value in stated.items() if value is not None}
        return known | {"fields": list(self.fields)}

    @classmethod
    def from_map(cls, value: Mapping[str, Any]) -> Edit:
        """Read the entry back; numbers may be ``Decimal``."""
        numbers = {name: int(value[name]) for name in ("revision", "words_added", "words_removed")}
        return cls(**{**value, **numbers, "fields": tuple(value["fields"])})
