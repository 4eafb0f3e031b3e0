"""What there is in the account after a deploy, as the services themselves tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack.

    ``properties`` are the template's, with every expression resolved; ``state`` is what its service tells of
    it, ``None`` where the service knows it not.
    """

    kind: str
    physical: str
    properties: Mapping[str, Any]
    state: Any


@dataclass(frozen=True, slots=True)
class Found:
    """The resources of a stack and of the stacks in it, by logical id; no id is there twice."""

    stack: str
    resources: Mapping[str, Resource]

    def of_type(self, *kinds: str) -> dict[str, Resource]:
        """Return the resources of these types by logical id."""
        return {name: one for name, one in self.resources.items() if one.kind in kinds}

    @property
    def arns(self) -> dict[str, str]:
        """Return logical ids by the ARNs that policies and targets name."""
        return {arn: name for name, one in self.resources.items() if (arn := _arn(one))}

    @property
    def physical(self) -> dict[str, str]:
        """Return logical ids by physical ids."""
        return {one.physical: name for name, one in self.resources.items()}


def _arn(resource: Resource) -> str:
    of_kind = _ARNS.get(resource.kind)
    return str(of_kind(resource)) if of_kind is not None and resource.state is not None else ""


_ARNS: Mapping[str, Callable[[Resource], Any]] = {
    "AWS::DynamoDB::Table": lambda one: one.state["TableArn"],
    "AWS::IAM::Role": lambda one: one.state["Arn"],
    "AWS::Lambda::Function": lambda one: one.state["FunctionArn"],
    "AWS::Lambda::LayerVersion": lambda one: one.physical,
    "AWS::Logs::LogGroup": lambda one: one.state["arn"],
    "AWS::S3::Bucket": lambda one: f"arn:aws:s3:::{one.physical}",
    "AWS::SNS::Topic": lambda one: one.physical,
    "AWS::SQS::Queue": lambda one: one.state["QueueArn"],
}
