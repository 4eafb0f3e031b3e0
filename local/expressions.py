"""CloudFormation's intrinsic functions, taken out of property trees and put back as values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class _Reference:
    """Stands in a tree for the output that holds an expression's value."""

    output: str


class Expressions:
    """Collects expressions as stack outputs, so that CloudFormation itself resolves them.

    ``outside`` names the resources that the stack will not have: a reference to one of them stands for
    its logical id.
    """

    def __init__(self, outside: Collection[str]) -> None:
        self._outside = outside
        self.outputs: dict[str, dict[str, Any]] = {}

    def collect(self, value: Any) -> Any:
        """Return the tree with each expression replaced by a reference to an output."""
        if isinstance(value, list):
            return [self.collect(one) for one in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._taken(name, argument)
        return {name: self.collect(one) for name, one in value.items()}

    def fill(self, value: Any, values: Mapping[str, str]) -> Any:
        """Return a collected tree with the outputs' ``values``; a key without one (NoValue) is left out."""
        if isinstance(value, _Reference):
            return values.get(value.output)
        if isinstance(value, list):
            return [self.fill(one, values) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            name: self.fill(one, values)
            for name, one in value.items()
            if not (isinstance(one, _Reference) and one.output not in values)
        }

    def _taken(self, name: str, argument: Any) -> Any:
        if name == "Fn::GetAtt" and isinstance(argument, str):
            argument = argument.split(".", 1)
        target = argument[0] if name == "Fn::GetAtt" else argument
        if name in ("Ref", "Fn::GetAtt") and target in self._outside:
            return target
        output = f"Expression{len(self.outputs)}"
        self.outputs[output] = {"Value": {name: argument}}
        return _Reference(output)
