"""The media type of an image, where its address tells it beyond doubt."""

from __future__ import annotations

from urllib.parse import urlsplit

_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


def image_type(address: str) -> str | None:
    """Return the type that the extension names; ``None`` where there is none, or a query.

    Servers that are asked for another size or format by a query often answer in another type.
    """
    parts = urlsplit(address)
    name = parts.path.rpartition("/")[2]
    return None if parts.query or "." not in name else _TYPES.get(name.rpartition(".")[2].lower())
