"""The credit of an article, for every format alike: complete, or the article is not rendered.

Design section 4: the owner's name, a link to the original and the ownership notice in the portal's
language; above the text the portal's dateline and below it the Google News line, where configured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from functions.publish.wording import Wording
from newswire.article import Owner
from newswire.sources import Display, Portal
from newswire.text import is_visible
from newswire.urls import clean_link


class CreditError(ValueError):
    """The credit is not complete, so the article cannot be shown in any format."""


@dataclass(frozen=True, slots=True)
class NoticePart:
    """A run of the notice's text; with ``href`` it is a link."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """What stands beside an article wherever it is shown.

    Of an article that was read from a copy whose original's address is not known, ``original`` leads to the
    copy, and ``carrier`` is the name of the site that carries it. None is made that is not complete:
    :class:`CreditError` names what is missing.
    """

    owner: str
    homepage: str
    original: str
    notice: tuple[NoticePart, ...]
    original_line: str
    dateline: str | None = None
    follow_line: str | None = None
    follow_url: str | None = None
    carrier: str | None = None

    def __post_init__(self) -> None:
        _filled("owner's name", self.owner)
        _filled("ownership notice", self.notice_text)
        _web_link("link to the original", self.original)
        _web_link("owner's homepage", self.homepage)

    @property
    def place(self) -> str:
        """Return the name of the site to which ``original`` leads."""
        return self.carrier or self.owner

    @property
    def notice_text(self) -> str:
        """Return the notice as plain text."""
        return "".join(part.text for part in self.notice)


def credit_for(
    owner: Owner,
    original: str,
    display: Display,
    portal: Portal,
    words: Wording,
    *,
    carrier: str | None = None,
) -> Credit:
    """Return the complete credit, or raise :class:`CreditError` naming what is missing.

    ``original`` is the article's address at its publisher; with ``carrier``, at the site of that name.
    """
    name, portal_name = _filled("owner's name", owner.name), _filled("portal's name", portal.name)
    link = _web_link("link to the original", original)
    follow_url = clean_link(portal.google_news) if portal.google_news else None
    homepage = _web_link("owner's homepage", owner.homepage)
    values = {"owner": name, "portal": portal_name, "url": link}
    links = {"owner": homepage if carrier else link, "portal": None, "url": link}
    line = words.read_copy if carrier else words.read_original
    return Credit(
        owner=name,
        homepage=homepage,
        original=link,
        notice=_notice(portal, words, display, values, links),
        original_line=line.format(owner=name, carrier=carrier),
        dateline=_dateline(portal),
        follow_line=words.follow.format(portal=portal_name) if follow_url else None,
        follow_url=follow_url,
        carrier=carrier,
    )


def _dateline(portal: Portal) -> str | None:
    return (portal.dateline or "").strip() or None


def _notice(
    portal: Portal,
    words: Wording,
    display: Display,
    values: Mapping[str, str],
    links: Mapping[str, str | None],
) -> tuple[NoticePart, ...]:
    template = _filled("ownership notice", words.notice if portal.notice is None else portal.notice)
    if portal.notice is None or display != "full":
        template = f"{template} {words.shown[display]}"
    parts: list[NoticePart] = []
    for text, field, _, _ in Formatter().parse(template):
        if text:
            parts.append(NoticePart(text))
        if field is not None:
            if field not in values:
                raise CreditError(
                    f"ownership notice has {{{field}}}; {{owner}}, {{portal}} and {{url}} are allowed"
                )
            parts.append(NoticePart(values[field], links[field]))
    return tuple(parts)


def _filled(what: str, text: str) -> str:
    if not is_visible(text):
        raise CreditError(f"{what} is empty; nothing can be shown without it")
    return text.strip()


def _web_link(what: str, link: str) -> str:
    cleaned = clean_link(link)
    if cleaned is None:
        raise CreditError(f"{what} is {link[:80]!r}; an absolute http(s) URL is needed")
    return cleaned
