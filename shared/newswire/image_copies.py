"""Our own copies of publishers' pictures: what an article's item remembers of them, and their keys.

A copy is one picture in a few widths. It is named after its article and its bytes, so that it can be kept by
everyone for ever, and can go with its article although another one shows the same picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "images/"
MEDIA_TYPE = "image/webp"
WIDTHS = (320, 640, 960, 1280)
"""Pixels; a picture is never made wider than it is, and its widest variant is at most as wide as the last."""

# Pictures that an item remembers, former ones included: what is forgotten could not be taken down.
MOST_COPIES = 12


@dataclass(frozen=True, slots=True)
class ImageCopy:
    """One picture that we have copied.

    ``url`` is the publisher's, ``stem`` the beginning of its variants' keys, ``widths`` are theirs in
    pixels, ascending, ``height`` is that of the widest. A ``former`` one is not the article's any more.
    """

    url: str
    stem: str
    widths: tuple[int, ...]
    height: int
    former: bool = False

    @property
    def width(self) -> int:
        """Return the width of the widest variant."""
        return self.widths[-1]

    @property
    def usual(self) -> int:
        """Return the width for who cannot choose: 640 pixels, or what is next to it."""
        return max((width for width in self.widths if width <= WIDTHS[1]), default=self.widths[0])

    def key(self, width: int) -> str:
        """Return the key of the variant of that width, the same in both buckets."""
        return f"{self.stem}-{width}.webp"

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of all variants, the narrowest first."""
        return tuple(map(self.key, self.widths))

    def to_map(self) -> dict[str, Any]:
        """Return the entry of the item's list."""
        known = {"url": self.url, "stem": self.stem, "widths": list(self.widths), "height": self.height}
        return known | ({"former": True} if self.former else {})

    @classmethod
    def from_map(cls, value: Mapping[str, Any]) -> ImageCopy:
        """Read the entry back; numbers may be ``Decimal``."""
        return cls(
            url=value["url"],
            stem=value["stem"],
            widths=tuple(map(int, value["widths"])),
            height=int(value["height"]),
            former=bool(value.get("former", False)),
        )


def keys_of(copies: Iterable[ImageCopy]) -> frozenset[str]:
    """Return the keys of all variants of these copies."""
    return frozenset(key for copy in copies for key in copy.keys)


def stem_of(article_id: str, variants: Mapping[int, bytes]) -> str:
    """Return the stem of a picture's variants, by width: article, and SHA-256 of their bytes in order."""
    digest = hashlib.sha256(b"".join(variants[width] for width in sorted(variants)))
    return f"{PREFIX}{article_id}/{digest.hexdigest()[:20]}"
