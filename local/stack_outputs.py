"""The names of a deployed stack's resources, which ``template.yaml`` gives as its outputs."""

from __future__ import annotations

import boto3
from botocore.exceptions import BotoCoreError, ClientError


class NoSuchStack(Exception):
    """There is no stack of that name, or it is another program's; the message says which."""


def stack_outputs(stack: str, *wanted: str) -> dict[str, str]:
    """Return these outputs of a stack; raise :class:`NoSuchStack` where there is not every one of them."""
    outputs = all_outputs(stack)
    missing = [name for name in wanted if name not in outputs]
    if missing:
        found = ", ".join(sorted(outputs)) or "none"
        raise NoSuchStack(
            f"stack {stack}: has no output {missing[0]}, so it is not Newswire's; its outputs: {found}"
        )
    return {name: outputs[name] for name in wanted}


def all_outputs(stack: str) -> dict[str, str]:
    """Return what outputs a stack has; raise :class:`NoSuchStack` where there is none of that name."""
    try:
        described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        raise NoSuchStack(f"stack {stack}: {error}") from None
    return {one["OutputKey"]: str(one["OutputValue"]) for one in described.get("Outputs", [])}
