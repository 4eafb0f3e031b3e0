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
        below = {
            key.removeprefix(self._prefix): saved
            for key, saved in objects.items()
            if key.startswith(self._prefix)
        }
        wanted = {name: saved for name, saved in below.items() if is_file_name(name)}
        refused = [self._prefix + name for name in below if name not in wanted]
        self._remove(set(shown) - set(wanted))
        now: dict[str, str] = {}
        for name, saved in wanted.items():
            now[name], is_file = self._show(name, shown.get(name), saved, read)
            if not is_file:
                refused.append(self._prefix + name)
        self._shown = now
        return refused

    def _show(
        self, name: str, shown: str | None, saved: SavedObject, read: Callable[[SavedObject], bytes]
    ) -> tuple[str, bool]:
        """Make a file an object's; return the SHA-256 of its bytes (``shown`` before), and if it is one."""
        is_plain, body = "ContentEncoding" not in saved.headers, None
        sha256 = saved.sha256 if is_plain else self._plain.get(saved.sha256)
        if sha256 is None:
            body = saved.plain(read(saved))
            sha256 = self._plain[saved.sha256] = hashlib.sha256(body).hexdigest()
        if shown == sha256:
            return sha256, True
        return sha256, self._write(name, saved.plain(read(saved)) if body is None else body)

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
