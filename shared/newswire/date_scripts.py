"""Dates in scripts other than Latin, rewritten so that one set of patterns reads them."""

from __future__ import annotations

import re

_ZEROS = "٠۰০०"  # Arabic, Persian and Urdu, Bengali, Devanagari
_DIGITS: dict[int, int | None] = {
    ord(zero) + value: ord("0") + value for zero in _ZEROS for value in range(10)
}
_SIGNS: dict[int, int | None] = dict.fromkeys([0x200E, 0x200F, 0x0640, *range(0x064B, 0x0653)])  # marks
_TABLE = _DIGITS | _SIGNS
# Names that the patterns' words do not span: two words, or letters with vowel signs beside them.
_NAMES = """
    كانون الثاني|জানুয়ারি|জানুয়ারী|জানুয়ারি|जनवरी; ফেব্রুয়ারি|ফেব্রুয়ারী|ফেব্রুয়ারি|फरवरी|फ़रवरी; মার্চ|मार्च;
    এপ্রিল|अप्रैल; মে|मई; জুন|जून;
    জুলাই|जुलाई; আগস্ট|अगस्त; সেপ্টেম্বর|सितंबर|सितम्बर; تشرين الاول|تشرين الأول|অক্টোবর|अक्टूबर|अक्तूबर;
    تشرين الثاني|নভেম্বর|नवंबर|नवम्बर; كانون الاول|كانون الأول|ডিসেম্বর|दिसंबर|दिसम्बर
"""
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {
    name: english
    for english, names in zip(_ENGLISH, " ".join(_NAMES.split()).split("; "), strict=True)
    for name in names.split("|")
}
_MONTH = re.compile(rf"(?<= )(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?=[ ,،/])")
# Arabic papers of the Levant give the month twice: "24 نيسان / أبريل 2020".
_TWO_NAMES = re.compile(r"(?<=[0-9] )[^\W\d_]{3,11} ?/ ?(?=[^\W\d_]{3,11} [0-9]{4})")


def in_common_form(line: str) -> str:
    """Return a lower-case line with Latin digits and one-word months, without marks of direction or vowels.

    Arabic, Persian, Urdu, Bengali and Hindi lines change; years of other calendars stay what they are.
    """
    if line.isascii():
        return line
    line = _MONTH.sub(lambda found: _MONTHS[found[0]], line.translate(_TABLE))
    line = line.replace(" صباحا", " am").replace(" مساء", " pm")
    return _TWO_NAMES.sub("", line).replace("،", ",")
