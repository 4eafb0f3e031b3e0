"""What an update with another parameter changes: never a table or a bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.template import Template
from tests.deploy.rules.stores import STORES

_SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)\}")


def settled(stack: Template) -> Iterator[str]:
    """No parameter that an operator changes replaces, adds or removes what holds data."""
    for parameter in stack.document.get("Parameters", {}):
        for name in sorted(dependents(stack, parameter)):
            if stack.resources[name]["Type"] in STORES:
                yield f"{name} changes with {parameter}"


def dependents(stack: Template, parameter: str) -> set[str]:
    """Return the resources that say another thing under another value of a parameter.

    A condition stands for the parameters that it asks. What a resource is told of another one, such as its
    ARN, is not looked at: it changes with that resource's replacement alone.
    """
    conditions = stack.document.get("Conditions", {})
    return {
        name
        for name, resource in stack.resources.items()
        if parameter in set(_parameters(resource, conditions))
    }


def _parameters(value: Any, conditions: Mapping[str, Any]) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from _SUBSTITUTED.findall(text)
        case {"Fn::If": [str(name), *branches]}:
            yield from _parameters(conditions[name], conditions)
            yield from _parameters(branches, conditions)
        case dict():
            if isinstance(condition := value.get("Condition"), str):
                yield from _parameters(conditions.get(condition), conditions)
            for one in value.values():
                yield from _parameters(one, conditions)
        case list():
            for one in value:
                yield from _parameters(one, conditions)
