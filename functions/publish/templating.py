"""Templates filled in: the boundary to Jinja2. Everything is escaped unless a template says otherwise."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from functions.publish.calendar_words import CalendarWords
from newswire.dates import to_rfc822, to_rfc3339
from newswire.text import xml_text

FOLDER = Path(__file__).parent / "templates"
_COMPILED = ".compiled"
_CACHE = "__pycache__"  # beside the sources, as Python's own
_SYNTAX: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}


class Templates:
    """The stage's templates, with what every one of them may name."""

    def __init__(self, calendar: CalendarWords, always: Mapping[str, Any]) -> None:
        self._always = {"calendar": calendar, **always}

    def fill(self, name: str, **values: Any) -> str:
        """Return a template's text; raise whatever a wrong value makes of it."""
        return _environment().get_template(name).render(self._always, **values)


def precompile(deployed: str) -> int:
    """Write every template's bytecode beside it, and return how many there are.

    To compile them takes most of a cold start's time. ``deployed`` is the folder that tracebacks name. It is
    used by the same Python and Jinja2 and for the same template only.
    """
    environment = _environment()
    names = environment.list_templates(filter_func=lambda name: not name.startswith(f"{_CACHE}/"))
    for name in names:
        source = (FOLDER / name).read_text(encoding="utf-8")
        bucket = Bucket(environment, name, _Compiled().get_source_checksum(source))
        bucket.code = environment.compile(source, name, f"{deployed}/{name}")
        _write(bucket)
    return len(names)


class _Compiled(BytecodeCache):
    """Compiled templates as files; of another template, syntax, Python or Jinja2 none is taken."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - the base's signature
        """Return the name: it is the same wherever the templates lie."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Return what tells a template read by other rules apart, too."""
        return hashlib.sha256(f"{_SYNTAX}{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is there."""
        with suppress(OSError), _path(bucket.key).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write what was compiled, where files can be written: in Lambda they cannot."""
        with suppress(OSError):
            _write(bucket)


def _path(name: str) -> Path:
    return FOLDER / _CACHE / f"{name}{_COMPILED}"


def _write(bucket: Bucket) -> None:
    """Write a template's bytecode in one step: another process may read it meanwhile."""
    path = _path(bucket.key)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    with temporary.open("wb") as file:
        bucket.write_bytecode(file)
    temporary.replace(path)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the templates compiled, once for all invocations of a process."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        auto_reload=False,
        bytecode_cache=_Compiled(),
        **_SYNTAX,
    )
    environment.filters.update(
        rfc3339=to_rfc3339, rfc822=to_rfc822, cdata=_cdata, html_text=_html_text, plain=_plain
    )
    return environment


def _printable(value: Any) -> Any:
    """Keep out what XML 1.0 cannot carry, whatever the field."""
    if isinstance(value, Markup):
        return Markup(xml_text(str(value)))  # noqa: S704 - it was markup before
    return xml_text(value) if isinstance(value, str) else value


def _cdata(text: str) -> Markup:
    """Return a CDATA section; its end mark inside the text is split over two (XML 1.0, section 2.7)."""
    return Markup("<![CDATA[{}]]>").format(Markup(text.replace("]]>", "]]]]><![CDATA[>")))  # noqa: S704


def _plain(text: str) -> Markup:
    """Return plain text for RSS: readers that take it for HTML show the same characters.

    RSS Best Practices Profile, "Character Data": hexadecimal references in place of entities.
    """
    escaped = str(escape(xml_text(text)))
    return Markup(escaped.replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;"))  # noqa: S704 - escaped above


def _html_text(text: str) -> str:
    """Return text as HTML that is yet to be escaped as XML: RSS descriptions are HTML inside XML.

    Quotation marks stay, so that a browser that shows the XML by a stylesheet shows no references.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
