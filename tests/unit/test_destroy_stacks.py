"""What ``make destroy`` asks CloudFormation, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.destroy import stacks
from local.destroy.command import Cloud, Destruction, NotAllowed, Talk
from local.destroy.inventory import Amount, amount_words, is_ours, plan, title
from local.destroy.stacks import FoundStack, NotDeleted, Resource
from local.stack_outputs import NoSuchStack

ARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/newswire"
CREATED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
STACK = FoundStack(f"{ARN}/1", "newswire", "UPDATE_COMPLETE", CREATED)
TABLE = Resource("ArticleTable", "AWS::DynamoDB::Table", "newswire-ArticleTable-A", "CREATE_COMPLETE")
BUCKET = Resource("SiteBucket", "AWS::S3::Bucket", "newswire-sitebucket-b", "CREATE_COMPLETE")
OURS = (
    TABLE,
    BUCKET,
    replace(TABLE, logical="FeedTable", physical="newswire-FeedTable-C"),
    replace(BUCKET, logical="ArticleBucket", physical="newswire-articlebucket-d"),
)


@pytest.fixture
def cloudformation() -> Iterator[tuple[Any, Stubber]]:
    """Return a client whose answers a test writes."""
    client = boto3.client("cloudformation", region_name="us-east-1")
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def _described(status: str, **more: Any) -> dict[str, Any]:
    one = {"StackId": STACK.id, "StackName": "newswire", "StackStatus": status, "CreationTime": CREATED}
    return {"Stacks": [{**one, **more}]}


def _summary(
    logical: str, kind: str, physical: str, status: str = "CREATE_COMPLETE", reason: str = ""
) -> Any:
    return {
        "LogicalResourceId": logical,
        "ResourceType": kind,
        "PhysicalResourceId": physical,
        "ResourceStatus": status,
        "LastUpdatedTimestamp": CREATED,
        **({"ResourceStatusReason": reason} if reason else {}),
    }


def _listed(*summaries: Any) -> dict[str, Any]:
    return {"StackResourceSummaries": list(summaries)}


def _unknown(stubber: Stubber, operation: str, what: str) -> None:
    stubber.add_client_error(operation, "ValidationError", f"Stack {what} does not exist")


def test_the_resources_of_inner_stacks_are_found(cloudformation: tuple[Any, Stubber]) -> None:
    client, stubber = cloudformation
    inner = f"{ARN}-AlarmsStack/2"
    stubber.add_response(
        "list_stack_resources",
        _listed(
            _summary("AlarmsStack", "AWS::CloudFormation::Stack", inner),
            _summary("A", "AWS::S3::Bucket", "a"),
        ),
        {"StackName": STACK.id},
    )
    stubber.add_response(
        "list_stack_resources", _listed(_summary("Topic", "AWS::SNS::Topic", "t")), {"StackName": inner}
    )
    found = [(one.logical, one.inner) for one in stacks.resources(client, STACK.id)]
    assert found == [("AlarmsStack", False), ("Topic", True), ("A", False)]


def test_the_latest_deleted_stack_that_has_left_something_is_meant(
    cloudformation: tuple[Any, Stubber],
) -> None:
    client, stubber = cloudformation
    summaries = [
        {
            "StackId": f"{ARN}/{number}",
            "StackName": name,
            "StackStatus": stacks.GONE,
            "CreationTime": CREATED,
            "DeletionTime": CREATED.replace(day=day),
        }
        for number, name, day in (
            (1, "newswire", 6),
            (2, "newswire", 8),
            (3, "newswire", 7),
            (4, "newswire-prod", 9),
        )
    ]
    inner = {
        **summaries[0],
        "StackId": f"{ARN}/5",
        "ParentId": f"{ARN}/9",
        "DeletionTime": CREATED.replace(day=10),
    }
    _unknown(stubber, "describe_stacks", "newswire")
    stubber.add_response(
        "list_stacks", {"StackSummaries": [*summaries, inner]}, {"StackStatusFilter": ["DELETE_COMPLETE"]}
    )
    asked: list[str] = []

    def has_left(stack: FoundStack) -> bool:
        asked.append(stack.id)
        return stack.id == f"{ARN}/3"

    assert stacks.find(client, "newswire", "us-east-1", has_left).id == f"{ARN}/3"
    assert asked == [f"{ARN}/2", f"{ARN}/3"]


def test_a_resource_of_another_stack_by_now_is_known_as_such(cloudformation: tuple[Any, Stubber]) -> None:
    client, stubber = cloudformation
    one = {
        "StackId": f"{ARN}-prod/7",
        "LogicalResourceId": "ArticleTable",
        "PhysicalResourceId": "t",
        "ResourceType": "AWS::DynamoDB::Table",
        "Timestamp": CREATED,
        "ResourceStatus": "IMPORT_COMPLETE",
    }
    stubber.add_response("describe_stack_resources", {"StackResources": [one]}, {"PhysicalResourceId": "t"})
    assert stacks.owner(client, "t") == f"{ARN}-prod/7"
    _unknown(stubber, "describe_stack_resources", "for t")
    assert stacks.owner(client, "t") is None


def test_what_cloudformation_cannot_delete_is_named_with_its_reason(
    cloudformation: tuple[Any, Stubber],
) -> None:
    client, stubber = cloudformation
    stubber.add_response("delete_stack", {}, {"StackName": STACK.id})
    stubber.add_response("describe_stacks", _described("DELETE_FAILED"), {"StackName": STACK.id})
    stubber.add_response(
        "list_stack_resources",
        _listed(
            _summary("Distribution", "AWS::CloudFront::Distribution", "E1", "DELETE_FAILED", "Access denied")
        ),
    )
    with pytest.raises(NotDeleted, match="could not delete newswire: Distribution: Access denied"):
        stacks.delete(client, STACK, lambda _: None, lambda _: None)


def test_a_deletion_that_runs_already_is_waited_for_and_not_asked_again(
    cloudformation: tuple[Any, Stubber],
) -> None:
    client, stubber = cloudformation
    told: list[str] = []
    slept: list[float] = []
    stubber.add_response("describe_stacks", _described("DELETE_IN_PROGRESS"), {"StackName": STACK.id})
    stubber.add_response(
        "list_stack_resources",
        _listed(_summary("Distribution", "AWS::CloudFront::Distribution", "E1", "DELETE_IN_PROGRESS")),
    )
    stubber.add_response("describe_stacks", _described("DELETE_COMPLETE"), {"StackName": STACK.id})
    stacks.delete(client, replace(STACK, status="DELETE_IN_PROGRESS"), slept.append, told.append)
    assert told == ["  DELETE_IN_PROGRESS: waits for Distribution"]
    assert len(slept) == 1


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (_described("UPDATE_IN_PROGRESS"), "is UPDATE_IN_PROGRESS; wait until that has ended"),
        (_described("UPDATE_COMPLETE", EnableTerminationProtection=True), "termination protection"),
    ],
)
def test_a_stack_that_may_not_be_deleted_now_says_what_to_do(
    cloudformation: tuple[Any, Stubber], described: dict[str, Any], message: str
) -> None:
    client, stubber = cloudformation
    stubber.add_response("describe_stacks", described, {"StackName": "newswire"})
    ours = [_summary(one.logical, one.kind, one.physical) for one in OURS]
    stubber.add_response("list_stack_resources", _listed(*ours))
    with pytest.raises(NotAllowed, match=message):
        _destruction(client).run("newswire")


def test_a_stack_whose_first_change_set_was_never_executed_is_removed(
    cloudformation: tuple[Any, Stubber],
) -> None:
    client, stubber = cloudformation
    said: list[str] = []
    stubber.add_response("describe_stacks", _described("REVIEW_IN_PROGRESS"), {"StackName": "newswire"})
    stubber.add_response("list_stack_resources", _listed(), {"StackName": STACK.id})
    stubber.add_response("delete_stack", {}, {"StackName": STACK.id})
    _unknown(stubber, "describe_stacks", STACK.id)
    stubber.add_response("list_stack_resources", _listed(), {"StackName": STACK.id})
    _destruction(client, said).run("newswire")
    assert said[-1] == "the stack is deleted"
    assert "  nothing that holds anything" in said


def test_what_a_first_deploy_that_failed_has_rolled_back_is_no_part_of_the_stack(
    cloudformation: tuple[Any, Stubber],
) -> None:
    client, stubber = cloudformation
    said: list[str] = []
    gone = _summary(TABLE.logical, TABLE.kind, TABLE.physical, "DELETE_COMPLETE")
    stubber.add_response("describe_stacks", _described("ROLLBACK_COMPLETE"), {"StackName": "newswire"})
    stubber.add_response("list_stack_resources", _listed(gone), {"StackName": STACK.id})
    stubber.add_response("delete_stack", {}, {"StackName": STACK.id})
    _unknown(stubber, "describe_stacks", STACK.id)
    stubber.add_response("list_stack_resources", _listed(gone), {"StackName": STACK.id})
    _destruction(client, said).run("newswire")
    assert "ROLLBACK_COMPLETE): 0 resources, of these" in said[0]
    assert said[-1] == "the stack is deleted"


def test_a_deleted_stack_by_its_id_that_has_left_nothing_says_so(cloudformation: tuple[Any, Stubber]) -> None:
    client, stubber = cloudformation
    stubber.add_response("describe_stacks", _described("DELETE_COMPLETE"), {"StackName": STACK.id})
    gone = _summary(TABLE.logical, TABLE.kind, TABLE.physical, "DELETE_COMPLETE")
    stubber.add_response("list_stack_resources", _listed(gone), {"StackName": STACK.id})
    with pytest.raises(NoSuchStack, match="is deleted and has left nothing"):
        _destruction(client).run(STACK.id)


def _destruction(client: Any, said: list[str] | None = None) -> Destruction:
    def no_stores(*_: Any) -> Any:
        raise AssertionError("no store is asked")

    talk = Talk((said if said is not None else []).append, lambda _: None, lambda _: True, lambda _: None)
    clients: Any = no_stores
    return Destruction(Cloud(client, clients, "us-east-1"), talk)


def test_only_a_stack_of_the_template_is_ours() -> None:
    assert is_ours(OURS)
    assert not is_ours([replace(one, kind="AWS::SQS::Queue") for one in OURS])
    for one in OURS:
        assert not is_ours([other for other in OURS if other != one])


def test_a_stack_that_has_ours_inside_of_it_is_another_programs() -> None:
    assert not is_ours([replace(one, inner=True) for one in OURS])


@pytest.mark.parametrize("name", ["newswire", STACK.id])
def test_what_another_programs_deleted_stack_has_left_is_not_touched(
    cloudformation: tuple[Any, Stubber], name: str
) -> None:
    """A table that is called as ours is, retained by its owner on purpose."""
    client, stubber = cloudformation
    if name == STACK.id:
        stubber.add_response("describe_stacks", _described("DELETE_COMPLETE"), {"StackName": name})
    else:
        _unknown(stubber, "describe_stacks", name)
        summary = {**_described("DELETE_COMPLETE")["Stacks"][0], "DeletionTime": CREATED}
        stubber.add_response("list_stacks", {"StackSummaries": [summary]})
    kept = _summary(TABLE.logical, TABLE.kind, TABLE.physical, "DELETE_SKIPPED")
    stubber.add_response("list_stack_resources", _listed(kept), {"StackName": STACK.id})
    with pytest.raises(NoSuchStack, match=r"left (any|no)thing of Newswire's to remove"):
        _destruction(client).run(name)


def test_a_first_deploy_that_failed_before_every_store_was_begun_is_removed(
    cloudformation: tuple[Any, Stubber],
) -> None:
    client, stubber = cloudformation
    said: list[str] = []
    gone = _summary("FetchQueue", "AWS::SQS::Queue", "q", "DELETE_COMPLETE")
    stubber.add_response("describe_stacks", _described("ROLLBACK_COMPLETE"), {"StackName": "newswire"})
    stubber.add_response("list_stack_resources", _listed(gone), {"StackName": STACK.id})
    stubber.add_response("delete_stack", {}, {"StackName": STACK.id})
    _unknown(stubber, "describe_stacks", STACK.id)
    stubber.add_response("list_stack_resources", _listed(gone), {"StackName": STACK.id})
    _destruction(client, said).run("newswire")
    assert said[-1] == "the stack is deleted"


def test_keeping_the_articles_keeps_their_table_and_bucket() -> None:
    articles = replace(BUCKET, logical="ArticleBucket")
    feeds = replace(TABLE, logical="FeedTable")
    queue = Resource("FetchQueue", "AWS::SQS::Queue", "q", "CREATE_COMPLETE")
    kept = plan([TABLE, feeds, articles, BUCKET, queue], keeps_articles=True)
    assert (kept.stores, kept.kept) == ((feeds, BUCKET), (TABLE, articles))
    assert plan([TABLE, queue], keeps_articles=False).stores == (TABLE,)


def test_a_title_says_which_stack_it_is_and_where() -> None:
    assert title(STACK, [TABLE], "us-east-1") == (
        "stack newswire (us-east-1, created 2026-01-05 01:00 UTC, UPDATE_COMPLETE): 1 resource, of these"
    )
    assert "is deleted and has left" in title(replace(STACK, status=stacks.GONE), [TABLE], "us-east-1")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Amount(12345, "object", 4_310_000_000, 20000), "12,345 objects, 20,000 versions, 4.3 GB"),
        (
            Amount(100000, "object", 999_600, 100000, least=True),
            "more than 100,000 objects, more than 100,000 versions, 1.0 MB",
        ),
        (Amount(3, "message"), "3 messages"),
        (Amount(size=0), "0 bytes"),
        (Amount(size=2_000_000_000_000_000), "2000 TB"),
    ],
)
def test_amounts_are_words_that_a_person_reads(amount: Amount, words: str) -> None:
    assert amount_words(amount) == words
