"""The operator's files: read from wherever they lie, checked, and ready to be published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from functions.publish import accent, logo
from functions.publish.markdown import title_and_html
from functions.publish.reporting import Report
from functions.publish.static_files import StaticFile, hashed
from functions.publish.stores import Objects
from newswire.catalogue import OWN_FOLDER
from newswire.sources import Own
from newswire.text import one_line

PAGES_FOLDER = "pages/"
PAGE_SIZE_LIMIT = 64 * 1024  # bytes
LARGEST = max(PAGE_SIZE_LIMIT, logo.SIZE_LIMIT)
TITLE_LIMIT = 100  # characters: a title is a link in the footer, too


_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "md": "text/markdown; charset=utf-8"}


class OwnFileError(ValueError):
    """A file that cannot be used; the message says why and what is allowed."""


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo as it is published, with its size in CSS pixels."""

    file: StaticFile
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One of the operator's own pages; ``html`` is not safe yet."""

    slug: str
    title: str
    html: str

    @property
    def key(self) -> str:
        """Return the key of the page."""
        return page_key(self.slug)


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """All that goes with the portal's own look beside its words; pages in the footer's order."""

    logo: Logo | None = None
    accent: StaticFile | None = None
    pages: tuple[OwnPage, ...] = ()

    @property
    def static(self) -> tuple[StaticFile, ...]:
        """Return the files under hashed names."""
        return tuple(file for file in (self.logo and self.logo.file, self.accent) if file)


NO_FILES = OwnFiles()


def page_key(slug: str) -> str:
    """Return the key of one of the operator's own pages."""
    return f"p/{slug}.html"


def names(own: Own) -> Iterator[tuple[str, str]]:
    """Yield the files that a catalogue names, relative to ``sources.yaml``, each with the key that does."""
    if own.logo:
        yield "logo", own.logo
    for slug in own.pages:
        yield "pages", f"{PAGES_FOLDER}{slug}.md"


def media_type(name: str) -> str:
    """Return the media type of a file as it is stored."""
    return _MEDIA_TYPES[name.rpartition(".")[2]]


def own_files(
    own: Own, read: Callable[[str], bytes | None], problem: Callable[[str, str, OwnFileError], None]
) -> OwnFiles:
    """Return the files; ``read`` gives the bytes of a name, ``problem`` is told key, name and what is wrong.

    What is wrong is left out.
    """
    found: list[Logo | OwnPage] = []
    for key, name in names(own):
        try:
            found.append(_checked(name, read(name)))
        except OwnFileError as error:
            problem(key, name, error)
    return OwnFiles(
        logo=next((one for one in found if isinstance(one, Logo)), None),
        accent=_accent(own.accent) if own.accent else None,
        pages=tuple(one for one in found if isinstance(one, OwnPage)),
    )


def _checked(name: str, body: bytes | None) -> Logo | OwnPage:
    if body is None:
        raise OwnFileError("is missing")
    return _page(name, body) if name.startswith(PAGES_FOLDER) else _logo(name, body)


def stored_own_files(own: Own, objects: Objects, report: Report) -> OwnFiles:
    """Return the files as they were put beside the stored ``sources.yaml``; what is wrong is reported."""

    def read(name: str) -> bytes | None:
        stored = objects.get(f"{OWN_FOLDER}{name}")
        return stored.body if stored else None

    return own_files(own, read, lambda _, name, error: report.skipped_file(f"{OWN_FOLDER}{name}", error))


def _logo(name: str, body: bytes) -> Logo:
    try:
        found = logo.measured(name, body)
    except logo.LogoError as error:
        raise OwnFileError(str(error)) from None
    suffix = name.rpartition(".")[2]
    return Logo(hashed(f"logo.{suffix}", body, found.media_type), found.width, found.height)


def _accent(colour: str) -> StaticFile:
    return hashed("accent.css", accent.stylesheet(colour), "text/css; charset=utf-8")


def _page(name: str, body: bytes) -> OwnPage:
    if len(body) > PAGE_SIZE_LIMIT:
        raise OwnFileError(f"has {len(body)} bytes; at most {PAGE_SIZE_LIMIT} are allowed")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise OwnFileError(f"is not UTF-8: {error.reason} at byte {error.start}") from None
    title, html = title_and_html(text)
    if title is None:
        raise OwnFileError("has no heading; the first one becomes the page's title, as # Redaksi")
    slug = name.removeprefix(PAGES_FOLDER).removesuffix(".md")
    return OwnPage(slug, one_line(title, TITLE_LIMIT), html)
