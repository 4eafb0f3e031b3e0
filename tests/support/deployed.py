"""The stack of ``aws_stack``, as CloudFormation names it to the operator's commands."""

from __future__ import annotations

import json
from typing import Any

import boto3

from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, FEED_TABLE, REGION, SITE_BUCKET, Stack

NAME = "newswire"


def deploy(stack: Stack) -> None:
    """Let CloudFormation know the stack, whose outputs name its tables and buckets."""
    outputs = {
        "ArticleTableName": ARTICLE_TABLE,
        "FeedTableName": FEED_TABLE,
        "ArticleBucketName": ARTICLE_BUCKET,
        "SiteBucketName": SITE_BUCKET,
        "ArticleQueueUrl": stack.queue_url,
    }
    template: dict[str, Any] = {
        "Resources": {"Any": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    boto3.client("cloudformation", REGION).create_stack(StackName=NAME, TemplateBody=json.dumps(template))
