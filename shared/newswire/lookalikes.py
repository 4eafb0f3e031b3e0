"""Names that readers take for the same: what is left of a name when its letters are drawn alike.

After Unicode Technical Standard #39, section 4 ("skeleton"), with the few letters of its table that a Latin
name is forged with: Cyrillic and Greek ones, and digits.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Greek capitals are drawn as other Latin letters than the small ones: Ν as N, ν as v.
_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx")
# A capital I, a small L and a one are a single stroke each.
_LETTERS = (
    str.maketrans("асԁеһніјӏкмпорԛгѕтѵԝхуүв", "acdehhljlkmnopqrstvwxyyb")  # Cyrillic
    | str.maketrans("αβεικνορτυχζμη", "abelkvoptuxzun")  # Greek
    | str.maketrans("ıɑɡłøđi015", "laglodlols")
)
_NO_LETTER = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)  # the names of a catalogue are asked for again and again
def skeleton(name: str) -> str:
    """Return the form in which names that look alike are equal: without case, marks, signs and spaces."""
    small = unicodedata.normalize("NFKC", name).translate(_CAPITALS).casefold()
    letters = unicodedata.normalize("NFKD", small).translate(_LETTERS)
    return _NO_LETTER.sub("", letters).replace("rn", "m")
