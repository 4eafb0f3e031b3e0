"""A deployed stack: its stores, and its distribution, which is told what to forget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import boto3

from local.stack_outputs import all_outputs, stack_outputs
from local.takedown.stores import Stores, scanned
from newswire import aws, catalogue
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.tables import Table

_OUTPUTS = ("ArticleTableName", "ArticleBucketName", "SiteBucketName", "Portal")


@dataclass(frozen=True, slots=True)
class Distribution:
    """The CloudFront distribution of a stack."""

    id: str

    def invalidate(self, paths: Sequence[str], reference: str) -> str:
        """Have the edges forget these paths; return the invalidation's id. Equal references count once."""
        batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}
        client = boto3.client("cloudfront")
        answer = client.create_invalidation(DistributionId=self.id, InvalidationBatch=batch)
        return str(answer["Invalidation"]["Id"])


def stores_of(stack: str) -> Stores:
    """Return a stack's stores; raise :class:`~local.stack_outputs.NoSuchStack` where it is none of ours."""
    outputs = stack_outputs(stack, *_OUTPUTS)
    dynamodb, s3 = aws.dynamodb_client(), aws.s3_client()
    unreadable: dict[str, str] = {}
    archive = Bucket(s3, outputs["ArticleBucketName"])
    return Stores(
        articles=ArticleTable(Table(dynamodb, outputs["ArticleTableName"])),
        archive=archive,
        site=Bucket(s3, outputs["SiteBucketName"]),
        catalogue=catalogue.load(archive, outputs["Portal"]),
        portal_url=outputs["Portal"],
        records=partial(scanned, dynamodb, outputs["ArticleTableName"], unreadable),
        now=lambda: datetime.now(UTC),
        unreadable=unreadable,
    )


def distribution_of(stack: str) -> Distribution | None:
    """Return the stack's distribution, ``None`` with ``EnableCdn=false``."""
    identity = all_outputs(stack).get("DistributionId")
    return None if identity is None else Distribution(identity)
