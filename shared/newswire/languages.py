"""Language tags (BCP 47) by their primary subtag: what two tags must share to be of one language."""

from __future__ import annotations

import re
from functools import lru_cache

_PRIMARY = re.compile(r"[a-z]{2,3}")
# Withdrawn or longer codes of what ISO 639-1 names otherwise.
_CODES = {"in": "id", "ind": "id", "eng": "en", "iw": "he", "msa": "ms", "may": "ms", "mo": "ro", "ji": "yi"}
# ISO 639-1 as the Library of Congress lists it; what is none of these is often the code of a country.
_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de "
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id "
    "ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu "
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu "
    "rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to "
    "tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_TWO_LETTERS = frozenset(_ISO_639_1.split())


@lru_cache(maxsize=256)  # the tags of a few sources, again and again
def primary_language(tag: str | None) -> str | None:
    """Return the ISO 639 code of a BCP 47 tag or locale ("id_ID", "en-GB"), ``None`` if it has none.

    It has two letters where ISO 639-1 knows the language, else three.
    """
    primary = re.split(r"[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    code = _CODES.get(primary, primary)
    return code if _PRIMARY.fullmatch(code) and (len(code) == 3 or code in _TWO_LETTERS) else None


def iso_code(tag: str | None) -> str | None:
    """Return the ISO 639-1 code of a BCP 47 tag or locale, ``None`` if it has none."""
    code = primary_language(tag)
    return code if code is not None and len(code) == 2 else None
