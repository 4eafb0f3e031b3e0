"""From what an operator knows of an article, any of its addresses or its id, to the ids that may be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from local.trace.store import NotTraceable
from newswire.urls import article_id, clean_link

_ID = re.compile(r"[a-z2-7]{16}")
_OWN = re.compile(r"/?(?:a/[^/]*-|json/|images/)([a-z2-7]{16})(?:\.html|\.json|/[^/]+\.webp)")


@dataclass(frozen=True, slots=True)
class Named:
    """What was asked for: the ids that it may mean, each with how, likeliest first; its ``url``, if any."""

    asked: str
    ids: dict[str, str]
    url: str | None = None


def named(asked: str) -> Named:
    """Read an id, an address of the article, or the address of its page or JSON on the portal.

    Raise :class:`NotTraceable` where it is neither.
    """
    text = asked.strip()
    if _ID.fullmatch(text):
        return Named(text, {text: "the id"})
    url = clean_link(text)
    path = urlsplit(url).path if url else text
    ids = {} if url is None else {article_id(url): "an address of the article"}
    if own := _OWN.fullmatch(path):
        ids.setdefault(own[1], "an address on the portal")
    if not ids:
        raise NotTraceable(
            f"{asked!r} is neither an article's id (16 characters a-z2-7) nor an absolute http(s) address"
        )
    return Named(text, ids, url)
