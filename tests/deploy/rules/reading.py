"""How rules read a template: resources, references and policies as plain text and lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.template import Template


def many(value: Any) -> list[Any]:
    """Return what may be one thing or a list of them as a list."""
    return value if isinstance(value, list) else [value]


def readable(resource: Any) -> str:
    """Return a resource of a policy as text: ``SiteBucket.Arn/*``."""
    match resource:
        case str():
            return resource
        case {"Ref": str(logical_id)}:
            return logical_id
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"{logical_id}.{attribute}"
        case {"Fn::Sub": text}:
            return str(text).replace("${", "").replace("}", "")
        case _:
            return json.dumps(resource)


def referred(value: Any) -> str:
    """Return the logical id that a reference or an ARN of the stack's own leads to; "" for none."""
    match value:
        case {"Ref": str(logical_id)} | {"Fn::GetAtt": [str(logical_id), *_]}:
            return logical_id
        case _:
            return ""


def properties(stack: Template, resource_type: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield logical id and properties of each resource of a type."""
    yield from stack.of_type(resource_type).items()


def statements(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of a policy, those under a condition of the template as well."""
    for statement in many(document["Statement"]):
        branches = statement["Fn::If"][1:] if "Fn::If" in statement else [statement]
        yield from (branch for branch in branches if "Effect" in branch)


def role_statements(stack: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each statement of what roles may do, with the role."""
    for role, given in properties(stack, "AWS::IAM::Role"):
        for policy in given.get("Policies", []):
            yield from ((role, statement) for statement in statements(policy["PolicyDocument"]))


def role_grants(stack: Template) -> Iterator[tuple[str, str, str]]:
    """Yield role, action and resource of all that roles may do."""
    for role, statement in role_statements(stack):
        for action in many(statement.get("Action", "NotAction")):
            for resource in many(statement.get("Resource", "NotResource")):
                yield role, action, readable(resource)


def resource_statements(stack: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each statement of the policies that resources have themselves, with the policy's logical id."""
    for name, resource in stack.resources.items():
        document = resource.get("Properties", {}).get("PolicyDocument")
        if document:
            yield from ((name, statement) for statement in statements(document))


def targets(stack: Template) -> set[str]:
    """Return the functions that a schedule starts, and so asynchronously."""
    return {
        referred(schedule["Target"]["Arn"]) for _, schedule in properties(stack, "AWS::Scheduler::Schedule")
    }
