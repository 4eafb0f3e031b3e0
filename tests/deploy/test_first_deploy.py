"""The first deploy: what it asks, and that an AWS account of an hour ago has all that it needs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from local.template import Template
from tests.deploy.rules.flow import ACCOUNT_LIMIT, queue_bounds

ROOT = Path(__file__).parents[2]
NEW_ACCOUNT_MEMORY = 3008  # MB, the most that Lambda gives to a function of a new account
STREAM_SHARDS = 4  # of a new on-demand table

# Types that every account can create at once: none has a quota of zero, is asked for first, or makes a
# service-linked role. What has a catch is told in docs/deploy.md.
UNCONDITIONAL = {
    "AWS::CloudFormation::Stack",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::Distribution",  # some new accounts are verified by AWS Support first
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",  # delivers nothing before it is confirmed
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
}
ON_REQUEST = {
    "AWS::Budgets::Budget": "HasBudget",  # refused to members of some organisations
}


def test_everything_in_the_stack_can_be_made_in_a_new_account(stack: Template) -> None:
    others = {
        name: resource["Type"]
        for name, resource in stack.resources.items()
        if resource["Type"] not in UNCONDITIONAL
        and ON_REQUEST.get(resource["Type"]) != resource.get("Condition", "none")
    }
    assert others == {}


def test_nothing_reserves_or_provisions_concurrency(stack: Template) -> None:
    functions = stack.of_type("AWS::Lambda::Function")
    assert not [name for name, one in functions.items() if "ReservedConcurrentExecutions" in one]
    assert not stack.of_type("AWS::Lambda::Alias")  # provisioned concurrency hangs on one
    assert not stack.of_type("AWS::Lambda::Version")


def test_all_that_polls_fits_into_the_runs_that_a_new_account_has(stack: Template) -> None:
    mappings = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    queues = sum(queue_bounds(stack).values())
    streams = sum(
        STREAM_SHARDS * one.get("ParallelizationFactor", 1) for one in mappings if "StartingPosition" in one
    )
    assert queues + streams <= ACCOUNT_LIMIT


def test_functions_fit_into_the_memory_that_a_new_account_has(stack: Template) -> None:
    functions = stack.of_type("AWS::Lambda::Function")
    assert {name for name, one in functions.items() if one["MemorySize"] > NEW_ACCOUNT_MEMORY} == set()
    assert not [name for name, one in functions.items() if "EphemeralStorage" in one or "VpcConfig" in one]


def test_every_question_has_a_default_and_the_first_are_those_that_an_operator_answers(
    stack: Template,
) -> None:
    """SAM asks for parameters in the template's order and shows the name and the default only."""
    parameters = stack.document["Parameters"]
    assert [name for name, one in parameters.items() if "Default" not in one] == []
    assert [name for name, one in parameters.items() if not one.get("Description")] == []
    assert list(parameters)[:4] == ["PortalUrl", "CertificateArn", "AlarmEmail", "MonthlyBudgetUsd"]
    assert list(parameters)[-1] == "Architecture"


def test_every_question_stands_in_one_group_of_the_console_and_in_the_documentation(stack: Template) -> None:
    groups = stack.document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert sorted(grouped) == sorted(stack.document["Parameters"])
    assert [name for name in grouped if f"| `{name}` |" not in text] == []


def test_a_named_value_that_is_restricted_says_what_is_allowed(stack: Template) -> None:
    parameters = stack.document["Parameters"]
    patterned = {name for name, one in parameters.items() if "AllowedPattern" in one}
    assert [name for name in patterned if "ConstraintDescription" not in parameters[name]] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/deploy.md", "docs/operations.md"])
def test_every_command_of_the_documentation_is_one_of_the_makefile(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = (ROOT / page).read_text(encoding="utf-8")
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    commands = re.findall(r"\bmake ([a-z][a-z-]+)(?=[ `\n])", "\n".join(code))
    assert commands
    assert set(commands) - targets == set()


def _settings(environment: str) -> dict[str, Any]:
    document = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    settings: dict[str, Any] = document[environment]
    return settings


def test_each_environment_is_a_stack_of_its_own_that_may_make_what_the_template_has() -> None:
    default, prod, dev = (_settings(name) for name in ("default", "prod", "dev"))
    names = [one["global"]["parameters"]["stack_name"] for one in (default, prod, dev)]
    assert names == ["newswire", "newswire-prod", "newswire-dev"]
    for settings in (default, prod, dev):
        deploy = settings["deploy"]["parameters"]
        assert set(deploy["capabilities"].split()) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
        assert deploy["resolve_s3"] is True
        assert deploy["fail_on_empty_changeset"] is False
    assert default["sync"]["parameters"]["stack_name"] == "newswire-dev"
    assert default["deploy"]["parameters"]["confirm_changeset"] is True
    assert prod["deploy"]["parameters"]["confirm_changeset"] is False
