"""Rules that hold for every resource of the stack, and for those to come; each is itself tried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.template import Template
from tests.deploy.alarm_mutations import alarm_mutations
from tests.deploy.deployment_mutations import deployment_mutations
from tests.deploy.mutations import Mutation, mutated, mutations
from tests.deploy.rules.every import RULES
from tests.deploy.rules.names import LONGEST_STACK_NAME

ROOT = Path(__file__).parents[2]


def _all_mutations(stack: Template) -> Iterator[Mutation]:
    yield from mutations(stack)
    yield from alarm_mutations(stack)
    yield from deployment_mutations(stack)


@pytest.mark.parametrize("rule", RULES)
def test_the_template_keeps_the_rule(stack: Template, rule: str) -> None:
    assert list(RULES[rule](stack)) == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_notices_every_way_to_break_it(stack: Template, rule: str) -> None:
    tried = [(what, change) for name, what, change in _all_mutations(stack) if name == rule]
    unnoticed = [what for what, change in tried if not list(RULES[rule](mutated(stack, change)))]
    assert tried
    assert unnoticed == []


def test_every_change_is_for_a_rule(stack: Template) -> None:
    made = Counter(rule for rule, _, _ in _all_mutations(stack))
    assert made.keys() == RULES.keys()


def test_how_long_a_stacks_name_may_be_is_told(stack: Template) -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    longest = "x" * LONGEST_STACK_NAME
    assert f"of at most {LONGEST_STACK_NAME} characters" in text
    name = stack.resources["OriginAccessControl"]["Properties"]["OriginAccessControlConfig"]["Name"][
        "Fn::Sub"
    ]
    rendered = name.replace("${AWS::StackName}", longest).replace("${AWS::Region}", "ap-southeast-1")
    assert len(rendered) == 64, "one character more would not fit"
