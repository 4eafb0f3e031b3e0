"""AWS clients, made when first asked for and with the same patience everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# Time-outs below every function's own, so that a stuck call is retried and not killed with its batch.
_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
# For what can be done without: one more try, and no more than a few seconds.
_HASTY = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})


def s3_client() -> S3Client:
    """Return a client for S3."""
    return boto3.client("s3", config=_CONFIG)


def sqs_client() -> SQSClient:
    """Return a client for SQS."""
    return boto3.client("sqs", config=_CONFIG)


def dynamodb_client(*, patient: bool = True) -> DynamoDBClient:
    """Return a client for DynamoDB; one that is not ``patient`` is for reads that can be done without."""
    return boto3.client("dynamodb", config=_CONFIG if patient else _HASTY)
