"""The local stack is the template's: created by CloudFormation, wired by what the template says."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local import distribution, template, wiring
from local.distribution import ErrorPage
from local.expressions import Expressions
from local.run import PROJECT
from local.stack import NOT_CREATED, Stack, running
from local.template import Template, TemplateError
from local.wiring import Wiring
from tests.support import aws_stack
from tests.support.local_project import TEMPLATE, write_template

PARAMETERS = {"EnableCdn": "false", "PortalUrl": "http://localhost:8000"}


@pytest.fixture(scope="module")
def translated() -> Template:
    return template.load(PROJECT / "template.yaml", PARAMETERS)


@pytest.fixture(scope="module")
def real(translated: Template) -> tuple[Stack, Wiring]:
    """Return what is known of the stack once it has been created; moto is at rest again."""
    with running(translated) as stack:
        return stack, wiring.read(translated, stack)


def test_every_type_of_the_template_is_created_or_left_out_with_a_reason(
    translated: Template, real: tuple[Stack, Wiring]
) -> None:
    stack, _ = real
    types = {resource["Type"] for resource in translated.resources.values()}
    assert types - set(stack.kinds.values()) <= set(NOT_CREATED)
    assert all(len(reason) > 10 for reason in NOT_CREATED.values())


def test_the_environment_is_resolved_against_the_created_stack(real: tuple[Stack, Wiring]) -> None:
    stack, plan = real
    publish = plan.functions["PublishFunction"]
    assert publish.handler == "functions.publish.app.lambda_handler"
    assert publish.environment["ARTICLE_TABLE"] == stack.tables["ArticleTable"]
    assert publish.environment["SITE_BUCKET"] == stack.buckets["SiteBucket"]
    assert publish.environment["PORTAL_URL"] == "http://localhost:8000"
    fetch = plan.functions["FetchFunction"].environment
    assert fetch["ARTICLE_QUEUE_URL"] == stack.queues["ArticleQueue"]
    assert fetch["FETCH_QUEUE_URL"] == stack.queues["FetchQueue"]
    assert fetch["FETCH_DEAD_LETTER_QUEUE_URL"] == stack.queues["FetchDeadLetterQueue"]


def test_the_stack_of_the_tests_has_the_templates_tables_queues_and_variables(
    translated: Template, real: tuple[Stack, Wiring], stack: aws_stack.Stack
) -> None:
    """Tests of the stages use a smaller stack that starts faster; it must not drift."""
    for logical_id, name in (
        ("FeedTable", aws_stack.FEED_TABLE),
        ("ArticleTable", aws_stack.ARTICLE_TABLE),
    ):
        wanted = translated.resources[logical_id]["Properties"]
        made = stack.dynamodb.describe_table(TableName=name)["Table"]
        assert by_name(made["AttributeDefinitions"]) == by_name(wanted["AttributeDefinitions"])
        assert indexes(made.get("GlobalSecondaryIndexes", [])) == indexes(
            wanted.get("GlobalSecondaryIndexes", [])
        )
    for logical_id, url in (("FetchQueue", stack.fetch_queue_url), ("ArticleQueue", stack.queue_url)):
        wanted = translated.resources[logical_id]["Properties"]
        made_queue = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(made_queue["RedrivePolicy"])
        assert redrive["maxReceiveCount"] == wanted["RedrivePolicy"]["maxReceiveCount"]
        assert int(made_queue["VisibilityTimeout"]) == wanted["VisibilityTimeout"]
        assert url.endswith(".fifo") == wanted.get("FifoQueue", False)
    _, plan = real
    variables = {name for function in plan.functions.values() for name in function.environment}
    assert set(stack.environment()) - {"CLOCK_OFFSET"} == {
        name for name in variables if not name.startswith("POWERTOOLS_")
    }


def by_name(definitions: Any) -> list[tuple[str, str]]:
    return sorted((entry["AttributeName"], entry["AttributeType"]) for entry in definitions)


def indexes(listed: Any) -> dict[str, tuple[list[Any], str]]:
    return {
        index["IndexName"]: (index["KeySchema"], index["Projection"]["ProjectionType"]) for index in listed
    }


def test_the_queue_mappings_are_the_templates_with_shards_before_articles(
    real: tuple[Stack, Wiring], translated: Template
) -> None:
    stack, plan = real
    shards, articles = plan.queues
    mappings = translated.of_type("AWS::Lambda::EventSourceMapping")
    assert (shards.function, shards.queue) == ("FetchFunction", "FetchQueue")
    assert (articles.function, articles.queue) == ("ExtractFunction", "ArticleQueue")
    assert shards.batch_size == mappings["FetchFunctionShards"]["BatchSize"] == 1
    assert articles.batch_size == mappings["ExtractFunctionArticles"]["BatchSize"]
    assert [mapping.url for mapping in plan.queues] == [
        stack.queues["FetchQueue"],
        stack.queues["ArticleQueue"],
    ]
    assert [mapping.dead_letter_queue for mapping in plan.queues] == [
        "FetchDeadLetterQueue",
        "ArticleDeadLetterQueue",
    ]
    assert all(mapping.reports_failures for mapping in plan.queues)


def test_the_stream_mapping_is_the_templates(real: tuple[Stack, Wiring]) -> None:
    stack, plan = real
    (mapping,) = plan.streams
    assert (mapping.function, mapping.table) == ("PublishFunction", "ArticleTable")
    assert mapping.window == timedelta(seconds=60)
    assert mapping.bisects
    assert mapping.reports_failures
    assert mapping.failure_queue == stack.queues["PublishFailureQueue"]
    assert mapping.filters.passes({"dynamodb": {"NewImage": {"type": {"S": "article"}}}})
    assert not mapping.filters.passes({"dynamodb": {"NewImage": {"type": {"S": "alias"}}}})


def test_schedules_carry_the_templates_input_and_rate(real: tuple[Stack, Wiring]) -> None:
    _, plan = real
    found = {schedule.function: (schedule.every, schedule.event) for schedule in plan.schedules}
    assert found == {
        "FetchFunction": (timedelta(minutes=15), {"trigger": "schedule", "task": "poll"}),
        "PublishFunction": (timedelta(hours=1), {"trigger": "schedule", "task": "refresh"}),
    }


def test_nothing_is_planned_where_the_parameter_says_so() -> None:
    silent = template.load(PROJECT / "template.yaml", {**PARAMETERS, "PollEveryMinutes": "0"})
    with running(silent) as stack:
        assert wiring.read(silent, stack).schedules == ()


def test_the_portal_learns_from_the_distribution_how_cloudfront_answers(translated: Template) -> None:
    found = distribution.read(translated)
    assert found.root == "index.html"
    assert found.error_pages == {403: ErrorPage(404, "404.html"), 404: ErrorPage(404, "404.html")}
    assert found.compresses
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_a_disabled_schedule_never_fires(tmp_path: Path) -> None:
    loaded = template.load(write_template(tmp_path) / "template.yaml", PARAMETERS)
    with running(loaded) as stack:
        assert [schedule.name for schedule in wiring.read(loaded, stack).schedules] == ["FetchFunctionPoll"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("Transform: AWS", "{: AWS"), "template.yaml: "),
        (("Resources:", "Things:"), "it has no Resources"),
        (("CodeUri: .\n      Handler", "CodeUri: .\n      Sender"), "FetchFunction"),
        (("PortalUrl: {", "PortalAddress: {"), "has no parameter PortalUrl; it has PortalAddress"),
        (("Failures:\n    Type: AWS::SQS::Queue", "Failures:\n    Type: AWS::Backup::Plan"), "cannot create"),
        (("rate(15 minutes)", "'cron(0 3 * * ? *)'"), "the local run takes rate(N minutes|hours|days)"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_run_says_why(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = write_template(tmp_path, TEMPLATE.replace(*change)) / "template.yaml"

    def run() -> None:
        loaded = template.load(path, PARAMETERS)
        with running(loaded) as stack:
            wiring.read(loaded, stack)

    with pytest.raises(TemplateError) as caught:
        run()
    assert message in str(caught.value)


def test_a_type_that_moto_silently_leaves_out_is_an_error(tmp_path: Path) -> None:
    text = TEMPLATE + "  Vault: {Type: AWS::Backup::BackupVault, Properties: {BackupVaultName: v}}\n"
    loaded = template.load(write_template(tmp_path, text) / "template.yaml", PARAMETERS)
    with (
        pytest.raises(TemplateError, match=r"did not create Vault \(AWS::Backup::BackupVault\)"),
        running(loaded),
    ):
        pass


def test_expressions_become_outputs_and_come_back_as_values() -> None:
    expressions = Expressions({"Function"})
    tree: dict[str, Any] = {
        "Target": {"Fn::GetAtt": ["Function", "Arn"]},
        "Url": {"Fn::If": ["A", {"Ref": "Queue"}, "none"]},
        "Absent": {"Fn::If": ["A", {"Ref": "AWS::NoValue"}, "b"]},
        "List": [{"Fn::GetAtt": "Queue.Arn"}, {"Plain": 1}],
    }
    collected = expressions.collect(tree)
    assert json.dumps(expressions.outputs)
    values = dict(zip(expressions.outputs, ["https://queue", "", "arn:queue"], strict=True))
    del values[list(expressions.outputs)[1]]
    assert expressions.fill(collected, values) == {
        "Target": "Function",
        "Url": "https://queue",
        "List": ["arn:queue", {"Plain": 1}],
    }
    assert list(expressions.outputs.values())[2] == {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}}
