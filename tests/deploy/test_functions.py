"""What a deployed function is, reads and logs."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.template import Template
from newswire.worker import WorkerLimits

ROOT = Path(__file__).parents[2]
STAGES = ("fetch", "extract", "publish")


def _function(stack: Template, stage: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = stack.resources[f"{stage.capitalize()}Function"]["Properties"]
    return properties


def _documented_environment(stage: str) -> set[str]:
    """Return the variables that the table in docs/architecture.md ticks for the stage."""
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if re.match(r"\| `[A-Z]", line)]
    column = 2 + STAGES.index(stage)
    return {name for row in rows if row[column].strip() for name in re.findall(r"`([A-Z_]+)`", row[1])}


@pytest.mark.parametrize("stage", STAGES)
def test_the_environment_is_the_documented_one(stack: Template, stage: str) -> None:
    variables = set(_function(stack, stage)["Environment"]["Variables"])
    assert variables == _documented_environment(stage) - {"CLOCK_OFFSET", "LOCAL_RUN"}


@pytest.mark.parametrize("stage", STAGES)
def test_what_only_sam_local_sets_is_not_there_when_deployed(stack: Template, stage: str) -> None:
    variables = _function(stack, stage)["Environment"]["Variables"]
    asks_publishers = stage in ("fetch", "extract")
    absent = {name for name, value in variables.items() if value == {"Ref": "AWS::NoValue"}}
    assert absent == {"AWS_ENDPOINT_URL", *(["LOOPBACK_PROXY"] if asks_publishers else [])}


@pytest.mark.parametrize("stage", STAGES)
def test_the_environment_is_all_that_the_code_needs(stack: Template, stage: str) -> None:
    variables = _function(stack, stage)["Environment"]["Variables"]
    values = {name: value if isinstance(value, str) else "of-the-stack" for name, value in variables.items()}
    settings = importlib.import_module(f"functions.{stage}.settings")
    assert settings.Settings.from_env(values)


@pytest.mark.parametrize("stage", ["fetch", "extract"])
def test_a_deployed_function_asks_public_addresses_on_the_usual_ports_only(
    stack: Template, stage: str
) -> None:
    variables = _function(stack, stage)["Environment"]["Variables"]
    assert (variables["LOOPBACK_ALLOWED"], variables["PORTS_ALLOWED"]) == ("", "")


@pytest.mark.parametrize(
    ("stage", "variable", "queue"),
    [
        ("fetch", "ARTICLE_QUEUE_URL", "ArticleQueue"),
        ("fetch", "FETCH_QUEUE_URL", "FetchQueue"),
        ("fetch", "FETCH_DEAD_LETTER_QUEUE_URL", "FetchDeadLetterQueue"),
        ("extract", "ARTICLE_QUEUE_URL", "ArticleQueue"),
        ("extract", "DEAD_LETTER_QUEUE_URL", "ArticleDeadLetterQueue"),
    ],
)
def test_each_queues_address_is_the_queue_that_it_names(
    stack: Template, stage: str, variable: str, queue: str
) -> None:
    assert _function(stack, stage)["Environment"]["Variables"][variable] == {"Ref": queue}


@pytest.mark.parametrize("stage", STAGES)
def test_all_stages_know_the_same_feed_table(stack: Template, stage: str) -> None:
    assert _function(stack, stage)["Environment"]["Variables"]["FEED_TABLE"] == {"Ref": "FeedTable"}


@pytest.mark.parametrize("stage", STAGES)
def test_the_artefact_keeps_the_import_path(stack: Template, stage: str) -> None:
    function = stack.resources[f"{stage.capitalize()}Function"]
    assert function["Properties"]["Handler"] == f"functions.{stage}.app.lambda_handler"
    assert function["Metadata"]["BuildProperties"] == {
        "ParentPackageMode": "explicit",
        "ParentPackages": f"functions.{stage}",
    }


@pytest.mark.parametrize("stage", STAGES)
def test_runtime_processor_and_layer_are_the_same_for_all(stack: Template, stage: str) -> None:
    function = _function(stack, stage)
    (layer,) = stack.of_type("AWS::Lambda::LayerVersion")
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert function["Layers"] == [{"Ref": layer}]
    assert stack.resources[layer]["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]


@pytest.mark.parametrize("stage", STAGES)
def test_a_new_account_can_deploy_it(stack: Template, stage: str) -> None:
    assert "ReservedConcurrentExecutions" not in _function(stack, stage)


@pytest.mark.parametrize(("stage", "parent"), [("fetch", 400), ("extract", 200)])
def test_a_document_that_blows_up_kills_its_worker_and_not_the_function(
    stack: Template, stage: str, parent: int
) -> None:
    """What the function itself takes at most, in megabytes, is of docs/decisions/0120."""
    megabyte, reserve = 1024 * 1024, 64
    memory = _function(stack, stage)["MemorySize"] * megabyte
    assert WorkerLimits().memory_bytes + (parent + reserve) * megabyte <= memory


@pytest.mark.parametrize("stage", STAGES)
def test_logs_go_to_the_stacks_own_group_and_expire(stack: Template, stage: str) -> None:
    logging = _function(stack, stage)["LoggingConfig"]
    group = stack.resources[logging["LogGroup"]["Ref"]]["Properties"]
    assert logging["LogFormat"] == "JSON"
    assert group["LogGroupName"] == {"Fn::Sub": "/newswire/${AWS::StackName}/" + stage}
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_parameter_and_output_explains_itself(stack: Template) -> None:
    entries = {**stack.document["Parameters"], **stack.document["Outputs"]}
    assert [name for name, entry in entries.items() if not entry.get("Description")] == []


def test_every_parameter_has_a_default_that_it_allows(stack: Template) -> None:
    for name, parameter in stack.document["Parameters"].items():
        allowed = parameter.get("AllowedValues", [parameter["Default"]])
        assert parameter["Default"] in allowed, name
        assert re.search(parameter.get("AllowedPattern", ""), str(parameter["Default"])), name


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("", True),
        ("https://kabar.example", True),
        ("http://localhost:8000", True),
        ("https://kabar.example/", False),
        ("https://kabar.example/berita", False),
        ("kabar.example", False),
        ("https://kabar.example:8443", False),  # CloudFront listens nowhere but at 443
    ],
)
def test_the_portal_url_has_a_scheme_and_no_trailing_slash(stack: Template, url: str, allowed: bool) -> None:
    parameter = stack.document["Parameters"]["PortalUrl"]
    assert bool(re.search(parameter["AllowedPattern"], url)) is allowed
    assert "without port, path or trailing slash" in parameter["ConstraintDescription"]


@pytest.mark.parametrize(
    ("dollars", "allowed"),
    [
        ("0", True),
        ("5", True),
        ("120.50", True),
        ("0.5", True),
        ("0.0", False),
        ("0.00", False),
        ("00", False),
        ("-1", False),
        ("1e2", False),
        ("", False),
    ],
)
def test_a_budget_of_nothing_is_written_in_one_way_only(stack: Template, dollars: str, allowed: bool) -> None:
    parameter = stack.document["Parameters"]["MonthlyBudgetUsd"]
    assert bool(re.search(parameter["AllowedPattern"], dollars)) is allowed
    assert stack.document["Conditions"]["HasBudget"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "MonthlyBudgetUsd"}, parameter["Default"]]}]
    }
