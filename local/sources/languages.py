"""Languages that an OPML file states or suggests. No I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence

from local.sources.opml_parser import Outline
from newswire.sources import Language
from newswire.urls import host_of

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?")


def stated_language(stated: str) -> str | None:
    """Return the ISO 639 code of a language attribute, ``None`` where it names none."""
    match = _LANGUAGE.fullmatch(stated.strip().lower())
    return match[1] if match else None


def portal_language(outlines: Sequence[Outline]) -> Language:
    """Return the language of a portal of these feeds: Indonesian where most of them state or suggest it."""
    indonesian = sum(
        (stated_language(one.language) or host_of(one.feed).rpartition(".")[2]) == "id" for one in outlines
    )
    return "id" if indonesian * 2 > len(outlines) else "en"
