"""Which texts are nearly the same: a one-permutation MinHash with bands.

P. Li, A. Owen, C.-H. Zhang, "One Permutation Hashing" (2012): each pair of neighbouring words is hashed
once, the hash names one of 24 bins, and a bin keeps its smallest. Two texts agree in a bin about as often
as their sets of pairs overlap (Jaccard). Bins that stay empty, as in short texts, borrow from bins that did
not (A. Shrivastava, "Optimal Densification", 2017). `docs/decisions/0022` has the parameters, 0130 how the
bands are drawn.
"""

from __future__ import annotations

import base64
import operator
import re
import struct
from itertools import count
from zlib import crc32

from newswire.text import ascii_words

BANDS = 24
LEAST_WORDS = 20
_BINS = 24
_FORM = struct.Struct(f">{_BINS}H")
# Texts are candidates where all four bins of a band agree. A band begins at each bin. No difference between
# two of the steps occurs twice, so that two bands have one bin in common at most.
_STEPS = (0, 1, 4, 9)
_BANDS_FORM = struct.Struct(f">{BANDS * len(_STEPS)}H")
_BINS_OF_BANDS = operator.itemgetter(*((first + step) % _BINS for first in range(BANDS) for step in _STEPS))
_BAND_LENGTH = 4 * len(_STEPS)  # hexadecimal digits of 16-bit values

_ALL_BITS = 0xFFFFFFFF
_ENOUGH = 8 * _BINS  # values: in one text of a hundred a bin has none of so many
# CRC-32 is linear; multiplication by an odd constant (2**32 divided by the golden ratio) breaks that.
_MIXER = 0x9E3779B1
# Thai, Lao, Khmer, kana and Han run words together: there each letter counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def signature(text: str) -> str | None:
    """Return the 64 characters that stand for a text, or None for one of fewer than 20 words.

    Case, punctuation and white space make no difference. The same text has the same signature in every
    process and version of Python.
    """
    encoded = _words(text.lower())
    if len(encoded) < LEAST_WORDS:
        return None
    # The second CRC starts from the first, which makes it that of both words: the loop is in C.
    pairs = map(crc32, encoded[1:], map(crc32, encoded))
    mixed = [pair * _MIXER & _ALL_BITS for pair in pairs]
    # What a long text keeps is among its smallest values: only these are put in order.
    small = _ALL_BITS * _ENOUGH // len(mixed)
    kept = _least_by_bin([value for value in mixed if value <= small])
    if -1 in kept:
        kept = _least_by_bin(mixed)
    return base64.b64encode(_FORM.pack(*_densified(kept))).decode()


def _least_by_bin(values: list[int]) -> list[int]:
    """Return the least value of each bin, -1 for a bin that has none."""
    kept = [-1] * _BINS
    empty = _BINS
    for value in sorted(values):
        place = value % _BINS
        if kept[place] < 0:
            kept[place] = value
            empty -= 1
            if not empty:
                break
    return kept


def _words(text: str) -> list[bytes]:
    """Return the words in UTF-8, what cannot be encoded as a question mark."""
    plain = ascii_words(text)
    return plain if plain is not None else " ".join(_WORD.findall(text)).encode("utf-8", "replace").split()


def bands(signature: str) -> tuple[str, ...]:
    """Return the signature's 24 bands; texts that share one are candidates for near-duplicates."""
    digits = _BANDS_FORM.pack(*_BINS_OF_BANDS(_values(signature))).hex()
    return tuple(
        f"{number}-{digits[number * _BAND_LENGTH : (number + 1) * _BAND_LENGTH]}" for number in range(BANDS)
    )


def similarity(one: str, other: str) -> float:
    """Return an estimate, from 0 to 1, of how much of two texts is the same (Jaccard, of word pairs).

    Its standard error is 0.1 at most.
    """
    equal: int = sum(map(operator.eq, _values(one), _values(other)))
    return equal / _BINS


def _values(signature: str) -> tuple[int, ...]:
    return _FORM.unpack(base64.b64decode(signature))


def _densified(kept: list[int]) -> list[int]:
    """Return 16 bits of each bin's value, an empty one's from a bin that its number leads to."""
    return [kept[_filled(place, kept)] // _BINS & 0xFFFF for place in range(_BINS)]


def _filled(place: int, kept: list[int]) -> int:
    if kept[place] >= 0:
        return place
    probes = (crc32(b"%d %d" % (place, attempt)) * _MIXER % _BINS for attempt in count())
    return next(probe for probe in probes if kept[probe] >= 0)
