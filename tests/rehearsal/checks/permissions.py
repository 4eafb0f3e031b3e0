"""Roles and resource policies name what there is."""

from __future__ import annotations

from collections.abc import Iterator

from tests.rehearsal.checks.reading import grants, many
from tests.rehearsal.found import Found


def granted(found: Found) -> Iterator[str]:
    """Each resource that a role may use is there, an index or stream of a table included."""
    known = set(found.arns)
    indexes = {
        f"{table.state['TableArn']}/index/{index['IndexName']}"
        for table in found.of_type("AWS::DynamoDB::Table").values()
        for index in table.state.get("GlobalSecondaryIndexes", [])
    }
    streams = {
        str(table.state.get("LatestStreamArn")) for table in found.of_type("AWS::DynamoDB::Table").values()
    }
    for role, one in found.of_type("AWS::IAM::Role").items():
        if one.state["Attached"]:
            yield f"{role} has policies that are not in the template"
        for action, resource in grants(found, role):
            single = resource.split("/", 1)[0] if resource.startswith("arn:aws:s3:") else resource
            if single.removesuffix("/stream/*") not in known | indexes | streams:
                yield f"{role} may do {action} on {resource}, which is not there"


def said(found: Found) -> Iterator[str]:
    """Each role has the policies that its template says, and each resource its own."""
    for role, one in found.of_type("AWS::IAM::Role").items():
        wanted = {policy["PolicyName"]: policy["PolicyDocument"] for policy in one.properties["Policies"]}
        if one.state["Policies"] != wanted:
            yield f"{role} has other policies than the template says"
    for name, one in found.of_type("AWS::S3::BucketPolicy").items():
        if one.state != one.properties["PolicyDocument"]:
            yield f"{name} is not the bucket's policy"
    for name, one in found.of_type("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy").items():
        if any(policy != one.properties["PolicyDocument"] for policy in many(one.state)):
            yield f"{name} is not the policy of what it names"


def stored(found: Found) -> Iterator[str]:
    """Tables forget and can be restored as the template says; buckets are private and versioned."""
    for name, one in found.of_type("AWS::DynamoDB::Table").items():
        lifetime = one.properties.get("TimeToLiveSpecification", {}).get("AttributeName")
        if one.state["TimeToLive"].get("AttributeName") != lifetime:
            yield f"{name} forgets by {one.state['TimeToLive'].get('AttributeName')}"
        recovery = "PointInTimeRecoverySpecification" in one.properties
        status = one.state["Backups"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        if (status == "ENABLED") is not recovery:
            yield f"{name}: recovery to a point in time is {status}"
    for name, one in found.of_type("AWS::S3::Bucket").items():
        if one.state["Versioning"].get("Status") != "Enabled":
            yield f"{name} keeps no versions"
        if not all(one.state["PublicAccess"]["PublicAccessBlockConfiguration"].values()):
            yield f"{name} can be made public"
        rules = {rule["ID"] for rule in one.state["Lifecycle"]["Rules"]}
        if rules != {rule["Id"] for rule in one.properties["LifecycleConfiguration"]["Rules"]}:
            yield f"{name} has the lifecycle rules {sorted(rules)}"
