"""Roles: single actions on single resources, and nothing that a stage does not do."""

from __future__ import annotations

import pytest

from local.template import Template
from tests.deploy.grants import grants

OF_A_CONSUMER = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}
ROLES = ("FetchRole", "ExtractRole", "PublishRole", "ScheduleRole")


def test_each_role_is_one_of_those_listed_here(stack: Template) -> None:
    assert set(stack.of_type("AWS::IAM::Role")) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_every_grant_stands_once(stack: Template, role: str) -> None:
    given = list(grants(stack, role))
    assert sorted(given) == sorted(set(given))


def test_no_stage_scans_a_table_and_only_extract_deletes_what_is_no_bookkeeping(stack: Template) -> None:
    """Retention: articles' files and pictures; a purge: their versions; and nothing of the site."""
    given = {(action, resource) for role in ROLES for action, resource in grants(stack, role)}
    assert "dynamodb:Scan" not in {action for action, _ in given}
    assert {(action, resource) for action, resource in given if "Delete" in action} == {
        ("s3:DeleteObject", "ArticleBucket.Arn/articles/*"),
        ("s3:DeleteObject", "ArticleBucket.Arn/images/*"),
        ("s3:DeleteObjectVersion", "ArticleBucket.Arn/articles/*"),
        ("s3:DeleteObjectVersion", "ArticleBucket.Arn/images/*"),
        ("sqs:DeleteMessage", "ArticleQueue.Arn"),
        ("sqs:DeleteMessage", "FetchQueue.Arn"),
        ("dynamodb:DeleteItem", "FeedTable.Arn"),
    }


def test_who_deletes_articles_cannot_write_the_site_and_who_writes_the_site_not_the_archive(
    stack: Template,
) -> None:
    changes = {
        role: {
            resource.partition(".")[0]
            for action, resource in grants(stack, role)
            if action in ("s3:DeleteObject", "s3:PutObject")
        }
        for role in ROLES
    }
    assert changes["ExtractRole"] == {"ArticleBucket"}
    assert changes["PublishRole"] == {"SiteBucket"}
    deleting = {role for role in ROLES if "s3:DeleteObject" in {one for one, _ in grants(stack, role)}}
    assert deleting == {"ExtractRole"}


@pytest.mark.parametrize(
    ("role", "buckets"),
    [
        ("FetchRole", {"ArticleBucket"}),
        ("ExtractRole", {"ArticleBucket"}),
        ("PublishRole", {"ArticleBucket", "SiteBucket"}),
    ],
)
def test_a_missing_object_answers_404_to_who_reads_it(stack: Template, role: str, buckets: set[str]) -> None:
    """Without ListBucket, S3 answers 403 for a key that does not exist."""
    listed = {resource for action, resource in grants(stack, role) if action == "s3:ListBucket"}
    assert listed == {f"{bucket}.Arn" for bucket in buckets}


def test_one_stage_writes_each_store(stack: Template) -> None:
    """The stages meet in the stores; only the marks that say when to look again have a second writer."""
    writers = {
        (role, resource)
        for role in ROLES
        for action, resource in grants(stack, role)
        if action in ("s3:PutObject", "dynamodb:PutItem")
    }
    assert writers == {
        ("FetchRole", "ArticleBucket.Arn/feeds/*"),
        ("FetchRole", "ArticleBucket.Arn/hints/*"),
        ("FetchRole", "FeedTable.Arn"),
        ("ExtractRole", "ArticleBucket.Arn/articles/*"),
        ("ExtractRole", "ArticleBucket.Arn/images/*"),
        ("ExtractRole", "ArticleTable.Arn"),
        ("ExtractRole", "FeedTable.Arn"),
        ("PublishRole", "PingTable.Arn"),
        ("PublishRole", "SiteBucket.Arn/*"),
    }


def test_publish_reads_how_feeds_do_and_does_nothing_else_to_them(stack: Template) -> None:
    allowed = {action for action, resource in grants(stack, "PublishRole") if "FeedTable" in resource}
    assert allowed == {"dynamodb:BatchGetItem"}


def test_publish_may_query_the_indexes_that_it_reads_and_fetch_its_own(stack: Template) -> None:
    queried = {
        role: {
            resource.rpartition("/")[2]
            for action, resource in grants(stack, role)
            if action == "dynamodb:Query"
        }
        for role in ROLES
    }
    assert queried["FetchRole"] == {"by-recheck"}
    assert queried["PublishRole"] == {"by-portal", "by-category", "by-owner", "by-language", "by-change"}
    assert not queried["ExtractRole"]


def test_what_a_mapping_needs_of_its_queue_is_granted_and_only_extract_postpones(stack: Template) -> None:
    takes = {
        role: {(action, resource) for action, resource in grants(stack, role) if action in OF_A_CONSUMER}
        for role in ROLES
    }
    mapped = OF_A_CONSUMER - {"sqs:ChangeMessageVisibility"}
    assert takes == {
        # Beside what its mapping needs, fetch asks how many articles wait: many looks wait for them (0131).
        "FetchRole": {
            ("sqs:GetQueueAttributes", "ArticleQueue.Arn"),
            *((action, "FetchQueue.Arn") for action in mapped),
        },
        "ExtractRole": {(action, "ArticleQueue.Arn") for action in OF_A_CONSUMER},
        "PublishRole": set(),
        "ScheduleRole": set(),
    }


def test_each_failure_queue_takes_what_its_senders_give_up(stack: Template) -> None:
    sends = {
        (role, resource)
        for role in ROLES
        for action, resource in grants(stack, role)
        if action == "sqs:SendMessage"
    }
    assert sends == {
        ("FetchRole", "ArticleQueue.Arn"),
        ("FetchRole", "FetchQueue.Arn"),
        ("FetchRole", "FetchDeadLetterQueue.Arn"),
        ("FetchRole", "ScheduleFailureQueue.Arn"),
        ("ExtractRole", "ArticleDeadLetterQueue.Arn"),
        # Articles whose host has no turn for them in a message's time
        ("ExtractRole", "ArticleQueue.Arn"),
        ("PublishRole", "PublishFailureQueue.Arn"),
        ("PublishRole", "ScheduleFailureQueue.Arn"),
        ("ScheduleRole", "ScheduleFailureQueue.Arn"),
    }


def test_scheduler_invokes_the_scheduled_functions_for_this_account_only(stack: Template) -> None:
    invoked = {
        resource for action, resource in grants(stack, "ScheduleRole") if action == "lambda:InvokeFunction"
    }
    (trust,) = stack.resources["ScheduleRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert invoked == {"FetchFunction.Arn", "PublishFunction.Arn"}
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
