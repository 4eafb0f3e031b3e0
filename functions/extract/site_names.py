"""What the publisher calls itself: for the credit, and to tell it from headlines and authors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlsplit

from functions.extract.structured_data import StructuredData, strings, types_of
from newswire.text import one_line

_MAX_NAME = 100


def site_name(data: StructuredData) -> str | None:
    """Return the site's name as it is shown; None where the page does not state one."""
    names = chain([data.first_meta("og:site_name")], _site_names(data), [data.first_meta("application-name")])
    return next((one_line(name, _MAX_NAME) for name in names if name), None)


def own_names(data: StructuredData, url: str) -> list[str]:
    """Return all names that the publisher and its host are known by."""
    return [*_site_names(data), *_host_names(url)]


def _site_names(data: StructuredData) -> Iterator[str]:
    yield from data.texts("publisher")
    for node in data.nodes:
        if {"Organization", "NewsMediaOrganization", "WebSite"} & set(types_of(node)):
            yield from strings(node.get("name"))
            yield from strings(node.get("alternateName"))
    yield from data.meta("og:site_name", "application-name", "apple-mobile-web-app-title")


def _host_names(url: str) -> Iterator[str]:
    """Yield the names that a host is known by: bola.kompas.com, kompas.com, kompas, bola."""
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    yield from (".".join(labels[number:]) for number in range(len(labels) - 1))
    yield from (label for label in labels[:-1] if len(label) > 3)
