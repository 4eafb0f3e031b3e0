"""Templates filled in: the boundary to Jinja2. Everything is escaped unless a template says otherwise."""

from __future__ import annotations

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
    names = environment.list_templates(filter_func=lambda name: not name.endswith(_COMPILED))
    for name in names:
        source = (FOLDER / name).read_text(encoding="utf-8")
        bucket = Bucket(environment, name, _Compiled().get_source_checksum(source))
        bucket.code = environment.compile(source, name, f"{deployed}/{name}")
        with (FOLDER / f"{name}{_COMPILED}").open("wb") as file:
            bucket.write_bytecode(file)
    return len(names)


class _Compiled(BytecodeCache):
    """What :func:`precompile` wrote; where that is nothing, templates are compiled as they are needed."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - the base's signature
        """Return the name: it is the same wherever the templates lie."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is there; of another template, Python or Jinja2 it is not taken."""
        with suppress(FileNotFoundError), (FOLDER / f"{bucket.key}{_COMPILED}").open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write nothing: in Lambda it could not."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the templates compiled, once for all invocations of a process."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_Compiled(),
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
