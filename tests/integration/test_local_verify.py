"""``make verify``: a folder of make run, or a deployed stack, is checked and what is broken is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.saved_state import State, StateStore
from local.verify.__main__ import main
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, REGION, SITE_BUCKET, Stack
from tests.support.publish_articles import make_article
from tests.support.publish_world import World

NAMES = ("names", "forms", "texts", "hashes", "provenance", "items", "pages")


@pytest.fixture
def world() -> World:
    """Return a published portal of an article that is shown whole and one of which an excerpt is."""
    world = World()
    for number, owner in enumerate(("harian", "warta")):
        article = make_article(world.catalogue, number, owner)
        provenance = replace(article.provenance, page_sha256="a" * 64)
        assert world.publish(world.store(replace(article, provenance=provenance))) == set()
    return world


@pytest.fixture
def out(world: World, tmp_path: Path, stack: Stack) -> Path:
    """Return the folder that ``make run`` leaves of this portal."""
    table = Table(stack.dynamodb, ARTICLE_TABLE)
    items = [table.put_request(item.to_item(), expected_version=None)["Item"] for item in live(world)]
    store = StateStore(tmp_path / "state")
    with store.claimed():
        store.save(State(datetime(2026, 1, 2, tzinfo=UTC), None, "", {"ArticleTable": items}))
    for key, body in [*world.files(), *((f"site/{key}", page) for key, page in world.pages())]:
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return tmp_path


def live(world: World) -> list[ArticleItem]:
    return list(world.articles.indexed.values())


def deploy(world: World, stack: Stack) -> None:
    """Put the portal into a stack that CloudFormation knows."""
    values = {
        "ArticleTableName": ARTICLE_TABLE,
        "ArticleBucketName": ARTICLE_BUCKET,
        "SiteBucketName": SITE_BUCKET,
    }
    template: dict[str, Any] = {
        "Resources": {"Any": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": value} for name, value in values.items()},
    }
    boto3.client("cloudformation", REGION).create_stack(
        StackName="newswire", TemplateBody=json.dumps(template)
    )
    table = ArticleTable(Table(stack.dynamodb, ARTICLE_TABLE))
    for item in live(world):
        table.commit(item, expected_version=None)
    for key, body in world.files():
        stack.put_object(key, body)
    for key, body in world.pages():
        stack.put_object(key, body, SITE_BUCKET)


def test_a_run_is_whole(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(out)]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert [line.split(":")[0].split() for line in told.out.splitlines()] == [
        *([name, "2", "checked,", "0", "broken"] for name in NAMES),
        ["erased", "0", "checked,", "0", "broken"],
    ]


def test_each_broken_file_is_named_with_what_is_wrong(
    world: World, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, excerpt = sorted(live(world), key=lambda item: item.owner.id)
    file, page = out / whole.article_key, out / "site" / "a" / f"{excerpt.slug}-{excerpt.id}.html"
    file.write_bytes(file.read_bytes().replace(b"kedua", b"ketiga"))
    page.write_bytes(page.read_bytes().replace(b"<p>Paragraf", b"<p>Bukan paragraf"))
    assert main(["--out", str(out)]) == 1
    told = capsys.readouterr()
    named = [line.split(": ")[:2] for line in told.err.splitlines()]
    assert named == [
        ["! names", whole.article_key],
        ["! hashes", whole.article_key],
        ["! pages", f"a/{whole.slug}-{whole.id}.html"],
        ["! pages", f"a/{excerpt.slug}-{excerpt.id}.html"],
    ]
    assert "names            2 checked, 1 broken" in told.out


def test_a_file_beside_the_articles_is_named(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "articles" / "note.txt").write_text("x", encoding="utf-8")
    assert main(["--out", str(out)]) == 1
    assert "! names: articles/note.txt: is not named articles/<id>/<sha256>.json" in capsys.readouterr().err


@pytest.mark.parametrize("saved", [False, True])
def test_where_nothing_is_stored_nothing_is_said_to_be_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], saved: bool
) -> None:
    store = StateStore(tmp_path / "state")
    with store.claimed():
        if saved:
            store.save(State(datetime(2026, 1, 2, tzinfo=UTC), None, ""))
    assert main(["--out", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)


def test_a_deployed_stack_is_checked_as_well(
    world: World, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(world, stack)
    assert main(["--stack", "newswire"]) == 0
    assert capsys.readouterr().out.count(" 2 checked, 0 broken") == len(NAMES)
    (item, other) = live(world)
    stack.put_object(item.article_key, b"{}")
    stack.s3.delete_object(Bucket=ARTICLE_BUCKET, Key=other.article_key)
    assert main(["--stack", "newswire"]) == 1
    told = capsys.readouterr().err
    assert f"! names: {item.article_key}: its bytes have the SHA-256 " in told
    assert f"! items: {other.article_key}: is missing; article {other.id} points to it" in told


@pytest.mark.usefixtures("stack")
def test_a_stack_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "newswire"]) == 2
    assert capsys.readouterr().err.startswith("stack newswire: ")


def test_a_file_that_was_deleted_or_overwritten_is_found_and_comes_back_by_its_versions(
    world: World, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.s3.put_bucket_versioning(Bucket=ARTICLE_BUCKET, VersioningConfiguration={"Status": "Enabled"})
    deploy(world, stack)
    deleted, damaged = (item.article_key for item in live(world))
    stack.s3.delete_object(Bucket=ARTICLE_BUCKET, Key=deleted)
    stack.put_object(damaged, b"{}")
    assert main(["--stack", "newswire"]) == 1
    told = capsys.readouterr().err
    assert f"! items: {deleted}: is missing" in told
    assert f"! names: {damaged}: its bytes have the SHA-256 " in told

    versions = stack.s3.list_object_versions(Bucket=ARTICLE_BUCKET, Prefix="articles/")
    newest = [*versions["DeleteMarkers"], *(one for one in versions["Versions"] if one["Key"] == damaged)]
    for one in newest:
        if one["IsLatest"]:
            stack.s3.delete_object(Bucket=ARTICLE_BUCKET, Key=one["Key"], VersionId=one["VersionId"])

    assert main(["--stack", "newswire"]) == 0
