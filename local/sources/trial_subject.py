"""What a trial asks: a source of the file, or an address as the file would have it. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace

from local.public_hosts import refusal
from local.sources import grouping, yaml_text
from local.sources.opml_parser import Outline
from local.sources.sources_text import Refused, SourcesText, understood
from newswire.sources import Catalogue, Source
from newswire.urls import clean_link, identity_form


@dataclass(frozen=True, slots=True)
class Subject:
    """The source to ask, as the file says it; in ``catalogue`` it is enabled, and so tried out before.

    ``is_listed`` is false for an address that the file does not have.
    """

    catalogue: Catalogue
    source: Source
    is_listed: bool


def find(file: SourcesText, wanted: str) -> Subject:
    """Return the source of that id or address; raise :class:`Refused` where none may be asked."""
    found = _found(file, wanted)
    enabled = replace(found.source, enabled=True)
    if reason := refusal(replace(found.catalogue, sources=(enabled,))):
        raise Refused(f"{file.path}: {reason}")
    sources = (enabled if one.id == enabled.id else one for one in found.catalogue.sources)
    return replace(found, catalogue=replace(found.catalogue, sources=tuple(sources)))


def _found(file: SourcesText, wanted: str) -> Subject:
    source = file.catalogue.source(wanted)
    if source is not None:
        return Subject(file.catalogue, source, is_listed=True)
    url = clean_link(wanted)
    if url is None:
        known = ", ".join(one.id for one in file.catalogue.sources) or "none"
        raise Refused(f"{wanted!r} is no source of {file.path} and no http(s) URL; its sources: {known}")
    for source in file.catalogue.sources:
        for feed in source.feeds:
            if identity_form(feed) == identity_form(url):
                return Subject(file.catalogue, replace(source, feeds=(feed,)), is_listed=True)
    return _with(file, url)


def _with(file: SourcesText, url: str) -> Subject:
    """Return the address as a feed of the source that an import would add it to, or make of it."""
    added = grouping.additions([Outline(1, url)], file.catalogue, ("news", "News"))
    try:
        text = yaml_text.with_additions(file.text, added)
    except yaml_text.NoPlace as error:
        raise Refused(f"{file.path}: {error}") from None
    catalogue = understood(text, f"{file.path} with {url}")
    name = next(iter(added.feeds), None) or added.sources[0].id
    source = next(one for one in catalogue.sources if one.id == name)
    return Subject(catalogue, replace(source, feeds=(url,)), is_listed=False)
