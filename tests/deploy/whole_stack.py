"""The stack with the stacks inside of it, as one template: rules look at every resource in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local import template
from local.template import Template

NESTED = "AWS::CloudFormation::Stack"


def load(path: Path) -> Template:
    """Return a template under its default parameters, with the resources of its inner stacks."""
    stack = template.load(path, {})
    inner = {
        name: template.load(path.parent / properties["TemplateURL"], {})
        for name, properties in stack.of_type(NESTED).items()
    }
    return merged(stack, inner)


def merged(stack: Template, inner: Mapping[str, Template]) -> Template:
    """Return a template with the resources of its inner stacks, which are given by their logical ids.

    What an inner stack is given stands in the place of its parameters. No logical id may be there twice.
    """
    resources, conditions = dict(stack.resources), dict(stack.document.get("Conditions", {}))
    for name, nested in inner.items():
        given = stack.resources[name]["Properties"]["Parameters"]
        if given.keys() != nested.document["Parameters"].keys():
            raise ValueError(f"{name} is not given exactly the parameters that it has")
        for section, found in (("Resources", resources), ("Conditions", conditions)):
            added = nested.document.get(section, {})
            if twice := found.keys() & added.keys():
                raise ValueError(f"{name} has {sorted(twice)} once more")
            found |= {key: filled(value, given) for key, value in added.items()}
        if condition := stack.resources[name].get("Condition"):
            # What is in a stack that is not always made is not always made itself
            resources |= {key: {"Condition": condition, **resources[key]} for key in nested.resources}
    return Template({**stack.document, "Resources": resources, "Conditions": conditions}, stack.parameters)


def filled(value: Any, given: Mapping[str, Any]) -> Any:
    """Return a tree with what was given in the place of references to parameters."""
    match value:
        case {"Ref": str(name)} if name in given:
            return given[name]
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _substituted(text, given)}
        case dict():
            return {key: filled(one, given) for key, one in value.items()}
        case list():
            return [filled(one, given) for one in value]
        case _:
            return value


def _substituted(text: str, given: Mapping[str, Any]) -> str:
    for name, expression in given.items():
        match expression:
            case {"Ref": str(other)}:
                inner = f"${{{other}}}"
            case {"Fn::GetAtt": [str(other), str(attribute)]}:
                inner = f"${{{other}.{attribute}}}"
            case {"Fn::Sub": str(inner)}:
                pass
            case _:
                raise ValueError(f"{name} is given {expression}")
        text = text.replace(f"${{{name}}}", inner)
    return text
