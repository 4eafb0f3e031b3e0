"""What a page's JSON-LD says of having been taken from elsewhere; `functions.extract.originals` judges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from functions.extract.attribution import EVIDENCE_LIMIT, MOST, NAME_LIMIT, Attribution, Kind
from newswire.text import one_line
from newswire.urls import clean_link

_DECLARED: Mapping[str, Kind] = {
    "isBasedOn": "based on",
    "isBasedOnUrl": "based on",
    "sourceOrganization": "organisation",
}


def declared_attributions(articles: Iterable[Mapping[str, Any]], base: str) -> list[Attribution]:
    """Return what JSON-LD nodes of article types say: ``isBasedOn`` and ``sourceOrganization``."""
    signs: list[Attribution] = []
    for node in list(articles)[:2]:
        for key, kind in _DECLARED.items():
            for value in _several(node.get(key)):
                url, name = _address(value, base), _name(value)
                if url or (name and kind == "organisation"):
                    signs.append(Attribution(kind, url, name, f"{key}: {url or name}"[:EVIDENCE_LIMIT]))
    return signs[:MOST]


def _several(value: Any) -> list[Any]:
    return value[:MOST] if isinstance(value, list) else [value]


def _address(value: Any, base: str) -> str | None:
    link = value.get("url") or value.get("@id") if isinstance(value, dict) else value
    return clean_link(link, base) if isinstance(link, str) and _is_absolute(link) else None


def _name(value: Any) -> str | None:
    name = value.get("name") if isinstance(value, dict) else value
    return (
        one_line(unescape(name), NAME_LIMIT) or None
        if isinstance(name, str) and not _is_absolute(name)
        else None
    )


def _is_absolute(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))
