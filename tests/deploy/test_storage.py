"""Tables and buckets: what they hold is kept, private and encrypted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.template import Template

ROOT = Path(__file__).parents[2]
TABLES = ("FeedTable", "ArticleTable")
BUCKETS = ("ArticleBucket", "SiteBucket")


def _keys(schema: list[dict[str, str]]) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in schema}


def _documented_indexes(table: str) -> dict[str, dict[str, str]]:
    """Return a table's indexes in docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {table}\n")[1].partition("\n## ")[0]
    rows = re.findall(r"^\| `(by-[a-z]+)` \| `(\w+)` \| `(\w+)` \|", section, re.MULTILINE)
    return {name: {"HASH": partition, "RANGE": sort} for name, partition, sort in rows}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_costs_by_use_and_can_be_restored(stack: Template, name: str) -> None:
    table = stack.resources[name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert _keys(table["KeySchema"]) == {"HASH": "pk"}


def test_bookkeeping_expires_in_the_feed_table(stack: Template) -> None:
    feed_table = stack.resources["FeedTable"]["Properties"]
    assert feed_table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_the_records_of_pings_expire_and_are_no_data_to_keep(stack: Template) -> None:
    resource = stack.resources["PingTable"]
    table = resource["Properties"]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert _keys(table["KeySchema"]) == {"HASH": "pk"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


@pytest.mark.parametrize("name", TABLES)
def test_the_indexes_are_the_documented_ones_and_hold_keys_only(stack: Template, name: str) -> None:
    indexes = stack.resources[name]["Properties"].get("GlobalSecondaryIndexes", [])
    assert {index["IndexName"]: _keys(index["KeySchema"]) for index in indexes} == _documented_indexes(name)
    assert {index["Projection"]["ProjectionType"] for index in indexes} <= {"KEYS_ONLY"}


@pytest.mark.parametrize("name", TABLES)
def test_every_key_is_text(stack: Template, name: str) -> None:
    """Moments are RFC 3339 in UTC, which sort as text."""
    table = stack.resources[name]["Properties"]
    indexes = table.get("GlobalSecondaryIndexes", [])
    schemas = [table["KeySchema"], *(index["KeySchema"] for index in indexes)]
    keys = {key["AttributeName"] for schema in schemas for key in schema}
    assert {entry["AttributeName"]: entry["AttributeType"] for entry in table["AttributeDefinitions"]} == (
        dict.fromkeys(keys, "S")
    )


def test_the_stream_tells_what_an_article_was_before(stack: Template) -> None:
    stream = stack.resources["ArticleTable"]["Properties"]["StreamSpecification"]
    assert stream == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_keeps_old_versions_for_a_while(stack: Template, name: str) -> None:
    bucket = stack.resources[name]["Properties"]
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert rules["OldVersions"]["NoncurrentVersionExpiration"]["NoncurrentDays"] >= 1
    assert "ExpirationInDays" not in rules["OldVersions"]


def test_a_deleted_article_leaves_nothing_when_its_old_versions_are_gone(stack: Template) -> None:
    """The marks that stand for deleted objects would stay for ever otherwise."""
    rules = stack.resources["ArticleBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (old,) = [rule for rule in rules if rule["Id"] == "OldVersions"]
    assert old["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert old["ExpiredObjectDeleteMarker"] is True


def test_a_hint_outlives_every_message_that_may_name_it(stack: Template) -> None:
    rules = stack.resources["ArticleBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (hints,) = [rule for rule in rules if rule.get("Prefix") == "hints/"]
    queues = stack.of_type("AWS::SQS::Queue")
    seconds = sum(
        queues[name]["MessageRetentionPeriod"] for name in ("ArticleQueue", "ArticleDeadLetterQueue")
    )
    assert hints["ExpirationInDays"] * 24 * 3600 > seconds
