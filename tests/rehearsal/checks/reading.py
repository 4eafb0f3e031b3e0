"""How checks read policies and names of the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.rehearsal.found import Found


def many(value: Any) -> list[Any]:
    """Return what may be one thing or a list of them as a list."""
    return value if isinstance(value, list) else [value]


def grants(found: Found, role: str) -> Iterator[tuple[str, str]]:
    """Yield each action that a role, by logical id, may do, with the ARN that it may do it on."""
    for document in found.resources[role].state["Policies"].values():
        for statement in document["Statement"]:
            if statement["Effect"] == "Allow":
                for action in many(statement["Action"]):
                    yield from ((action, resource) for resource in many(statement["Resource"]))


def allows(found: Found, role: str, action: str, arn: str) -> bool:
    """Tell whether a role, by logical id, may do something."""
    return any(action == granted and fnmatchcase(arn, pattern) for granted, pattern in grants(found, role))


def missing_grants(found: Found, role: str, actions: Mapping[str, str]) -> Iterator[str]:
    """Yield what of these actions, each with its ARN, a role may not do."""
    for action, arn in actions.items():
        if role not in found.resources or not allows(found, role, action, arn):
            yield f"{role} may not do {action} on {arn}"
