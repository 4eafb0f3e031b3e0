"""An OPML file into a ``sources.yaml``: a new one, or one that is there and stays as it is otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from local.sources import grouping, yaml_text
from local.sources.grouping import Additions
from local.sources.languages import portal_language
from local.sources.naming import clean_name
from local.sources.opml_parser import Opml, Outline
from local.sources.sources_text import Refused, SourcesText, read_bytes, understood
from newswire.sources import Catalogue
from newswire.text import one_line
from newswire.worker import Worker, WorkerFailed

OPML_LIMIT = 4 * 1024 * 1024  # bytes
_PARSER = "local.sources.opml_parser:run"
_NEW_NAME = "sources.yaml"
_WORDS = {
    "id": ("Asia/Jakarta", "Berita dari banyak sumber", ("berita", "Berita")),
    "en": ("UTC", "News from many sources", ("news", "News")),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """The text with the additions; ``notes`` say what was left out or guessed."""

    text: str
    added: Additions
    notes: tuple[str, ...]


def read_opml(path: Path) -> Opml:
    """Return an OPML file's feeds, parsed in a worker; raise :class:`Refused` where it cannot be read."""
    body = read_bytes(path, OPML_LIMIT)
    try:
        with Worker(_PARSER) as worker:
            answer = worker.call(body, {})
    except WorkerFailed as failure:
        raise Refused(f"{path}: could not be read as OPML: {failure}") from None
    if "problem" in answer:
        raise Refused(f"{path}: {answer['problem']}")
    document = answer["opml"]
    outlines = [Outline(**outline) for outline in document["outlines"]]
    return Opml(document["title"], outlines, document["notes"])


def as_new_file(opml: Opml) -> Imported:
    """Return a whole ``sources.yaml`` of the feeds, for a portal that has still to be named."""
    language = portal_language(opml.outlines)
    timezone, tagline, fallback = _WORDS[language]
    added = grouping.additions(opml.outlines, None, fallback)
    _refuse_nothing(opml, added)
    portal = {
        "name": one_line(clean_name(opml.title), 100) or "Portal",
        "url": "https://portal.example",
        "tagline": tagline,
        "language": language,
        "timezone": timezone,
        "contact": "editor@portal.example",
    }
    text = yaml_text.whole_file(portal, added)
    understood(text, _NEW_NAME)
    return Imported(text, added, (*opml.notes, *added.notes))


def into(file: SourcesText, opml: Opml) -> Imported:
    """Return the file's text with the feeds that it does not have.

    Raise :class:`Refused` where that is not possible without changing anything else.
    """
    fallback = _WORDS[file.catalogue.portal.language][2]
    added = grouping.additions(opml.outlines, file.catalogue, fallback)
    if not opml.outlines:
        _refuse_nothing(opml, added)
    try:
        text = yaml_text.with_additions(file.text, added)
    except yaml_text.NoPlace as error:
        raise Refused(f"{file.path}: {error}") from None
    if _without(understood(text, f"{file.path} with the additions"), added) != file.catalogue:
        raise Refused(f"{file.path}: nothing can be added as it is written; add to a plainer one and merge")
    return Imported(text, added, (*opml.notes, *added.notes))


def _refuse_nothing(opml: Opml, added: Additions) -> None:
    if added.is_empty:
        notes = "".join(f"\n{note}" for note in (*opml.notes, *added.notes))
        raise Refused(f"no feed in the OPML file; an outline with xmlUrl is what makes one{notes}")


def _without(catalogue: Catalogue, added: Additions) -> Catalogue:
    """Return the catalogue as it was before the additions."""
    new = {source.id for source in added.sources}
    sources = (
        replace(source, feeds=source.feeds[: len(source.feeds) - len(added.feeds.get(source.id, ()))])
        for source in catalogue.sources
        if source.id not in new
    )
    categories = {key: name for key, name in catalogue.categories.items() if key not in added.categories}
    return replace(catalogue, sources=tuple(sources), categories=categories)
