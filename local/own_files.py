"""The files that a ``sources.yaml`` names, read from beside it and found fit to be published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from functions.publish.own_files import LARGEST, OwnFileError, names, own_files
from newswire.sources import Own
from newswire.yaml_nodes import Keys, parse


class OwnFilesRefused(Exception):
    """Files that cannot be used; the message names the line, the key and what is allowed, one a line."""


def read_own_files(sources: Path, text: str, own: Own) -> Mapping[str, bytes]:
    """Return the files by their names relative to ``sources``, whose ``text`` is valid.

    Raise :class:`OwnFilesRefused` with everything that is wrong with them.
    """
    bodies = {name: body for _, name in names(own) if (body := _bytes(sources.parent / name)) is not None}
    problems: list[str] = []

    def problem(key: str, name: str, error: OwnFileError) -> None:
        problems.append(f"{sources}:{_line(text, key)}: portal.{key}: {name} {error}")

    own_files(own, bodies.get, problem)
    if problems:
        raise OwnFilesRefused("\n".join(problems))
    return bodies


def _bytes(path: Path) -> bytes | None:
    """Return a file's bytes, of a larger one so many that it is refused; ``None`` where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        return None


def _line(text: str, key: str) -> int:
    """Return the line of a key of ``portal`` in a valid file."""
    root = parse(text)
    portal = root.values["portal"] if isinstance(root, Keys) else root
    return portal.lines[key] if isinstance(portal, Keys) else portal.line
