"""Creates, updates and deletes a stack in the account, as ``sam deploy`` and ``sam delete`` have it done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.destroy import stacks
from local.destroy.contents import Clients
from local.destroy.removal import Removal
from local.template import Template
from tests.rehearsal.cloud import Cloud
from tests.rehearsal.faults import StepFailed
from tests.rehearsal.found import Resource


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack in the account, by its name and the values of all its parameters."""

    name: str
    url: str
    parameters: Mapping[str, str]


def values(template: Template) -> dict[str, str]:
    """Return the value of every parameter: what was given, else its default."""
    defaults = {name: str(one["Default"]) for name, one in template.document["Parameters"].items()}
    return {**defaults, **template.parameters}


def create(cloud: Cloud, stack: Deployed) -> None:
    """Create a stack; raise :class:`StepFailed` where a service refuses a resource."""
    try:
        cloud.client("cloudformation").create_stack(
            StackName=stack.name,
            TemplateURL=stack.url,
            Parameters=_given(stack.parameters),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except (BotoCoreError, ClientError, ValueError, LookupError) as error:
        raise StepFailed(f"{stack.name}: {type(error).__name__}: {error}") from error
    _check_status(cloud, stack.name, "CREATE_COMPLETE")


def update(cloud: Cloud, stack: Deployed) -> None:
    """Give a stack these parameters by a change set."""
    named = {"StackName": stack.name, "ChangeSetName": "rehearsal"}
    cloudformation = cloud.client("cloudformation")
    # All values, not UsePreviousValue: moto compares the old numbers with the new text and changes more.
    cloudformation.create_change_set(
        **named,
        ChangeSetType="UPDATE",
        TemplateURL=stack.url,
        Parameters=_given(stack.parameters),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    found = cloudformation.describe_change_set(**named)
    if found["Status"] != "CREATE_COMPLETE":
        raise StepFailed(f"the change set is {found['Status']}: {found.get('StatusReason')}")
    cloudformation.execute_change_set(**named)
    _check_status(cloud, stack.name, "UPDATE_COMPLETE")


def delete(cloud: Cloud, name: str) -> None:
    """Delete a stack; what its template retains stays."""
    cloud.client("cloudformation").delete_stack(StackName=name)


def stores(template: Template) -> set[str]:
    """Return what stays when the stack is deleted, by logical id."""
    return {
        name
        for name, one in template.resources.items()
        if str(one.get("DeletionPolicy", "")).startswith("Retain")
    }


def remove_stores(cloud: Cloud, left: Iterable[Resource]) -> None:
    """Remove what a deleted stack has left, with all that lies in it, as ``make destroy`` does."""
    clients = Clients(*map(cloud.client, ("s3", "dynamodb", "sqs", "logs")))
    removal = Removal(clients, sleep=lambda _: None, step=lambda _: None)
    for one in left:
        removal.remove(stacks.Resource("", one.kind, one.physical, ""))


def _given(parameters: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


def _check_status(cloud: Cloud, name: str, wanted: str) -> None:
    (stack,) = cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    status: Any = stack["StackStatus"]
    if status != wanted:
        raise StepFailed(f"{name} is {status}")
