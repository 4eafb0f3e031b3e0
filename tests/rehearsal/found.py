"""What there is in the account after a deploy, as the services themselves tell it."""

from __future__ import annotations

from collections.abc import Mapping
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
    state = resource.state
    match resource.kind:
        case "AWS::Lambda::Function":
            return str(state["FunctionArn"])
        case "AWS::IAM::Role":
            return str(state["Arn"])
        case "AWS::SQS::Queue":
            return str(state["QueueArn"])
        case "AWS::DynamoDB::Table":
            return str(state["TableArn"])
        case "AWS::S3::Bucket":
            return f"arn:aws:s3:::{resource.physical}"
        case "AWS::Logs::LogGroup":
            return str(state["arn"])
        case "AWS::SNS::Topic" | "AWS::Lambda::LayerVersion":
            return resource.physical
        case _:
            return ""
