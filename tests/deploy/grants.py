"""What the roles of the template allow, as pairs of action and resource that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local.template import Template


def grants(stack: Template, role: str) -> Iterator[tuple[str, str]]:
    """Yield each action of a role with its resource as text: ``s3:GetObject``, ``SiteBucket.Arn/*``."""
    for policy in stack.resources[role]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in _many(statement["Action"]):
                for resource in _many(statement["Resource"]):
                    yield action, _readable(resource)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _readable(resource: Any) -> str:
    match resource:
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"{logical_id}.{attribute}"
        case {"Fn::Sub": text}:
            return str(text).replace("${", "").replace("}", "")
        case _:
            return json.dumps(resource)
