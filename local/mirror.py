"""A bucket's objects as files: a person can open them, and no file changes that need not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from local.files import replace_file
from local.saved_state import SavedObject

_NAME_LIMIT = 255  # bytes of one file name on the usual file systems


class MirrorError(Exception):
    """The folder is not ours to change; the message names it and the way out."""


class Mirror:
    """The objects under ``prefix`` of a bucket, as files below ``folder``; files know no encoding."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.folder = folder
        self._prefix = prefix
        self._shown: dict[str, str] | None = None  # SHA-256 by file, once it is known
        self._plain: dict[str, str] = {}  # the same of what compressed bytes say, by that of these bytes

    def check_unused(self) -> None:
        """Raise :class:`MirrorError` where the folder already holds something."""
        if self.folder.is_dir() and any(self.folder.iterdir()):
            raise MirrorError(
                f"{self.folder} holds files that no run has written (there is no state beside it); "
                "empty it or choose another folder with OUT="
            )

    def show(self, objects: Mapping[str, SavedObject], read: Callable[[SavedObject], bytes]) -> list[str]:
        """Make the files equal to the objects; return the keys that can be no file below the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shown = self._shown if self._shown is not None else dict(self._on_disk())
        wanted: dict[str, str] = {}
        refused: list[str] = []
        for key, saved in objects.items():
            if not key.startswith(self._prefix):
                continue
            name = key.removeprefix(self._prefix)
            if not is_file_name(name):
                refused.append(key)
                continue
            wanted[name] = self._sha256(saved, read)
        self._remove(set(shown) - set(wanted))
        for name, sha256 in wanted.items():
            saved = objects[self._prefix + name]
            if shown.get(name) != sha256 and not self._write(name, saved.plain(read(saved))):
                refused.append(self._prefix + name)
        self._shown = wanted
        return refused

    def _sha256(self, saved: SavedObject, read: Callable[[SavedObject], bytes]) -> str:
        if "ContentEncoding" not in saved.headers:
            return saved.sha256
        if saved.sha256 not in self._plain:
            self._plain[saved.sha256] = hashlib.sha256(saved.plain(read(saved))).hexdigest()
        return self._plain[saved.sha256]

    def _on_disk(self) -> Iterator[tuple[str, str]]:
        for path in self.folder.rglob("*"):
            if path.is_file():
                yield path.relative_to(self.folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()

    def _write(self, name: str, body: bytes) -> bool:
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, body, durable=False)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            return False  # S3 has both "a" and "a/b"; a file system has not
        return True

    def _remove(self, names: set[str]) -> None:
        for name in names:
            path = self.folder / name
            path.unlink(missing_ok=True)
            for parent in path.relative_to(self.folder).parents:
                folder = self.folder / parent
                if folder == self.folder or any(folder.iterdir()):
                    break
                folder.rmdir()


def is_file_name(key: str) -> bool:
    """Tell whether an object key is a plain relative path that stays below its folder."""
    return all(
        part not in ("", ".", "..")
        and "\0" not in part
        and "\\" not in part
        and len(part.encode(errors="surrogatepass")) <= _NAME_LIMIT
        for part in key.split("/")
    )
