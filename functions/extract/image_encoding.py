"""A publisher's picture as WebP in a few widths: the boundary to Pillow. Runs inside the worker process.

Everything about the bytes is hostile until it is decoded: only the decoder of the format that the signature
names is asked, and only where the header states no more pixels than the limit.
"""

from __future__ import annotations

import base64
import contextlib
import io
from typing import Any

from PIL import Image, ImageCms, ImageOps

from functions.extract.image_files import Format, Size, format_of, webp_size
from newswire.image_copies import WIDTHS

# A camera's 24 million fit; decoded, they are 160 MB of the worker's 500.
MOST_PIXELS = 40_000_000
LEAST_SIDE = 100  # pixels; smaller ones are icons, and counters of readers
MOST_RATIO = 10  # of the longer side to the shorter one
# Measured on photographs, docs/decisions/0048
_QUALITY = 80
_EFFORT = 4


def encode(body: bytes) -> dict[str, Any]:
    """Return ``variants``, [width, height, WebP in base64] each, or ``refused`` with the reason.

    No metadata is kept: the picture is turned as EXIF says and brought to sRGB before. Of an animation it is
    the first frame. Whatever a decoder raises is raised.
    """
    kind = format_of(body)
    if kind is None:
        return {"refused": "not a picture"}
    # WebP's decoder makes room for its canvas as soon as it sees the file.
    stated = webp_size(body) if kind == "WEBP" else None
    if stated is not None and (reason := _unfit(stated)):
        return {"refused": reason}
    Image.MAX_IMAGE_PIXELS = None  # it would warn, and raise elsewhere than where this limit is
    with Image.open(io.BytesIO(body), formats=[kind]) as image:
        if reason := _unfit(Size(*image.size)):
            return {"refused": reason}
        picture = _decoded(image, kind)
    return {"variants": [_variant(picture, width) for width in _widths(picture.width)]}


def _unfit(size: Size) -> str | None:
    longer, shorter = max(size.width, size.height), min(size.width, size.height)
    if size.width * size.height > MOST_PIXELS:
        return "too many pixels"
    if shorter < LEAST_SIDE:
        return "too small"
    return "too narrow" if longer > MOST_RATIO * shorter else None


def _decoded(image: Image.Image, kind: Format) -> Image.Image:
    """Return the picture in sRGB, upright, with transparency where it has some."""
    if kind == "JPEG":
        # Its decoder leaves out what a smaller picture does not need.
        image.draft(image.mode, (WIDTHS[-1], WIDTHS[-1]))
    image.load()
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    picture = ImageOps.exif_transpose(_in_srgb(image, "RGBA" if has_alpha else "RGB"))
    if picture.width > WIDTHS[-1]:
        picture.thumbnail((WIDTHS[-1], picture.height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def _in_srgb(image: Image.Image, mode: str) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError):  # a broken profile says nothing
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode=mode)
            if converted is not None:
                return converted
    return image.convert(mode)


def _widths(width: int) -> list[int]:
    return [one for one in WIDTHS if one < width] + ([width] if width <= WIDTHS[-1] else [])


def _variant(picture: Image.Image, width: int) -> tuple[int, int, str]:
    height = max(1, round(picture.height * width / picture.width))
    resized = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    # Without these, Pillow writes what it found in the source.
    resized.save(out, "WEBP", quality=_QUALITY, method=_EFFORT, exif=b"", xmp=b"", icc_profile=b"")
    return width, height, base64.b64encode(out.getvalue()).decode()
