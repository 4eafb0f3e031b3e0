"""What a run carries: the demo publishers on their own clock, or an operator's ``sources.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from local.demo.server import SOURCES, DemoPortInUse, DemoPublishers
from local.own_files import OwnFilesRefused, read_own_files
from local.public_hosts import refusal
from newswire.sources_file import SourcesError, load_catalogue


class SourcesRefused(Exception):
    """The sources cannot be used; the message says why and what to change."""


class SourcesUnavailable(Exception):
    """The demo publishers cannot be served; the message says why and what to do."""


class Edition(Protocol):
    """Where the sources come from and what time does to them."""

    @property
    def loopback_allowed(self) -> tuple[str, ...]:
        """The ``host:port`` on loopback that the functions may ask."""
        ...

    @property
    def demo_start(self) -> datetime | None:
        """When the demo began; ``None`` for real feeds."""
        ...

    @property
    def demo_end(self) -> datetime | None:
        """When the demo has told everything; ``None`` for real feeds."""
        ...

    def sources_yaml(self) -> str:
        """Return the sources as they are now; raise :class:`SourcesRefused` where they cannot be used."""
        ...

    def own_files(self) -> Mapping[str, bytes]:
        """Return the files that the sources name, by name; raise :class:`SourcesRefused` as above."""
        ...

    def at(self, moment: datetime) -> None:
        """Tell the sources the run's time."""
        ...


class DemoEdition:
    """The demo publishers that ship with the project, served from this machine."""

    def __init__(self, publishers: DemoPublishers) -> None:
        self._publishers = publishers
        self.loopback_allowed = publishers.allowed()
        self.demo_start = publishers.start
        self.demo_end = publishers.start + publishers.end

    def sources_yaml(self) -> str:
        """Return the demo's own sources."""
        return self._publishers.sources_yaml()

    def own_files(self) -> Mapping[str, bytes]:
        """Return the files of the demo's portal."""
        return _own_files(SOURCES, self.sources_yaml())

    def at(self, moment: datetime) -> None:
        """Move the publishers' stories along."""
        self._publishers.at(max(moment, self._publishers.start))


class FileEdition:
    """The sources of a file, read again each time: an operator edits it while the portal runs."""

    loopback_allowed: tuple[str, ...] = ()
    demo_start: None = None
    demo_end: None = None

    def __init__(self, path: Path) -> None:
        self._path = path

    def own_files(self) -> Mapping[str, bytes]:
        """Return the files beside it that it names."""
        return _own_files(self._path, self.sources_yaml())

    def sources_yaml(self) -> str:
        """Return the file's text once it is found valid and its publishers may be asked."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else f"not UTF-8: {error}"
            raise SourcesRefused(f"{self._path}: {why}") from None
        try:
            catalogue = load_catalogue(text, str(self._path))
        except SourcesError as error:
            raise SourcesRefused(str(error)) from None
        if reason := refusal(catalogue):
            raise SourcesRefused(f"{self._path}: {reason}")
        return text

    def at(self, moment: datetime) -> None:
        """Nothing: real publishers keep their own time."""


def _own_files(path: Path, text: str) -> Mapping[str, bytes]:
    try:
        return read_own_files(path, text, load_catalogue(text, str(path)).own)
    except OwnFilesRefused as error:
        raise SourcesRefused(str(error)) from None


@contextmanager
def demo(start: datetime, port_shift: int = 0) -> Iterator[DemoEdition]:
    """Serve the demo publishers; raise :class:`SourcesUnavailable` where one cannot be.

    ``port_shift`` is added to their ports, so that two demos can run side by side.
    """
    publishers = DemoPublishers(start, port_shift)
    try:
        with publishers.serve():
            yield DemoEdition(publishers)
    except DemoPortInUse as error:
        raise SourcesUnavailable(f"{error}: end what uses it, most likely another make run") from None
