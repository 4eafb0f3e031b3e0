"""Bodies are read no further than they may be long: on the wire and decoded."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from newswire.fetch_failure import FetchFailed
from newswire.http_body import STEP, BodyLimit, Large, is_gzip, read_body

CAP = 1_000_000


class Sent:
    """A body on the wire; counts what was taken of it."""

    def __init__(self, *parts: bytes, at_most: int = STEP) -> None:
        self.left = b"".join(parts)
        self.at_most = at_most
        self.taken = 0

    def read(self, amt: int, decode_content: bool) -> bytes:
        assert not decode_content
        piece = self.left[: min(amt, self.at_most)]
        self.left = self.left[len(piece) :]
        self.taken += len(piece)
        return piece


class Counted:
    """A decompressor that adds up what comes out of it."""

    decoded = 0

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        piece: bytes = self._real.decompress(data, max_length)
        Counted.decoded += len(piece)
        return piece


def read(
    sent: Sent, size: int = CAP, *, truncate: bool = False, gzipped: bool = True, framed: bool = True
) -> bytes:
    return read_body(sent, BodyLimit(size, truncate), gzipped=gzipped, framed=framed)


def refused(sent: Sent, **options: Any) -> str:
    with pytest.raises(FetchFailed) as raised:
        read(sent, **options)
    return str(raised.value)


@pytest.mark.parametrize("at_most", [1, 7, STEP])
@pytest.mark.parametrize("size", [0, 1, 1000, STEP, 3 * STEP + 1])
def test_a_body_arrives_whole_however_it_is_cut_on_the_wire(size: int, at_most: int) -> None:
    body = bytes(index * 7 % 251 for index in range(size))
    assert read(Sent(gzip.compress(body), at_most=at_most)) == body
    assert read(Sent(body, at_most=max(at_most, size // 100)), gzipped=False) == body


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_body_may_be_as_long_as_its_cap_and_no_longer(gzipped: bool) -> None:
    def sent(size: int) -> Sent:
        return Sent(gzip.compress(b"x" * size) if gzipped else b"x" * size)

    assert len(read(sent(CAP), gzipped=gzipped)) == CAP
    assert refused(sent(CAP + 1), gzipped=gzipped) == f"too large: more than {CAP} bytes"
    assert read(sent(CAP + 1), gzipped=gzipped, truncate=True) == b"x" * CAP


@pytest.mark.parametrize("truncate", [True, False])
def test_a_bomb_is_cut_within_its_cap_and_one_step_of_decoded_bytes(
    truncate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred megabytes of zeros in a hundred kilobytes, of which the first step on the wire is enough."""
    bomb = gzip.compress(b"\0" * 100_000_000, 1)
    real = zlib.decompressobj
    monkeypatch.setattr(Counted, "decoded", 0)
    monkeypatch.setattr("zlib.decompressobj", lambda bits: Counted(real(bits)))
    sent = Sent(bomb)
    if truncate:
        assert len(read(sent, truncate=True)) == CAP
    else:
        assert refused(sent) == f"too large: more than {CAP} bytes"
    assert CAP <= Counted.decoded <= CAP + STEP
    assert sent.taken == STEP < len(bomb)


@pytest.mark.parametrize(
    "endless",
    [gzip.compress(b"") * 100_000, b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0\0\0\xff\xff" * 400_000],
    ids=["empty members", "empty blocks"],
)
def test_what_decodes_to_nothing_is_capped_on_the_wire(endless: bytes) -> None:
    sent = Sent(endless)
    assert refused(sent) == f"too large: more than {CAP} bytes before decoding"
    assert sent.taken <= CAP + 2 * STEP


def test_all_members_of_a_gzip_stream_are_read_and_padding_behind_them_is_not() -> None:
    members = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two")
    for at_most in (1, STEP):
        assert read(Sent(members, at_most=at_most)) == b"one two"
        assert read(Sent(members, b"\0" * 100, at_most=at_most)) == b"one two"


@pytest.mark.parametrize(
    "sent",
    [b"<rss/>", gzip.compress(b"one")[:-8] + b"12345678", gzip.compress(b"one") + b"\x1f<rss/>"],
    ids=["plain", "checksum", "second member"],
)
def test_broken_gzip_is_a_failed_connection(sent: bytes) -> None:
    assert refused(Sent(sent)).startswith("connection failed: broken gzip: ")


def test_a_gzip_stream_without_an_end_is_cut_short_unless_the_transfer_tells_its_end() -> None:
    """Servers that flush and never finish are read by every browser."""
    unfinished = gzip.compress(b"<rss/>" * 100)[:-4]
    assert read(Sent(unfinished)) == b"<rss/>" * 100
    assert refused(Sent(unfinished), framed=False) == "connection failed: the gzip stream was cut short"
    assert read(Sent(b""), framed=False) == b""


@pytest.mark.parametrize("gzipped", [True, False])
@pytest.mark.parametrize(("size", "times"), [(STEP, 0), (STEP + 1, 1), (9 * STEP, 1)])
def test_a_large_body_asks_once_before_it_is_read_on(size: int, times: int, *, gzipped: bool) -> None:
    body, entered = b"x" * size, list[int]()
    sent = Sent(gzip.compress(body, 0) if gzipped else body)
    limit = BodyLimit(CAP, truncate=False, large=Large(STEP, lambda: entered.append(sent.taken)))
    assert read_body(sent, limit, gzipped=gzipped, framed=True) == body
    assert len(entered) == times
    assert all(taken <= 2 * STEP for taken in entered)


def test_what_a_large_body_may_not_do_is_its_failure() -> None:
    def enter() -> None:
        raise FetchFailed("no room")

    sent = Sent(b"x" * CAP)
    with pytest.raises(FetchFailed, match="no room"):
        read_body(sent, BodyLimit(CAP, truncate=False, large=Large(STEP, enter)), gzipped=False, framed=True)
    assert sent.taken == 2 * STEP


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", " gzip ", "identity, gzip", "gzip, utf-8"])
def test_gzip_is_decoded(coding: str) -> None:
    assert is_gzip(coding)


@pytest.mark.parametrize("coding", ["", "identity", "utf-8", "none", "text/xml"])
def test_a_word_that_is_no_coding_changes_nothing(coding: str) -> None:
    assert not is_gzip(coding)


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "gzip,br", "BR"])
def test_a_coding_that_was_not_asked_for_is_a_failure_of_its_own(coding: str) -> None:
    with pytest.raises(FetchFailed) as raised:
        is_gzip(coding)
    assert str(raised.value) == f"unknown encoding: Content-Encoding {coding!r} was not asked for"
