"""Character references that XML 1.0 forbids (section 4.1): repaired before a parser stumbles over them.

One emoji that a generator wrote as two halves (``&#xD83D;&#xDE00;``) makes lxml raise on the text that has
it and feedparser on the whole document; ``&#11;`` and ``&#0;`` make a document broken, and a number beyond
Unicode overflows.
"""

from __future__ import annotations

import re

# Only what may be forbidden is looked at closer: control characters, but for tab, line feed and carriage
# return, which some feeds have in each line; halves of pairs, long numbers.
_SUSPECT = re.compile(
    rb"&#(?:0{0,9}(?:[0-8]|1[124-9]|2[0-9]|3[01]|5[5-7][0-9]{3}|[0-9]{7,20})"
    rb"|[xX]0{0,9}(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[0-9a-fA-F]{6,20}));"
    rb"(?:&#(?:0{0,9}5[67][0-9]{3}|[xX]0{0,9}[dD][c-fC-F][0-9a-fA-F]{2});)?"
)
_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_LAST = 0x10FFFF


def repaired(text: bytes) -> bytes:
    """Return UTF-8 with halves of a pair joined and other forbidden references removed."""
    return _SUSPECT.sub(_replacement, text) if b"&#" in text else text


def _replacement(found: re.Match[bytes]) -> bytes:
    numbers = [
        int(hexadecimal, 16) if hexadecimal else int(decimal)
        for hexadecimal, decimal in _NUMBER.findall(found[0])
    ]
    if len(numbers) == 2 and 0xD800 <= numbers[0] <= 0xDBFF and 0xDC00 <= numbers[1] <= 0xDFFF:
        return chr(0x10000 + ((numbers[0] - 0xD800) << 10) + numbers[1] - 0xDC00).encode()
    return b"".join(b"&#%d;" % number for number in numbers if _is_allowed(number))


def _is_allowed(number: int) -> bool:
    return (
        number in (9, 10, 13)
        or 0x20 <= number <= 0xD7FF
        or 0xE000 <= number <= 0xFFFD
        or 0x10000 <= number <= _LAST
    )
