"""What a publisher's page asks, in words for machines, of whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ImagePreview = Literal["none", "standard", "large"]
PREVIEWS: tuple[ImagePreview, ...] = ("none", "standard", "large")
"""The strictest first."""


@dataclass(frozen=True, slots=True)
class Directives:
    """Robots directives of one page, the strictest where it gives several, and its TDM reservation.

    ``max_snippet`` counts characters, and 0 stands for ``nosnippet`` too; ``unavailable_after`` is RFC 3339
    UTC with milliseconds. ``tdm_reserved`` and ``tdm_policy`` are those of the TDM Reservation Protocol.
    What a page does not say is ``False`` or ``None``.
    """

    noindex: bool = False
    noarchive: bool = False
    noimageindex: bool = False
    max_snippet: int | None = None
    max_image_preview: ImagePreview | None = None
    unavailable_after: str | None = None
    tdm_reserved: bool | None = None
    tdm_policy: str | None = None

    def to_map(self) -> dict[str, Any]:
        """Return only what the page says, as DynamoDB and JSON take it."""
        said = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in said if value != getattr(SILENT, name)}

    @classmethod
    def from_map(cls, said: Mapping[str, Any] | None) -> Directives:
        """Read them back; numbers may be ``Decimal`` as the resource API gives them.

        What only a later release knows of is passed over (docs/decisions/0033).
        """
        values = {name: value for name, value in (said or {}).items() if name in cls.__slots__}
        if values.get("max_snippet") is not None:
            values["max_snippet"] = int(values["max_snippet"])
        return cls(**values)

    def narrowed(self, by: Directives) -> Directives:
        """Return the stricter of both in everything; what ``by`` says of mining supersedes what was said."""
        sizes = {self.max_image_preview, by.max_image_preview}
        lengths = [one for one in (self.max_snippet, by.max_snippet) if one is not None]
        ends = [one for one in (self.unavailable_after, by.unavailable_after) if one is not None]
        mining = self if by.tdm_reserved is None else by
        return Directives(
            noindex=self.noindex or by.noindex,
            noarchive=self.noarchive or by.noarchive,
            noimageindex=self.noimageindex or by.noimageindex,
            max_snippet=min(lengths, default=None),
            max_image_preview=next((size for size in PREVIEWS if size in sizes), None),
            unavailable_after=min(ends, default=None),
            tdm_reserved=mining.tdm_reserved,
            tdm_policy=mining.tdm_policy,
        )


SILENT = Directives()
