"""The names that the template gives: they fit, and neither another stack nor another region has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.template import Template
from tests.deploy.rules.reading import readable

# docs/deploy.md states it. What comes first is the name of the origin access control.
LONGEST_STACK_NAME = 49
_LONGEST_REGION = "ap-southeast-1"
# Every kind of character that CloudFormation takes in the name of a stack
_STACK_NAME = ("Kabar-2" * LONGEST_STACK_NAME)[:LONGEST_STACK_NAME]

_WORD = r"[A-Za-z0-9_-]+"
# Where each type has its name, how long that may be, and what may be in it. Sources: the services' API
# references (CreateQueue, PublishLayerVersion, ...) and, for CloudFront, "Quotas" in its developer guide.
NAMES: Mapping[str, tuple[tuple[str, ...], int, str]] = {
    "AWS::Budgets::Budget": (("Budget", "BudgetName"), 100, r"[^:\\]+"),
    "AWS::CloudFront::CachePolicy": (("CachePolicyConfig", "Name"), 128, _WORD),
    "AWS::CloudFront::Function": (("Name",), 64, _WORD),
    "AWS::CloudFront::OriginAccessControl": (("OriginAccessControlConfig", "Name"), 64, _WORD),
    "AWS::CloudFront::ResponseHeadersPolicy": (("ResponseHeadersPolicyConfig", "Name"), 128, _WORD),
    "AWS::CloudWatch::Alarm": (("AlarmName",), 255, r".+"),
    "AWS::CloudWatch::Dashboard": (("DashboardName",), 255, _WORD),
    "AWS::DynamoDB::Table": (("TableName",), 255, r"[A-Za-z0-9_.-]{3,}"),
    "AWS::IAM::Role": (("RoleName",), 64, r"[\w+=,.@-]+"),
    "AWS::Lambda::Function": (("FunctionName",), 64, _WORD),
    "AWS::Lambda::LayerVersion": (("LayerName",), 140, _WORD),
    "AWS::Logs::LogGroup": (("LogGroupName",), 512, r"[.\-_/#A-Za-z0-9]+"),
    "AWS::S3::Bucket": (("BucketName",), 63, r"[a-z0-9][a-z0-9.-]+[a-z0-9]"),
    "AWS::SNS::Topic": (("TopicName",), 256, _WORD),
    "AWS::SQS::Queue": (("QueueName",), 80, rf"{_WORD}(\.fifo)?"),
    "AWS::Scheduler::Schedule": (("Name",), 64, r"[0-9A-Za-z_.-]+"),
}
# Services that have one set of names for all regions.
_GLOBAL = ("AWS::Budgets::", "AWS::CloudFront::", "AWS::IAM::", "AWS::S3::")


def names(stack: Template) -> Iterator[str]:
    """Each name fits, whatever the stack's, and holds the stack's and, where it must, the region."""
    for logical_id, resource in stack.resources.items():
        path, longest, pattern = NAMES.get(resource["Type"], ((), 0, ""))
        name = _at(resource.get("Properties", {}), path) if path else None
        if name is None:
            continue
        text = _rendered(name)
        if len(text) > longest:
            yield f"{logical_id}: {text} has {len(text)} characters; {longest} are allowed"
        if not re.fullmatch(pattern, text):
            yield f"{logical_id}: {text} has characters that no name may have"
        if _STACK_NAME not in text:
            yield f"{logical_id}: another stack would have the name {text}"
        if resource["Type"].startswith(_GLOBAL) and _LONGEST_REGION not in text:
            yield f"{logical_id}: the stack would have the name {text} in another region, too"


def _at(properties: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = properties
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _rendered(name: Any) -> str:
    text = name["Fn::Sub"] if isinstance(name, dict) and isinstance(name.get("Fn::Sub"), str) else name
    if isinstance(text, dict):
        text = f"${{{readable(text)}}}" if "Ref" in text else json.dumps(text)
    return str(text).replace("${AWS::StackName}", _STACK_NAME).replace("${AWS::Region}", _LONGEST_REGION)
