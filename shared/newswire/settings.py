"""The environment of a function, read once by its wiring and checked where it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


class SettingsError(ValueError):
    """A variable is missing or wrong; the message names it and where it is set."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Typed look-ups in a mapping such as ``os.environ``."""

    values: Mapping[str, str]

    def required(self, name: str) -> str:
        """Return a variable that must be set; raise :class:`SettingsError` otherwise."""
        value = self.values.get(name, "")
        if not value:
            raise SettingsError(f"environment variable {name} is not set; template.yaml sets it")
        return value

    def optional(self, name: str) -> str:
        """Return a variable, or "" where it is not set."""
        return self.values.get(name, "")

    def pairs(self, name: str) -> frozenset[str]:
        """Return the entries of a comma-separated list."""
        return frozenset(entry.strip().lower() for entry in self.optional(name).split(",") if entry.strip())

    def ports(self, name: str) -> frozenset[int]:
        """Return the port numbers of a comma-separated list."""
        entries = self.pairs(name)
        for entry in sorted(entries):
            if not (entry.isascii() and entry.isdigit() and 0 < int(entry) < 65536):
                raise SettingsError(
                    f"environment variable {name} has {entry!r}; port numbers, comma separated, are allowed"
                )
        return frozenset(map(int, entries))

    def seconds(self, name: str) -> timedelta:
        """Return a number of seconds, zero where it is not set."""
        value = self.optional(name) or "0"
        try:
            return timedelta(seconds=float(value))
        except (ValueError, OverflowError) as error:
            raise SettingsError(
                f"environment variable {name} is {value!r}; a number of seconds is allowed"
            ) from error
