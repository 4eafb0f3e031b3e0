"""The worker's answer about a picture is believed within bounds only."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from functions.extract.encoded_images import MOST_BYTES, ImageRefused, variants_in
from functions.extract.extracted_page import BadAnswer
from functions.extract.image_files import Size, is_plain_webp, webp_size
from tests.support.pictures import animated, picture_file, talkative, webp_bomb

PLAIN = picture_file(400, 300, "WEBP")
LOSSLESS = picture_file(400, 300, "WEBP", lossless=True)
TRANSPARENT = picture_file(400, 300, "WEBP", mode="RGBA", exact=True)


def said(body: bytes, width: Any = 400, height: Any = 300) -> dict[str, Any]:
    return {"variants": [[width, height, base64.b64encode(body).decode()]]}


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize("body", [PLAIN, LOSSLESS, TRANSPARENT])
def test_a_still_picture_of_its_size_is_believed(body: bytes) -> None:
    assert webp_size(body) == Size(400, 300)
    assert variants_in(said(body)) == {400: (300, body)}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"RIFF\x04\0\0\0WEBP",
        PLAIN[:-1],
        PLAIN + b"\0",
        PLAIN + b"<script>alert(1)</script>",
        picture_file(400, 300, "PNG"),
        picture_file(400, 301, "WEBP"),
        talkative("WEBP"),
        animated("WEBP"),
        webp_bomb(),
        riff((b"VP8 ", PLAIN[20:]), (b"VP8 ", PLAIN[20:])),
        riff((b"VP8 ", PLAIN[20:]), (b"EXIF", b"where it was taken")),
        riff((b"VP8 ", PLAIN[20:]), (b"html", b"<script>alert(1)</script>")),
        riff((b"VP8X", b"\0\0\0\0" + (399).to_bytes(3, "little") + (299).to_bytes(3, "little"))),
        riff((b"VP8L", b"\x2e" + LOSSLESS[21:])),
    ],
)
def test_anything_else_is_no_variant(body: bytes) -> None:
    assert not is_plain_webp(body, Size(400, 300))
    with pytest.raises(BadAnswer):
        variants_in(said(body))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"refused": "because"},
        {"refused": ["too small"]},
        {"variants": []},
        {"variants": {}},
        {"variants": [[400, 300]]},
        {"variants": ["abc"]},
        {"variants": [None]},
        {"variants": said(PLAIN)["variants"] * 2},
        {"variants": [*said(PLAIN)["variants"], *said(picture_file(320, 240, "WEBP"), 320, 240)["variants"]]},
        {"variants": said(PLAIN)["variants"] * 5},
        said(PLAIN, "400"),
        said(PLAIN, 400.0),
        said(PLAIN, -400),
        said(picture_file(1281, 300, "WEBP"), 1281),
        {"variants": [[400, 300, "no base64!"]]},
        {"variants": [[400, 300, "ä"]]},
        said(riff((b"VP8 ", PLAIN[20:] + b"\0" * MOST_BYTES))),
    ],
)
def test_an_answer_that_breaks_a_bound_is_a_lie(answer: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        variants_in(answer)


def test_a_refusal_says_why() -> None:
    with pytest.raises(ImageRefused, match="too many pixels"):
        variants_in({"refused": "too many pixels"})
