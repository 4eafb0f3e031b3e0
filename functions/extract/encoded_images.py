"""The worker's answer about a picture, believed only as far as it keeps the bounds stated here.

As `functions.extract.extracted_page` for pages: who was taken over by a picture can lie. What is stored is
one still WebP picture of the width stated and nothing else, whatever the worker says.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from functions.extract.extracted_page import BadAnswer
from functions.extract.image_files import Size, is_plain_webp
from newswire.image_copies import WIDTHS

MOST_BYTES = 1024 * 1024
"""Of one variant: several times what a photograph of the largest size takes."""

_REFUSALS = frozenset({"not a picture", "too many pixels", "too small", "too narrow"})


class ImageRefused(Exception):
    """The picture is not one that we copy; ``reason`` is short and stable: it is counted and shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def variants_in(answer: Mapping[str, Any]) -> dict[int, tuple[int, bytes]]:
    """Return height and bytes by width, the narrowest first.

    Raise :class:`ImageRefused` where the picture is none for us, `BadAnswer` for what no honest worker says.
    """
    refused, listed = answer.get("refused"), answer.get("variants")
    if isinstance(refused, str) and refused in _REFUSALS:
        raise ImageRefused(refused)
    if not isinstance(listed, list) or not 0 < len(listed) <= len(WIDTHS):
        raise BadAnswer("variants")
    found = dict(map(_variant, listed))
    if list(found) != sorted(found) or len(found) != len(listed):
        raise BadAnswer("widths")
    return found


def _variant(value: object) -> tuple[int, tuple[int, bytes]]:
    match value:
        case [int(width), int(height), str(text)] if 0 < width <= WIDTHS[-1]:
            try:
                body = base64.b64decode(text, validate=True)
            except ValueError:
                raise BadAnswer("variant") from None
            if len(body) <= MOST_BYTES and is_plain_webp(body, Size(width, height)):
                return width, (height, body)
    raise BadAnswer("variant")
