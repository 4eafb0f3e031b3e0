"""Pictures as the worker encodes them, hostile ones among them; all are made here."""

from __future__ import annotations

import base64
import subprocess
import sys
from typing import Any

import pytest
from PIL import Image

from functions.extract.encoded_images import ImageRefused, variants_in
from functions.extract.image_encoding import MOST_PIXELS, encode
from functions.extract.image_files import format_of
from newswire.worker import Worker, WorkerFailed
from tests.support import pictures
from tests.support.pictures import picture_file, pixel, read

KINDS = ("JPEG", "PNG", "WEBP", "GIF")


def encoded(body: bytes) -> dict[int, Image.Image]:
    """Return what a picture becomes, decoded again, by width."""
    return {width: read(file) for width, (_, file) in variants_in(encode(body)).items()}


def refusal(body: bytes) -> str:
    with pytest.raises(ImageRefused) as refused:
        variants_in(encode(body))
    return refused.value.reason


@pytest.mark.parametrize("kind", KINDS)
def test_a_wide_picture_becomes_four_widths_of_the_same_shape(kind: str) -> None:
    found = encoded(picture_file(1600, 900, kind))

    assert {width: image.size for width, image in found.items()} == {
        320: (320, 180),
        640: (640, 360),
        960: (960, 540),
        1280: (1280, 720),
    }
    for image in found.values():
        dark, light = (pixel(image, image.width * x // 4, image.height // 2) for x in (1, 3))
        assert max(dark[:3]) < 90
        assert light[0] > 160


@pytest.mark.parametrize(
    ("width", "widths"),
    [(1280, [320, 640, 960, 1280]), (1279, [320, 640, 960, 1279]), (640, [320, 640]), (641, [320, 640, 641])],
)
def test_no_picture_is_made_wider_than_it_is(width: int, widths: list[int]) -> None:
    assert list(encoded(picture_file(width, 700))) == widths


def test_a_small_picture_stays_as_it_is() -> None:
    assert {width: image.size for width, image in encoded(picture_file(200, 150)).items()} == {
        200: (200, 150)
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_kept_of_what_a_file_says_beside_its_picture(kind: str) -> None:
    body = pictures.talkative(kind)
    assert b"SECRET" in body

    for file in (base64.b64decode(text) for _, _, text in encode(body)["variants"]):
        assert b"SECRET" not in file
        assert not {name for name in (b"EXIF", b"XMP ", b"ICCP") if name in file}
        assert not read(file).getexif()


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[pictures.JPEG_ORIENTATION] = 6  # to be turned by 90 degrees clockwise
    found = encoded(picture_file(800, 400, exif=exif.tobytes()))

    assert found[400].size == (400, 800)
    assert min(pixel(found[400], 395, 5)) > 200
    assert max(pixel(found[400], 5, 5)[:3]) < 90


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_there_is_the_first_frame(kind: str) -> None:
    (still,) = [image for width, image in encoded(pictures.animated(kind)).items() if width == 400]

    assert not getattr(still, "is_animated", False)
    red, _, blue, _ = pixel(still, 200, 150)
    assert blue > 200
    assert red < 60


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_stays_so(kind: str) -> None:
    image = pictures.picture(400, 300, "RGBA")
    image.putalpha(Image.linear_gradient("L").resize((400, 300)))

    shown = encoded(pictures.written(image, kind))[400]

    assert pixel(shown, 200, 5)[3] < 30
    assert pixel(shown, 200, 295)[3] > 220


def test_a_colour_profile_that_is_broken_says_nothing() -> None:
    shown = encoded(picture_file(400, 300, icc_profile=b"no profile" * 50))[400]

    assert pixel(shown, 300, 150)[0] > 160


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_printers_colours_and_greys_are_shown(mode: str) -> None:
    assert encoded(picture_file(400, 300, "JPEG", mode=mode))[400].mode == "RGB"


@pytest.mark.parametrize(
    "body",
    [
        pictures.SVG,
        b"<?xml version='1.0'?>" + pictures.SVG,
        b"<!doctype html><title>not here</title>",
        b"",
        b"RIFF",
        picture_file(400, 300, "TIFF"),
        picture_file(400, 300, "BMP"),
        picture_file(400, 300, "ICO"),
        picture_file(400, 300, "PDF"),
        picture_file(400, 300, "AVIF"),
    ],
)
def test_only_four_formats_are_decoded(body: bytes) -> None:
    assert format_of(body) is None
    assert refusal(body) == "not a picture"


@pytest.mark.parametrize(
    "body",
    [
        pictures.png_bomb(60_000, 60_000),
        pictures.png_bomb(MOST_PIXELS // 1000, 1001),
        pictures.gif_bomb(),
        pictures.webp_bomb(),
    ],
)
def test_a_file_that_states_too_many_pixels_is_not_decoded(body: bytes) -> None:
    assert len(body) < 20_000
    assert refusal(body) == "too many pixels"


def test_icons_and_counters_of_readers_are_no_pictures() -> None:
    assert refusal(picture_file(99, 400, "GIF")) == "too small"
    assert refusal(picture_file(1, 1, "GIF")) == "too small"
    assert refusal(picture_file(101, 1020, "PNG")) == "too narrow"


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_file_is_none(kind: str) -> None:
    body = picture_file(800, 600, kind)

    with pytest.raises((OSError, SyntaxError)):
        encode(body[: len(body) // 2])


def test_what_follows_a_picture_in_its_file_is_not_taken_along() -> None:
    hidden = b"PK\x03\x04<script>alert(1)</script>"

    for text in (text for _, _, text in encode(picture_file() + hidden)["variants"]):
        assert b"<script" not in base64.b64decode(text)


@pytest.fixture(scope="module")
def worker() -> Any:
    with Worker("functions.extract.page_worker:run") as child:
        yield child


@pytest.mark.parametrize(
    "body",
    [
        pictures.png_bomb(6324, 6324, honest=True),  # 40 million pixels in 39 kB
        pictures.png_bomb(6000, 6000),
        picture_file()[:3000],
        b"\xff\xd8\xff" + bytes(range(256)) * 500,
        b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 5000,
        b"GIF89a" + b"\xff" * 5000,
        pictures.gif_bomb(),
        pictures.webp_bomb(),
    ],
)
def test_the_worker_outlives_hostile_files_or_dies_alone(worker: Worker, body: bytes) -> None:
    try:
        worker.call(body, {"task": "image"})
    except WorkerFailed as failure:
        assert failure.reason.startswith(("parser failed", "parser died", "parser timed out"))  # noqa: PT017

    honest = worker.call(picture_file(400, 300), {"task": "image"})
    assert list(variants_in(honest)) == [320, 400]


def test_who_copies_no_pictures_never_loads_pillow() -> None:
    program = (
        "import sys\n"
        "from functions.extract import app, page_worker\n"
        "page_worker.run(b'User-agent: *', {'task': 'robots'})\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'PIL']\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
