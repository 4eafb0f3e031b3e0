"""Cases made of others: torn, repeated, crossed, recoded. What comes out follows from the random numbers."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from tests.fuzz.cases import Case

LONGEST = 2 * 2**20
"""Bytes of a made case: what a page may have."""

_MOST_REPEATED = 200_000
_TAG = re.compile(rb"<[^<>]{1,400}>")
_NUMBER = re.compile(rb"[0-9]+")
_NUMBERS = (b"0", b"-1", b"1e309", b"99999999999999999999", b"2147483648", b"0x41", b"1114112", b"55296", b"")
_CODECS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp1252", "shift_jis", "gb18030")
_CHARACTERS = ["\u2028", "\u202e", "́", "\x85", "\ufffe", "\ufdd0", "\ufeff", "\xa0", "ı", "🍚"]
_OCTETS = (
    *(
        b"\x00",
        b"\x1b",
        b"\r",
        b"\x85",
        b"\xff",
        b"\xfe\xff",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xf4\x90\x80\x80",
    ),
    *(character.encode() for character in _CHARACTERS),
)


class Mutator:
    """Makes cases; ``words`` are what is worth putting in, ``headers`` the values worth receiving."""

    def __init__(self, random: Random, words: Sequence[bytes], headers: Sequence[tuple[str, str]]) -> None:
        self._random = random
        self._words = [*words, *_OCTETS]
        self._headers = headers
        self._ways: Sequence[Callable[[bytes], bytes]] = (
            *(self._torn, self._cut_out, self._doubled, self._repeated, self._with_word, self._with_word),
            *(self._with_octet, self._with_number, self._without_tag, self._moved_tag, self._nested),
            *(self._many_tags, self._truncated, self._recoded, self._compressed),
        )

    def made(self, case: Case, other: Case) -> Case:
        """Return a case made of one in a few steps, or of the beginning of one and the end of another."""
        body = case.body
        for _ in range(self._random.choice((1, 1, 2, 2, 3, 5, 8))):
            crossed = self._random.random() < 0.1
            body = self._crossed(body, other.body) if crossed else self._random.choice(self._ways)(body)
            body = body[:LONGEST]
        headers = dict(case.headers)
        if self._headers and self._random.random() < 0.3:
            name, value = self._random.choice(self._headers)
            headers[name] = value
        return replace(case, body=body, headers=headers)

    def _at(self, body: bytes) -> int:
        return self._random.randint(0, len(body))

    def _span(self, body: bytes, most: int = 400) -> tuple[int, int]:
        start = self._at(body)
        return start, min(len(body), start + self._random.randint(1, most))

    def _torn(self, body: bytes) -> bytes:
        start, end = self._span(body, 8)
        return body[:start] + self._random.randbytes(end - start) + body[end:]

    def _cut_out(self, body: bytes) -> bytes:
        start, end = self._span(body)
        return body[:start] + body[end:]

    def _doubled(self, body: bytes) -> bytes:
        (start, end), at = self._span(body), self._at(body)
        return body[:at] + body[start:end] + body[at:]

    def _repeated(self, body: bytes) -> bytes:
        """Write a piece of the text or a word very often, at one place: what is not linear shows."""
        start, end = self._span(body, 12)
        piece = self._random.choice((body[start:end], self._random.choice(self._words))) or b" "
        times = min(self._random.choice((10, 300, 10_000, 100_000)), max(1, _MOST_REPEATED // len(piece)))
        at = self._at(body)
        return body[:at] + piece * times + body[at:]

    def _with_word(self, body: bytes) -> bytes:
        start, end = self._span(body, 30)
        kept = self._random.choice((start, end))
        return body[:start] + self._random.choice(self._words) + body[kept:]

    def _with_octet(self, body: bytes) -> bytes:
        at = self._at(body)
        return body[:at] + self._random.choice(_OCTETS) + body[at + self._random.randint(0, 2) :]

    def _with_number(self, body: bytes) -> bytes:
        return self._replaced(_NUMBER, body, lambda _: self._random.choice(_NUMBERS))

    def _without_tag(self, body: bytes) -> bytes:
        return self._replaced(_TAG, body, lambda _: b"")

    def _moved_tag(self, body: bytes) -> bytes:
        moved = self._chosen(_TAG, body)
        if moved is None:
            return self._torn(body)
        rest = body[: moved.start()] + body[moved.end() :]
        at = self._at(rest)
        return rest[:at] + moved[0] + rest[at:]

    def _nested(self, body: bytes) -> bytes:
        """Open an element very often at one place, closed or not."""
        times = self._random.choice((2, 50, 300, 5000))
        closing = self._random.choice((b"", b"</x>" * times))
        return self._replaced(_TAG, body, lambda tag: tag * times + closing.replace(b"x", _name(tag)))

    def _many_tags(self, body: bytes) -> bytes:
        return self._replaced(_TAG, body, lambda tag: tag[:-1] + b" a='1' b=\"2\" c" * 300 + tag[-1:])

    def _truncated(self, body: bytes) -> bytes:
        return body[: self._at(body)]

    def _recoded(self, body: bytes) -> bytes:
        return body.decode("utf-8", "replace").encode(self._random.choice(_CODECS), "replace")

    def _compressed(self, body: bytes) -> bytes:
        return gzip.compress(body, 1, mtime=0)

    def _crossed(self, body: bytes, other: bytes) -> bytes:
        return body[: self._at(body)] + other[self._at(other) :]

    def _replaced(self, pattern: re.Pattern[bytes], body: bytes, made: Callable[[bytes], bytes]) -> bytes:
        found = self._chosen(pattern, body)
        if found is None:
            return self._torn(body)
        return body[: found.start()] + made(found[0]) + body[found.end() :]

    def _chosen(self, pattern: re.Pattern[bytes], body: bytes) -> re.Match[bytes] | None:
        start = self._at(body)
        return pattern.search(body, start) or pattern.search(body[:LONGEST])


def _name(tag: bytes) -> bytes:
    return re.split(rb"[\s/>]", tag[1:].lstrip(b"/"), maxsplit=1)[0][:40]
