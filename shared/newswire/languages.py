"""Language tags (BCP 47) by their primary subtag: what two tags must share to be of one language."""

from __future__ import annotations

import re

_PRIMARY = re.compile(r"[a-z]{2,3}")
# Withdrawn or longer codes of what ISO 639-1 names otherwise.
_CODES = {"in": "id", "ind": "id", "eng": "en", "iw": "he", "msa": "ms", "may": "ms"}


def primary_language(tag: str | None) -> str | None:
    """Return the ISO 639 code of a BCP 47 tag or locale ("id_ID", "en-GB"), ``None`` if it has none.

    It has two letters where ISO 639-1 knows the language, else three.
    """
    primary = re.split(r"[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    code = _CODES.get(primary, primary)
    return code if _PRIMARY.fullmatch(code) else None


def iso_code(tag: str | None) -> str | None:
    """Return the ISO 639-1 code of a BCP 47 tag or locale, ``None`` if it has none."""
    code = primary_language(tag)
    return code if code is not None and len(code) == 2 else None
