"""Where items are kept: the tables of a deployed stack, or what ``make run`` has left in its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from local.local_run import ARTICLES, FEEDS, started
from local.progress import Progress
from local.stack_contents import StackContents
from local.stack_outputs import stack_outputs
from local.workspace import ARCHIVE, SITE, Workspace
from newswire import aws
from newswire.bucket import Bucket
from newswire.tables import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OUTPUTS = {ARTICLES: "ArticleTableName", FEEDS: "FeedTableName", SITE: "SiteBucketName"}


@dataclass(frozen=True, slots=True)
class Place:
    """The tables by their logical ids, and the site that shows what the articles' items say."""

    client: DynamoDBClient
    tables: Mapping[str, Table]
    site: Bucket


def deployed(stack: str) -> Place:
    """Return a stack's; raise ``NoSuchStack`` where there is none."""
    outputs = stack_outputs(stack, *_OUTPUTS.values())
    client = aws.dynamodb_client()
    tables = {name: Table(client, outputs[_OUTPUTS[name]]) for name in (ARTICLES, FEEDS)}
    return Place(client, tables, Bucket(aws.s3_client(), outputs[_OUTPUTS[SITE]]))


@contextmanager
def in_folder(out: Path, project: Path, progress: Progress) -> Iterator[Place]:
    """Lend what a run has left in ``out``, and save its tables when the block has ended well.

    Raise ``NoRun`` where there was none, ``StateError`` where one is at work.
    """
    workspace = Workspace(out, progress)
    with workspace.claimed_run() as saved, started(project, "") as begun:
        contents = StackContents(begun.stack)
        contents.restore_objects(saved, workspace.body, but={ARCHIVE})
        contents.restore_items(saved.tables)
        client, names = begun.stack.clients.dynamodb, begun.stack.tables
        tables = {name: Table(client, names[name]) for name in (ARTICLES, FEEDS)}
        yield Place(client, tables, Bucket(begun.stack.clients.s3, begun.stack.buckets[SITE]))
        workspace.save(replace(saved, tables=contents.items()))
