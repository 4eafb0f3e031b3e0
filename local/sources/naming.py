"""Names and ids of sources that an import makes. No I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from newswire.source_rules import ID_LIMIT
from newswire.text import contained, is_visible

_NOT_ID = re.compile(r"[^a-z0-9]+")
_EDGES = " -–—|:·•»›,/"  # what separates a site's name from a section's
# A beginning that many titles share without being a name.
_GENERIC = {"the", "a", "rss", "feed", "feeds", "news", "latest", "top", "berita"}


class Ids:
    """Ids in use; each is given out once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def claim(self, wanted: str) -> str:
        """Return ``wanted``, numbered where it is in use, and take it."""
        found = wanted
        while found in self._taken:
            self._last[wanted] = number = self._last.get(wanted, 1) + 1
            found = f"{_cut(wanted, ID_LIMIT - len(str(number)) - 1)}-{number}"
        self._taken.add(found)
        return found


def identifier_of(name: str) -> str:
    """Return an id made of ``name``; "" where it has no Latin letters or digits."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return _cut(_NOT_ID.sub("-", plain).strip("-"), ID_LIMIT)


def common_name(titles: Sequence[str], domain: str) -> str:
    """Return what a site is called whose feeds have these titles: their common beginning, else its domain.

    ``["CNN Indonesia", "CNN Indonesia Ekonomi"]`` is ``CNN Indonesia``.
    """
    known = list(dict.fromkeys(filter(None, map(clean_name, titles))))
    if len(known) == 1:
        return known[0]
    shared: list[str] = []
    for column in zip(*(title.split() for title in known), strict=False):
        if len({word.casefold() for word in column}) > 1:
            break
        shared.append(column[0])
    name = " ".join(shared).strip(_EDGES)
    telling = len(name) > 1 and is_visible(name) and name.casefold() not in _GENERIC
    return name if telling else domain


def clean_name(text: str) -> str:
    """Return a name without control characters, which YAML cannot carry; "" where nothing of it is seen."""
    name = "".join(one for one in text if unicodedata.category(one) != "Cc").strip()
    return contained(name) if is_visible(name) else ""


def _cut(identifier: str, limit: int) -> str:
    return identifier[:limit].strip("-")
