"""Pictures for tests, made here: honest ones in every format, and files that only pretend."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

JPEG_ORIENTATION = 0x0112
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is dark and whose upper left corner is white."""
    image = Image.new("RGB", (width, height), (200, 120, 40))
    image.paste((20, 40, 60), (0, 0, width // 2, height))
    image.paste((255, 255, 255), (0, 0, width // 8, height // 8))
    return image.convert(mode)


def picture_file(width: int = 1600, height: int = 900, kind: str = "JPEG", **options: Any) -> bytes:
    """Return a picture as a file of that kind."""
    mode = options.pop("mode", "RGB")
    return written(picture(width, height, mode), kind, **options)


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(body: bytes) -> Image.Image:
    """Return what a file shows."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """Return red, green, blue and opacity at a place."""
    found = image.convert("RGBA").getpixel((x, y))
    if not isinstance(found, tuple):
        raise TypeError(f"a pixel of RGBA is {found!r}")
    return tuple(map(int, found))


def talkative(kind: str) -> bytes:
    """Return a picture with EXIF (a place among it), a colour profile, and a comment or XMP."""
    exif = Image.Exif()
    exif[JPEG_ORIENTATION] = 1
    exif[0x010E] = "SECRET description"
    exif[0x8825] = {1: "S", 2: (6.0, 10.0, 30.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {"exif": exif.tobytes(), "icc_profile": profile}
    if kind == "PNG":
        said = PngImagePlugin.PngInfo()
        said.add_text("Comment", "SECRET comment")
        options["pnginfo"] = said
    else:
        options["xmp"] = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET xmp</x:xmpmeta>"
    return picture_file(800, 600, kind, **options)


def animated(kind: str) -> bytes:
    """Return an animation whose first frame is blue and whose others are red."""
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("blue", "red", "red")]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def png_bomb(width: int, height: int, *, honest: bool = False) -> bytes:
    """Return a small PNG that states so many pixels; an ``honest`` one has them all, black."""
    rows = (b"\0" * (width + 1)) * height if honest else b"\0"
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def gif_bomb() -> bytes:
    """Return a GIF that states 65,535 by 65,535 pixels."""
    body = bytearray(picture_file(400, 300, "GIF"))
    body[6:10] = struct.pack("<HH", 65535, 65535)
    return bytes(body)


def webp_bomb() -> bytes:
    """Return a WebP whose canvas is of 16,383 by 16,383 pixels, and whose picture is small."""
    plain = picture_file(400, 300, "WEBP")
    side = (16383 - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + side + side + plain[12:]
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
