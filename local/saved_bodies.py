"""Objects' bytes by their SHA-256, in one file of SQLite: the only module that knows it.

What a round wrote becomes durable at once. With a file for each object, each was flushed by itself: a tenth
of a run's CPU, and most of its waiting for a busy disk.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

# What is free goes back to the disk (of a file that was begun so), a transaction is durable when it ends, and
# what is deleted is overwritten.
_PRAGMAS = ("auto_vacuum = FULL", "synchronous = EXTRA", "secure_delete = ON")
_TABLE = "CREATE TABLE IF NOT EXISTS bodies (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL)"
_PATIENCE = 60.0  # seconds: whoever else reads the file is done by then
_LOW_BYTE = 0xFF  # of an error's code: its kind
# The file is none of SQLite's, or none with our table. All else, such as a full disk, says nothing of it.
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


class BodiesUnusable(Exception):
    """The file cannot be read or written now, as the message says; what it holds may be whole."""


class BodiesDamaged(Exception):
    """The file is not one that this module has written, or not as it was."""


class SavedBodies:
    """The bytes in ``file``, which is there once something has been added.

    All raise :class:`BodiesUnusable`, and who writes :class:`BodiesDamaged`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, bodies: Mapping[str, bytes]) -> None:
        """Store bytes under their SHA-256, all or none; they are durable at the return."""
        if bodies:
            with self._writing() as connection:
                connection.executemany("INSERT OR REPLACE INTO bodies VALUES (?, ?)", bodies.items())

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes, ``None`` where they are missing or are others by now."""
        if not self._file.exists():
            return None
        try:
            with self._opened() as connection:
                found = connection.execute("SELECT body FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
        except BodiesDamaged:
            return None
        body = found[0] if found else None
        return body if isinstance(body, bytes) and hashlib.sha256(body).hexdigest() == sha256 else None

    def forget_all_but(self, named: Collection[str]) -> None:
        """Delete the bytes that are not ``named`` by their SHA-256."""
        if not self._file.exists():
            return
        with self._writing() as connection:
            stored = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM bodies")}
            forgotten = [(sha256,) for sha256 in stored.difference(named)]
            connection.executemany("DELETE FROM bodies WHERE sha256 = ?", forgotten)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._opened() as connection, connection:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            connection.execute(_TABLE)
            yield connection

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=_PATIENCE)) as connection:
                yield connection
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _LOW_BYTE
            raise (BodiesDamaged if code in _DAMAGED else BodiesUnusable)(f"{self._file}: {error}") from error
