"""What a resource type is to a rehearsal that makes it by its service's own API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Properties = Mapping[str, Any]
Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Made:
    """What a type's creation returns: the physical id, which ``Ref`` gives, and what ``GetAtt`` gives."""

    physical: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceType:
    """How a type is created (with a client, a name made up for it and its properties), and deleted.

    ``change`` takes what was made and the new properties; a type without it is replaced.
    """

    create: Callable[[Client, str, Properties], Made]
    delete: Callable[[Client, str, Properties], object]
    change: Callable[[Client, str, Properties], object] | None = None
