"""Everything that the template says is there, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator

from local.template import Template
from tests.rehearsal.found import Found

ENVIRONMENT_LIMIT = 4096  # bytes of a function's variables ("Lambda quotas", developer guide)
POLICY_LIMIT = 10_240  # characters of a role's own policies, white space not counted ("IAM quotas")


def complete(whole: Template, found: Found, *, conditional: bool = True) -> Iterator[str]:
    """Each resource of the template and of the stacks inside was made, and its service knows it.

    Those under a condition were made where they are to be, and none of them otherwise.
    """
    wanted = {name: one for name, one in whole.resources.items() if conditional or "Condition" not in one}
    for name, resource in wanted.items():
        one = found.resources.get(name)
        if one is None:
            yield f"{name} ({resource['Type']}) was not made"
        elif not one.physical or one.state is None:
            yield f"{name} ({resource['Type']}) is not there"
    yield from (f"{name} was not to be made" for name in found.resources.keys() - wanted.keys())


def apart(first: Found, second: Found) -> Iterator[str]:
    """Two stacks have nothing in common."""
    for physical, name in first.physical.items():
        if physical in second.physical:
            yield f"{name} is {physical} in both {first.stack} and {second.stack}"


def within_limits(found: Found) -> Iterator[str]:
    """Each environment and each role's policies fit, with the names that the stack really has."""
    for name, one in found.of_type("AWS::Lambda::Function").items():
        variables = one.state["Environment"]["Variables"]
        size = sum(len(key.encode()) + len(value.encode()) for key, value in variables.items())
        if size > ENVIRONMENT_LIMIT:
            yield f"{name} has an environment of {size} bytes; Lambda takes {ENVIRONMENT_LIMIT}"
    for name, one in found.of_type("AWS::IAM::Role").items():
        size = len("".join(str(one.state["Policies"]).split()))
        if size > POLICY_LIMIT:
            yield f"{name} has policies of {size} characters; IAM takes {POLICY_LIMIT}"
