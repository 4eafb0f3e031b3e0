"""OPML 1.0 and 2.0 to a flat list of feeds: what runs inside the worker.

OPML comes from strangers and from old programs. What only a careless writer did wrong is repaired here
and in ``local.sources.opml_text``. A DTD's internal subset is refused, nothing outside the file is ever
read, and what is no XML is refused with its line.
"""

from __future__ import annotations

import html
import re
from dataclasses import asdict, dataclass, field
from typing import Any
from xml.parsers import expat

from functions.publish.opml import SOURCE_ID
from local.sources.opml_text import decoded, with_known_references
from newswire.text import one_line

DEPTH_LIMIT = 20
ELEMENT_LIMIT = 50_000
TEXT_LIMIT = 300
LINK_LIMIT = 4000
_PIECE = 64 * 1024
_INTERNAL_SUBSET = re.compile(r"<!DOCTYPE(?:\"[^\"]*\"|'[^']*'|[^\"'\[>])*+\[")


class OpmlError(ValueError):
    """The document is not read; the message names the line, what is there and what is allowed."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed as an OPML file lists it: texts on one line, links as they are written there."""

    line: int
    feed: str
    title: str = ""
    homepage: str = ""
    language: str = ""
    folder: str = ""
    source: str = ""


@dataclass(slots=True)
class Opml:
    """A whole document: its title, its feeds in order, and what else was met and is not followed."""

    title: str = ""
    outlines: list[Outline] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(body: bytes, _params: dict[str, Any]) -> dict[str, Any]:
    """Return the document as plain data, or the problem with it."""
    try:
        return {"opml": asdict(read(body))}
    except OpmlError as error:
        return {"problem": str(error)}


def read(body: bytes) -> Opml:
    """Return the feeds of an OPML document; raise :class:`OpmlError` where it is none."""
    text = decoded(body)
    if not text.strip():
        raise OpmlError(1, "the file is empty; an OPML document is allowed")
    if _INTERNAL_SUBSET.match(text, max(text.find("<!DOCTYPE"), 0)):
        raise _own_entities(_line_of(text, "<!DOCTYPE"))
    return _Reading(text).result


class _Reading:
    """One pass over the document by expat, which resolves nothing outside of it."""

    def __init__(self, text: str) -> None:
        self.result = Opml()
        self._path: list[str] = []
        self._folders: list[str] = []
        self._silent: list[int] = []  # depths at which an outline is commented out
        self._elements = 0
        start = text.lstrip()
        self._skipped_lines = text[: len(text) - len(start)].count("\n")
        # The text is decoded already: what the document says of its encoding no longer holds.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._words
        self._run(with_known_references(start).encode())

    def _run(self, body: bytes) -> None:
        try:
            for start in range(0, len(body), _PIECE):
                self._parser.Parse(body[start : start + _PIECE], False)  # noqa: FBT003 - not by keyword
            self._parser.Parse(b"", True)  # noqa: FBT003 - not by keyword
        except expat.ExpatError as error:
            problem = f"not well-formed XML: {expat.ErrorString(error.code)}"
            raise OpmlError(error.lineno + self._skipped_lines, problem) from None

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._skipped_lines

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:  # noqa: FBT001 - as expat calls it
        if has_subset:
            raise _own_entities(self._line)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        element = name.lower()
        if not self._path and element != "opml":
            shown = one_line(name, 60)
            raise OpmlError(self._line, f"the root element is {shown!r}; an OPML document (opml) is allowed")
        self._elements += 1
        if self._elements > ELEMENT_LIMIT:
            raise OpmlError(self._line, f"more than {ELEMENT_LIMIT} elements; fewer are allowed")
        self._path.append(element)
        if element == "outline":
            self._outline(attributes)

    def _outline(self, attributes: dict[str, str]) -> None:
        depth = self._path.count("outline")
        if depth > DEPTH_LIMIT:
            raise OpmlError(self._line, f"outlines are nested deeper than the {DEPTH_LIMIT} that are allowed")
        said: dict[str, str] = {}
        for name, value in attributes.items():
            said[name.lower()] = said.get(name.lower()) or value
        title = _text(said.get("text")) or _text(said.get("title"))
        if said.get("iscomment", "").strip().lower() == "true":
            self._silent.append(len(self._path))
        # In a document of ours, a link with a source's id is a sitemap or page that the source is read from.
        feed = _link(said.get("xmlurl") or (said.get("url") if said.get(SOURCE_ID) else None))
        if not self._silent:
            if feed:
                self._take(feed, title, said)
            elif said.get("type", "").strip().lower() in ("include", "link") and said.get("url"):
                self.result.notes.append(f"line {self._line}: leads to another document, which is not read")
        self._folders.append("" if feed else title)

    def _take(self, feed: str, title: str, said: dict[str, str]) -> None:
        # OPML 2.0: categories are separated by commas, and each is a path such as /Boston/Weather.
        stated = _text(said.get("category")).partition(",")[0].rstrip("/").rpartition("/")[2].strip()
        folder = next((name for name in reversed(self._folders) if name), "") or stated
        self.result.outlines.append(
            Outline(
                self._line,
                feed,
                title,
                _link(said.get("htmlurl")),
                _text(said.get("language")),
                folder,
                _text(said.get(SOURCE_ID)),
            )
        )

    def _close(self, _name: str) -> None:
        if self._silent and self._silent[-1] == len(self._path):
            self._silent.pop()
        if self._path.pop() == "outline":
            self._folders.pop()

    def _words(self, text: str) -> None:
        if self._path == ["opml", "head", "title"]:
            self.result.title = _text(self.result.title + " " + text)


def _own_entities(line: int) -> OpmlError:
    return OpmlError(line, "declares entities of its own (DTD internal subset); none are allowed")


def _line_of(text: str, what: str) -> int:
    return text.count("\n", 0, text.find(what)) + 1


def _text(value: str | None) -> str:
    """Return a text on one line; many programs escape it twice."""
    return one_line(html.unescape(value or ""), TEXT_LIMIT)


def _link(value: str | None) -> str:
    return (value or "").strip().replace("&amp;", "&")[:LINK_LIMIT]
