"""Who wrote the article, among everything on a page that names somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from functions.extract.author_names import compact, is_desk, is_full_name, names_in
from functions.extract.bylines import bylines
from functions.extract.landmarks import Landmarks
from functions.extract.structured_data import Node, StructuredData, strings
from newswire.text import one_line

_MAX_AUTHORS = 10
_MAX_OWN_NAME = 100  # characters
_MAX_SIGNATURE = 30  # characters
_META = (
    "parsely-author cxenseparse:author article:author og:article:author og:author author article:author_name"
    " sailthru.author dc.creator dcterms.creator dcsext.author byl creator article.author content_author"
    " citation_author dable:author"
)
_WRITTEN_BY = re.compile(
    r"written|author|by\b|penulis|oleh|ditulis|verfasst|autor|von\b|écrit|escrito|auteur", re.IGNORECASE
)


def authors_of(data: StructuredData, page: Landmarks, site: Iterable[str]) -> list[str]:
    """Return the authors' names, people's where the page names any; `site` are the publisher's own names.

    The first source that names somebody else than the publisher decides, in order of trust: JSON-LD,
    meta elements, microdata, visible bylines (rel=author among them). A desk ("Redaksi", "Staff") or
    the publisher is the author only where nobody else is named.
    """
    own = {compact(name) for name in site}
    declared = []
    for texts in _declared(data):
        if names := [name for text in texts for name in _named_by(text, own)]:
            if people := _people(names, own):
                return people
            declared.append(names)
    for texts in bylines(page):
        people = _people(names_in(texts), own)
        # Visible lines hold anything: only what looks like a name, or a byline that is one word.
        if people and (all(map(is_full_name, people)) or (not declared and _is_signature(texts))):
            return people
    return declared[0][:_MAX_AUTHORS] if declared else []


def _named_by(text: str, own: set[str]) -> list[str]:
    """Return the names in a text; the publisher's own is one, whatever stands in it ("Jobs & Hire")."""
    return [one_line(text, _MAX_OWN_NAME)] if compact(text) in own else names_in([text])


def _is_signature(texts: Sequence[str]) -> bool:
    return len(texts) == 1 and 0 < len(texts[0].split()) <= 3 and len(texts[0]) <= _MAX_SIGNATURE


def _people(names: Iterable[str], own: set[str]) -> list[str]:
    people = {compact(name): name for name in names if not is_desk(name)}
    return [name for key, name in people.items() if key not in own][:_MAX_AUTHORS]


def _declared(data: StructuredData) -> Iterator[Sequence[str]]:
    named = {node["@id"]: node for node in data.nodes if isinstance(node.get("@id"), str) and "name" in node}
    for key in ("author", "creator"):
        for node in data.articles:
            stated = node.get(key)
            authors = stated if isinstance(stated, list) else [stated]
            yield [text for author in authors for text in strings(_resolved(author, named))]
    for name in _META.split():
        yield data.meta(name)
    for number in ("1", "2"):
        if _WRITTEN_BY.search(data.first_meta(f"twitter:label{number}") or ""):
            yield data.meta(f"twitter:data{number}")
    yield data.microdata.values("author.name")
    yield data.microdata.values("author")[:1]


def _resolved(author: object, named: dict[object, Node]) -> object:
    """Follow a reference to a node elsewhere in the page's JSON-LD."""
    if isinstance(author, dict) and "name" not in author:
        identity = author.get("@id")
        return named.get(identity, author) if isinstance(identity, str) else author
    return author
