"""Templates filled in: the boundary to Jinja2. Everything is escaped unless a template says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from functions.publish.calendar_words import CalendarWords
from newswire.dates import to_rfc822, to_rfc3339
from newswire.text import xml_text

FOLDER = Path(__file__).parent / "templates"


class Templates:
    """The stage's templates, with what every one of them may name."""

    def __init__(self, calendar: CalendarWords, always: Mapping[str, Any]) -> None:
        self._always = {"calendar": calendar, **always}

    def fill(self, name: str, **values: Any) -> str:
        """Return a template's text; raise whatever a wrong value makes of it."""
        return _environment().get_template(name).render(self._always, **values)


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
