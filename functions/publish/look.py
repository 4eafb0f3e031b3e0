"""What all outputs of one catalogue have in common: words, templates, the content security policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from functions.publish.calendar_words import CalendarWords
from functions.publish.channels import languages
from functions.publish.own_files import NO_FILES, OwnFiles
from functions.publish.own_policy import widened
from functions.publish.static_files import (
    FEED_STYLE,
    ICON,
    SCRIPT,
    SEARCH_SCRIPT,
    STYLE,
    THEME,
    StaticFile,
)
from functions.publish.templating import Templates
from functions.publish.wording import Counted, Wording
from functions.publish.words_english import ENGLISH
from functions.publish.words_indonesian import INDONESIAN
from newswire.sources import Catalogue, Language, Portal

WORDINGS: Mapping[Language, Wording] = {"id": INDONESIAN, "en": ENGLISH}


@dataclass(frozen=True, slots=True)
class Look:
    """A catalogue, its words and the templates that are filled with them."""

    catalogue: Catalogue
    words: Wording
    templates: Templates
    calendar: CalendarWords
    own: OwnFiles = NO_FILES

    @classmethod
    def of(cls, catalogue: Catalogue, files: Mapping[str, StaticFile], own: OwnFiles = NO_FILES) -> Look:
        """Return the look of a catalogue's portal; ``own`` are the operator's files."""
        portal = catalogue.portal
        words, calendar = WORDINGS[portal.language], CalendarWords.of(portal)
        always = {
            "portal": portal,
            "categories": catalogue.categories,
            "words": words,
            "source_ids": frozenset(source.id for source in catalogue.sources),
            "style": f"/{files[STYLE].key}",
            "icon": f"/{files[ICON].key}",
            "search_script": f"/{files[SEARCH_SCRIPT].key}",
            "feed_style": f"/{files[FEED_STYLE].key}",
            "theme_script": f"/{files[THEME].key}",
            "script": f"/{files[SCRIPT].key}",
            "forms": _forms,
            "languages": {code: calendar.language_name(code) for code in languages(catalogue)},
            "own": own,
        }
        return cls(catalogue, words, Templates(calendar, always), calendar, own)

    @property
    def portal(self) -> Portal:
        """Return the portal."""
        return self.catalogue.portal

    def page(
        self,
        template: str,
        here: str,
        *,
        remote_images: bool = False,
        noimageindex: bool = False,
        notice: bool = False,
        lasting: bool = False,
        searches: bool = False,
        **values: Any,
    ) -> bytes:
        """Return a page's bytes; ``here`` is its key.

        A ``notice`` goes without the operator's own HTML: it is written once and not made anew with it.
        So is a ``lasting`` page, which leads to no list or page of the operator's that may leave.
        ``noimageindex``: a list asks search engines not to list the pictures on it.
        A page that ``searches`` runs a script of ours, which loads files of ours.
        """
        policy = content_security_policy(self.portal.url, remote_images=remote_images)
        if searches:
            policy = search_policy(policy)
        head_html = None if notice or lasting else self.catalogue.own.head_html
        if head_html:
            policy = widened(policy, self.catalogue.own)
        common: dict[str, Any] = {"noimageindex": noimageindex, "policy": policy, "head_html": head_html}
        if lasting:
            common |= {"categories": {}, "languages": {}, "own": replace(self.own, pages=())}
        return self.templates.fill(template, here=here, **common, **values).encode()


def _forms(words: Counted) -> str:
    """Return words that a script will count with, for an attribute."""
    return "|".join(form for form in (words.other, words.one) if form)


def content_security_policy(portal_url: str, *, remote_images: bool) -> str:
    """Return the policy of a page (CSP level 3): nothing is sent, styles and what runs are ours.

    A portal that is itself served without TLS may show images without TLS, too.
    """
    remote = ["https:"] if portal_url.startswith("https:") else ["https:", "http:"]
    images = " ".join(["'self'", *(remote if remote_images else [])])
    rest = f"img-src {images}; script-src 'self'; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; style-src 'self'; {rest}"


def search_policy(policy: str) -> str:
    """Return the policy of the page that searches: our script asks us, and the form stays with us."""
    return policy.replace("form-action 'none'", "connect-src 'self'; form-action 'self'")
