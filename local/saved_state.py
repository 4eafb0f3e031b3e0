"""What a run remembers between starts, on disk.

    state/state.json       the tables' items, the list of objects, the clock, the dead letters
    state/objects.sqlite   the objects' bytes, each stored once

``state.json`` is replaced in one step and names only bytes that are already durable, so that a kill at
any moment leaves the state before or the state after, never a mixture.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from local.dead_letters import DeadLetter
from local.files import replace_file, sync_folder
from local.saved_bodies import BodiesDamaged, BodiesUnusable, SavedBodies

SCHEMA = "newswire/local-state/1"


class StateError(Exception):
    """The state cannot be used; the message names the file and the way out."""


@dataclass(frozen=True, slots=True)
class SavedObject:
    """An object: the SHA-256 of its bytes, and the headers that PutObject takes."""

    sha256: str
    headers: Mapping[str, Any]

    def plain(self, body: bytes) -> bytes:
        """Return what the object's bytes say: those that a client has after decoding."""
        return gzip.decompress(body) if self.headers.get("ContentEncoding") == "gzip" else body


@dataclass(frozen=True, slots=True)
class State:
    """A run at a moment when every queue was empty.

    ``demo_start`` is ``None`` for real feeds; ``portal_url`` is the address that links point to, empty
    where ``sources.yaml`` says it. Items are DynamoDB's JSON by the table's logical id, objects are by
    the bucket's logical id and key.
    """

    clock: datetime
    demo_start: datetime | None
    portal_url: str
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    objects: Mapping[str, Mapping[str, SavedObject]] = field(default_factory=dict)
    dead_letters: tuple[DeadLetter, ...] = ()


class StateStore:
    """The folder ``state/`` of one run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = folder / "state.json"
        self._files = folder / "objects"  # of earlier versions
        self._bodies = SavedBodies(folder / "objects.sqlite")
        self._index_sha256 = ""
        self._kept: dict[str, bytes] = {}

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Keep other runs out of the folder; raise :class:`StateError` where that fails."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StateError(
                    f"{self._folder.parent} is in use by another run; end that, or choose another with OUT="
                ) from None
            self._take_files()
            yield

    def load(self) -> State | None:
        """Return what was saved last, ``None`` where nothing was; raise :class:`StateError` if unreadable."""
        try:
            body = self._index.read_bytes()
        except FileNotFoundError:
            return None
        try:
            state = _from_document(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StateError(
                f"{self._index}: not a state of this version ({error}); remove {self._folder.parent} "
                "or choose another folder with OUT="
            ) from None
        self._index_sha256 = hashlib.sha256(body).hexdigest()
        return state

    def body(self, saved: SavedObject) -> bytes:
        """Return an object's bytes; raise :class:`StateError` where they are not what was saved."""
        with self._told():
            body = self._bodies.get(saved.sha256)
        if body is None:
            body = self._in_a_file(saved.sha256)
        if body is None:
            raise StateError(
                f"{self._folder}: the bytes {saved.sha256} are missing or damaged; "
                f"remove {self._folder.parent} to start anew"
            )
        return body

    def keep(self, body: bytes) -> str:
        """Take an object's bytes for the state that is saved next; return their SHA-256."""
        sha256 = hashlib.sha256(body).hexdigest()
        self._kept[sha256] = body
        return sha256

    def save(self, state: State) -> Mapping[str, bytes]:
        """Replace the saved state, and forget the bytes that it no longer names.

        Return the new ones by their SHA-256. Raise :class:`StateError` where the bytes cannot be written.
        """
        body = json.dumps(_to_document(state), ensure_ascii=False, separators=(",", ":")).encode()
        sha256 = hashlib.sha256(body).hexdigest()
        if sha256 == self._index_sha256:
            return {}
        with self._told():
            self._bodies.add(self._kept)
        saved, self._kept = self._kept, {}
        replace_file(self._index, body, durable=True)
        sync_folder(self._folder)
        self._index_sha256 = sha256
        named = {saved.sha256 for objects in state.objects.values() for saved in objects.values()}
        with self._told():
            self._bodies.forget_all_but(named)
        return saved

    def _take_files(self) -> None:
        """Take over what earlier versions kept in a file for each object."""
        if self._files.is_dir():
            with self._told():
                self._bodies.add({path.name: path.read_bytes() for path in self._files.glob("*/*")})
            shutil.rmtree(self._files)

    def _in_a_file(self, sha256: str) -> bytes | None:
        """Return the bytes of an earlier version's file: who only looks takes nothing over."""
        path = self._files / sha256[:2] / sha256
        body = path.read_bytes() if path.is_file() else b""
        return body if hashlib.sha256(body).hexdigest() == sha256 else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Have what became of the bytes' file be a :class:`StateError` that says what to do about it."""
        try:
            yield
        except BodiesUnusable as error:
            raise StateError(f"{error}; see to that, or choose another folder with OUT=") from None
        except BodiesDamaged as error:
            raise StateError(
                f"{error}; remove {self._folder.parent} to start anew, or choose another folder with OUT="
            ) from None


def _to_document(state: State) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "clock": state.clock.isoformat(),
        "demo_start": None if state.demo_start is None else state.demo_start.isoformat(),
        "portal_url": state.portal_url,
        "dead_letters": [asdict(letter) for letter in state.dead_letters],
        "tables": {
            name: [item for item in items if not _is_lease(item)] for name, items in state.tables.items()
        },
        "objects": {
            bucket: {key: {"sha256": saved.sha256, **saved.headers} for key, saved in objects.items()}
            for bucket, objects in state.objects.items()
        },
    }


def _is_lease(item: Mapping[str, Any]) -> bool:
    """Tell whether the item says that a shard is being polled: the next start has other shards."""
    return str(item.get("pk", {}).get("S", "")).startswith("shard#")


def _from_document(document: Mapping[str, Any]) -> State:
    if document["schema"] != SCHEMA:
        raise ValueError(f"schema {document['schema']!r}, not {SCHEMA!r}")
    start = document["demo_start"]
    return State(
        clock=datetime.fromisoformat(document["clock"]),
        demo_start=None if start is None else datetime.fromisoformat(start),
        portal_url=document["portal_url"],
        tables=document["tables"],
        objects={
            bucket: {
                key: SavedObject(
                    entry["sha256"], {name: one for name, one in entry.items() if name != "sha256"}
                )
                for key, entry in objects.items()
            }
            for bucket, objects in document["objects"].items()
        },
        dead_letters=tuple(DeadLetter(**letter) for letter in document["dead_letters"]),
    )
