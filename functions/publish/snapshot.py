"""An output of the site as one run has read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newswire.bucket import StoredObject


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An output as it was read, possibly absent; the condition under which it may be replaced.

    One that was not read may be ``supposed`` to be there with that ETag.
    """

    key: str
    stored: StoredObject | None
    supposed: str | None = None

    @property
    def body(self) -> bytes:
        """Return the output's bytes, none where it is absent."""
        return self.stored.body if self.stored else b""

    @property
    def metadata(self) -> Mapping[str, str]:
        """Return what is said of the output beside its bytes."""
        return self.stored.metadata if self.stored else {}

    @property
    def etag(self) -> str | None:
        """Return the output's ETag, ``None`` where it is absent."""
        return self.stored.etag if self.stored else self.supposed

    @property
    def split(self) -> bool:
        """Return whether this file of a series only leads to those that it was split into."""
        return "split" in self.metadata

    @property
    def splitting(self) -> bool:
        """Return whether the rows of this file of a series are being divided, and no more come to it."""
        return "splitting" in self.metadata

    @property
    def version(self) -> int:
        """Return the version of the article that the page shows; 0 where there is none."""
        value = self.metadata.get("version", "")
        return int(value) if value.isdecimal() else 0

    @property
    def stands(self) -> bool:
        """Return whether there is something here, and no notice in its place."""
        return self.stored is not None and not self.gone

    @property
    def gone(self) -> bool:
        """Return whether a notice stands here in place of a page."""
        return "gone" in self.metadata
