"""CloudFormation: what a stack consists of, its deletion, and what it knows of stacks that are gone.

Of a deleted stack CloudFormation tells the resources for 90 days (API reference, ListStackResources): whoever
ended in the middle finds what is left by the stack's own record, and never by names that look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from local.stack_outputs import NoSuchStack

GONE = "DELETE_COMPLETE"
_ENDING = ("DELETE_IN_PROGRESS", "DELETE_FAILED", GONE)
_NESTED = "AWS::CloudFormation::Stack"
_POLL_SECONDS = 15.0
_POLLS = 240  # an hour; a distribution takes a quarter of one


class NotDeleted(Exception):
    """CloudFormation did not delete the stack; the message says what stood in the way."""


@dataclass(frozen=True, slots=True)
class FoundStack:
    """A stack by its unique id; ``protected`` tells that it refuses to be deleted."""

    id: str
    name: str
    status: str
    created: datetime
    protected: bool = False

    @property
    def is_gone(self) -> bool:
        """Return whether CloudFormation has deleted it."""
        return self.status == GONE

    @property
    def is_busy(self) -> bool:
        """Return whether CloudFormation is at work on something else than its end."""
        return self.status.endswith("_IN_PROGRESS") and self.status not in (*_ENDING, "REVIEW_IN_PROGRESS")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack, or of a stack ``inner`` to it; ``physical`` is its name, id or URL."""

    logical: str
    kind: str
    physical: str
    status: str
    inner: bool = False


def described(cloudformation: Any, name: str) -> FoundStack | None:
    """Return the stack of a name, ``None`` where there is none; by its unique id, a deleted one, too."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if _is_unknown(error):
            return None
        raise
    return FoundStack(
        found["StackId"],
        found["StackName"],
        found["StackStatus"],
        found["CreationTime"],
        bool(found.get("EnableTerminationProtection")),
    )


def deleted(cloudformation: Any, name: str) -> list[FoundStack]:
    """Return the stacks of this name that were deleted in the last 90 days, the latest first."""
    pages = cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=[GONE])
    found = [
        one
        for page in pages
        for one in page["StackSummaries"]
        if one["StackName"] == name and "ParentId" not in one
    ]
    found.sort(key=lambda one: one.get("DeletionTime", one["CreationTime"]), reverse=True)
    return [FoundStack(one["StackId"], name, GONE, one["CreationTime"]) for one in found]


def resources(cloudformation: Any, stack: str) -> Iterator[Resource]:
    """Yield the resources of a stack, and of the stacks inside of it, deleted ones included."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for one in (found for page in pages for found in page["StackResourceSummaries"]):
        # Of one that was never made, CloudFormation knows no physical id.
        if physical := one.get("PhysicalResourceId"):
            yield Resource(one["LogicalResourceId"], one["ResourceType"], physical, one["ResourceStatus"])
            if one["ResourceType"] == _NESTED:
                yield from (replace(found, inner=True) for found in resources(cloudformation, physical))


def owner(cloudformation: Any, physical: str) -> str | None:
    """Return the id of the stack that a resource belongs to by now, ``None`` where it is nobody's."""
    try:
        found = cloudformation.describe_stack_resources(PhysicalResourceId=physical)["StackResources"]
    except ClientError as error:
        if _is_unknown(error):
            return None
        raise
    return next((str(one["StackId"]) for one in found if one.get("PhysicalResourceId") == physical), None)


def delete(
    cloudformation: Any, stack: FoundStack, sleep: Callable[[float], None], tell: Callable[[str], None]
) -> None:
    """Have a stack deleted, and wait for it; raise :class:`NotDeleted` where that fails or lasts an hour."""
    if stack.status != "DELETE_IN_PROGRESS":
        cloudformation.delete_stack(StackName=stack.id)
    for _ in range(_POLLS):
        now = described(cloudformation, stack.id)
        if now is None or now.is_gone:
            return
        if now.status == "DELETE_FAILED":
            raise NotDeleted(
                f"CloudFormation could not delete {stack.name}: {_reasons(cloudformation, stack)}"
            )
        tell(f"  {now.status}: {_remaining(cloudformation, stack)}")
        sleep(_POLL_SECONDS)
    raise NotDeleted(f"CloudFormation has been deleting {stack.name} for an hour and is not done")


def _remaining(cloudformation: Any, stack: FoundStack) -> str:
    left = [one.logical for one in resources(cloudformation, stack.id) if one.status == "DELETE_IN_PROGRESS"]
    return f"waits for {', '.join(left)}" if left else "waits"


def _reasons(cloudformation: Any, stack: FoundStack) -> str:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.id)
    failed = [
        f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason', 'no reason given')}"
        for page in pages
        for one in page["StackResourceSummaries"]
        if one["ResourceStatus"] == "DELETE_FAILED"
    ]
    return "; ".join(failed) or "it does not say why; its events do"


def _is_unknown(error: ClientError) -> bool:
    told = error.response.get("Error", {})
    return told.get("Code") == "ValidationError" and "does not exist" in told.get("Message", "")


def find(cloudformation: Any, name: str, region: str, has_left: Callable[[FoundStack], bool]) -> FoundStack:
    """Return the stack of this name or unique id; else the latest deleted one that ``has_left`` something.

    Raise :class:`~local.stack_outputs.NoSuchStack` where there is neither.
    """
    if stack := described(cloudformation, name):
        return stack
    if stack := next((one for one in deleted(cloudformation, name) if has_left(one)), None):
        return stack
    raise NoSuchStack(
        f"stack {name}: there is none in {region}, and none of that name that was deleted in the last 90 days"
        " has left anything of Newswire's to remove"
    )
