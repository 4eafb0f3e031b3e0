"""NewsArticle in JSON-LD (schema.org), for machines that read pages."""

from __future__ import annotations

from typing import Any

from functions.publish.entries import Entry
from functions.publish.json_text import json_text
from functions.publish.rights import Terms
from newswire.article import Image
from newswire.dates import to_rfc3339
from newswire.sources import Portal
from newswire.urls import clean_link

# Inside <script> nothing is unescaped but "</script" and "<!--" end it (HTML, section 13.2.5.4);
# U+2028 and U+2029 are line ends to older JavaScript.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def news_article(entry: Entry, terms: Terms, portal: Portal, logo: str | None = None) -> str:
    """Return the text of a ``script`` element of type ``application/ld+json``.

    ``logo`` is the address of the portal's, which is the provider: never of the article's publisher.
    """
    owner = {"@type": "NewsMediaOrganization", "name": entry.credit.owner, "url": entry.credit.homepage}
    statement: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": entry.title,
        "description": entry.excerpt or None,
        "url": entry.link,
        "mainEntityOfPage": entry.link,
        "isBasedOn": entry.credit.original,
        "datePublished": to_rfc3339(entry.published),
        "dateModified": to_rfc3339(entry.corrected) if entry.corrected else None,
        "author": [{"@type": "Person", "name": name} for name in entry.authors] or [owner],
        "publisher": owner,
        "copyrightHolder": owner,
        "provider": {"@type": "Organization", "name": portal.name, "url": portal.url}
        | ({"logo": logo} if logo else {}),
        "inLanguage": entry.language,
        "articleSection": entry.section,
        "keywords": list(entry.tags) or None,
        "license": _licence(terms.licence),
        # Search engines want no picture here that they may not list
        "image": [_image(entry.image)] if entry.image and not entry.noimageindex else None,
    }
    known = {key: value for key, value in statement.items() if value is not None}
    return json_text(known).translate(_ESCAPES)


def _licence(licence: str | None) -> str | dict[str, Any] | None:
    """Return a licence as schema.org has it: its URL, or a work that bears its name."""
    if licence is None or clean_link(licence) is not None:
        return licence
    return {"@type": "CreativeWork", "name": licence}


def _image(image: Image) -> dict[str, Any]:
    known = {"url": image.url, "width": image.width, "height": image.height, "caption": image.caption}
    return {"@type": "ImageObject"} | {key: value for key, value in known.items() if value is not None}
