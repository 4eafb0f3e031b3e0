"""What the operator's own additions may be, as functions from a value to what is meant."""

from __future__ import annotations

import re

from newswire.domains import registrable_domain
from newswire.head_html import HeadHtmlError, elements
from newswire.source_rules import RuleError, identifier, link, several, shown, text
from newswire.text import folded, xml_text
from newswire.urls import article_id, ascii_host

PAGE_LIMIT = 20
HEAD_LIMIT = 16 * 1024  # bytes
HOST_LIMIT = 20
PINNED_LIMIT = 5
SECTION_LIMIT = 200
DIRECTIVES = ("script", "style", "img", "font", "connect", "frame")
_LOGO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.(?:svg|png)")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ID = re.compile(r"[a-z2-7]{16}")
_OUR_PAGE = re.compile(r"https?://[^/]+/a/[a-z0-9-]*-([a-z2-7]{16})\.html")
_HOST = re.compile(r"(?:https://)?(\*\.)?([^/*:]+)(:[0-9]{1,5})?/?")


def logo(value: object) -> str:
    """Allow the name of a picture beside the file."""
    if not isinstance(value, str) or not _LOGO.fullmatch(value):
        raise RuleError(
            f"is {shown(value)}; the name of an SVG or PNG file beside this one is allowed, as logo.svg"
        )
    return value


def accent(value: object) -> str:
    """Allow a colour of six hexadecimal digits; it is kept in lower case."""
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise RuleError(f"is {shown(value)}; a colour in quotes is allowed, as '#9f1d20'")
    return value.lower()


def pages(value: object) -> tuple[str, ...]:
    """Allow the names of the operator's own pages, in the order of the footer."""
    if not isinstance(value, list) or len(value) > PAGE_LIMIT:
        raise RuleError(
            f"is {shown(value)}; a list of at most {PAGE_LIMIT} names is allowed: redaksi is pages/redaksi.md"
        )
    return several(identifier, value)


def head_html(value: object) -> str:
    """Allow HTML that stays in the head; line ends become those of HTML's own."""
    if not isinstance(value, str) or not value.strip() or xml_text(value) != value:
        raise RuleError(f"is {shown(value)}; HTML for the head of every page is allowed")
    html = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(html.encode()) > HEAD_LIMIT:
        raise RuleError(f"has {len(html.encode())} bytes; at most {HEAD_LIMIT} are allowed")
    try:
        elements(html)
    except HeadHtmlError as error:
        raise RuleError(str(error)) from None
    return html


def csp(value: object) -> dict[str, tuple[str, ...]]:
    """Allow hosts by directive; each becomes a source expression (CSP level 3, section 2.3.1)."""
    if not isinstance(value, dict) or not set(value) <= set(DIRECTIVES):
        raise RuleError(
            f"is {shown(sorted(value) if isinstance(value, dict) else value)}; a mapping of "
            f"{', '.join(DIRECTIVES)} to lists of hosts is allowed, as {{script: [cdn.example]}}"
        )
    found = {name: several(_host, hosts) for name, hosts in value.items()}
    if most := next((name for name, hosts in found.items() if len(hosts) > HOST_LIMIT), None):
        raise RuleError(f"{most} has {len(found[most])} hosts; at most {HOST_LIMIT} are allowed")
    return {name: found[name] for name in DIRECTIVES if found.get(name)}


def _host(value: object) -> str:
    match = _HOST.fullmatch(value) if isinstance(value, str) else None
    name = ascii_host(match[2]) if match else ""
    if match is None or "." not in name or name.startswith("["):
        raise RuleError(
            f"is {shown(value)}; a host that is asked by https is allowed, as cdn.example or *.cdn.example"
        )
    if match[1] and registrable_domain(name) == name and registrable_domain(f"x.{name}") != name:
        raise RuleError(f"is {shown(value)}; everybody has a domain there: name the one that is meant")
    return f"https://{match[1] or ''}{name}{match[3] or ''}"


def pinned(value: object) -> tuple[str, ...]:
    """Allow articles by id, by the address of our page, or by the publisher's; they become ids."""
    if not isinstance(value, list) or len(value) > PINNED_LIMIT:
        raise RuleError(f"is {shown(value)}; a list of at most {PINNED_LIMIT} articles is allowed")
    return several(_article, value)


def _article(value: object) -> str:
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    if isinstance(value, str) and (page := _OUR_PAGE.fullmatch(value)):
        return page[1]
    try:
        return article_id(link(value))
    except RuleError:
        raise RuleError(f"is {shown(value)}; an article's address or its id is allowed") from None


def sections(value: object) -> dict[str, str]:
    """Allow a mapping of a publisher's own section names, compared folded, to ids of our categories."""
    if not isinstance(value, dict) or len(value) > SECTION_LIMIT:
        raise RuleError(
            f"is {shown(value)}; a mapping of at most {SECTION_LIMIT} of the publisher's section names to "
            "ids of categories is allowed, as {Ekonomi Bisnis: ekonomi}"
        )
    found: dict[str, str] = {}
    for name, category in value.items():
        key = folded(text(name))
        if key in found:
            raise RuleError(f"{shown(name)} is given twice; case does not count")
        found[key] = identifier(category)
    return found
