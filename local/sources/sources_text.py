"""A ``sources.yaml`` on this machine: read whole, found valid, replaced in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.files import replace_file
from local.own_files import OwnFilesRefused, read_own_files
from newswire.sources import Catalogue
from newswire.sources_file import SourcesError, load_catalogue

SIZE_LIMIT = 4 * 1024 * 1024  # bytes read at all; what the file may have is newswire.yaml_nodes.SIZE_LIMIT


class Refused(Exception):
    """What was given cannot be used; the message says what, where and what is allowed."""


@dataclass(frozen=True, slots=True)
class SourcesText:
    """The text of a valid file and what it means."""

    path: Path
    text: str
    catalogue: Catalogue

    def own_files(self) -> Mapping[str, bytes]:
        """Return the files that it names; raise :class:`Refused` with all that is wrong with them."""
        try:
            return read_own_files(self.path, self.text, self.catalogue.own)
        except OwnFilesRefused as error:
            raise Refused(str(error)) from None


def read_bytes(path: Path, limit: int) -> bytes:
    """Return a file's bytes; raise :class:`Refused` where it cannot be read or has more than ``limit``."""
    try:
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
    if len(body) > limit:
        raise Refused(f"{path}: is larger than {limit // 1024} KiB, the most that is allowed")
    return body


def read(path: Path) -> SourcesText:
    """Return a file that was found valid; raise :class:`Refused` with all its problems."""
    try:
        text = read_bytes(path, SIZE_LIMIT).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from None
    return SourcesText(path, text, understood(text, str(path)))


def understood(text: str, name: str) -> Catalogue:
    """Return what a text means; raise :class:`Refused` with all its problems."""
    try:
        return load_catalogue(text, name)
    except SourcesError as error:
        raise Refused(str(error)) from None


def write(path: Path, text: str) -> None:
    """Replace a file in one step; a link stays one, and the file keeps its permissions."""
    target = path.resolve()
    mode = target.stat().st_mode if target.exists() else None
    replace_file(target, text.encode("utf-8"), durable=True)
    if mode is not None:
        target.chmod(mode & 0o7777)
