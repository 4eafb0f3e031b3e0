"""``make takedown`` and ``make restore`` on a deployed stack: what they do, say and leave to be done."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from local.takedown.__main__ import main
from local.takedown.site_files import own_keys
from newswire.article_item import TAKEDOWN, ArticleItem, Tombstone
from newswire.article_table import ArticleTable
from newswire.tables import Table
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, REGION, SITE_BUCKET, Stack
from tests.support.publish_articles import make_article
from tests.support.publish_world import World

NOTE = ("--reason", "Surat direksi")
SOURCES = """\
portal: {name: Portal, url: 'https://portal.example', tagline: x, language: id, timezone: UTC, \
contact: a@b.example}
categories: {nasional: Nasional}
sources:
  - {id: harian, name: Harian, homepage: 'https://harian.example', feeds: ['https://harian.example/rss'], \
category: nasional}
"""


class Deployment:
    """A stack that CloudFormation knows, with two articles; ``publish`` does as the function does."""

    def __init__(self, stack: Stack, *, has_cdn: bool = True) -> None:
        self.stack = stack
        self.table = ArticleTable(Table(stack.dynamodb, ARTICLE_TABLE))
        self.distribution = _distribution() if has_cdn else None
        for bucket in (ARTICLE_BUCKET, SITE_BUCKET):
            stack.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        stack.put_object("config/sources.yaml", SOURCES.encode())
        values = {
            "ArticleTableName": ARTICLE_TABLE,
            "ArticleBucketName": ARTICLE_BUCKET,
            "SiteBucketName": SITE_BUCKET,
            "Portal": "https://portal.example",
            **({"DistributionId": self.distribution} if self.distribution else {}),
        }
        outputs = {name: {"Value": value} for name, value in values.items()}
        body = {"Resources": {"Any": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs}
        boto3.client("cloudformation", REGION).create_stack(
            StackName="newswire", TemplateBody=json.dumps(body)
        )
        world = World()
        for number in range(2):
            world.publish(world.store(make_article(world.catalogue, number, "harian")))
        self.items = list(world.articles.indexed.values())
        for item in self.items:
            self.table.commit(item, expected_version=None)
        for key, page in [*world.files(), *world.files()]:
            stack.put_object(key, page + b" ")  # two versions of each
        for key, page in world.pages():
            stack.put_object(key, page, SITE_BUCKET)

    def publish(self, seconds: float = 5) -> None:
        """Put a notice in place of all that an article that is gone has in the site."""
        assert seconds > 0
        for stone in self.stones():
            for key in own_keys(stone):
                self.stack.s3.put_object(Bucket=SITE_BUCKET, Key=key, Body=b"gone", Metadata={"gone": "1"})

    def stones(self) -> list[Tombstone]:
        known = self.table.get_many(row["id"] for row in self._rows())
        return [one for one in known.values() if isinstance(one, Tombstone)]

    def versions(self, bucket: str, prefix: str) -> list[str]:
        listed: Any = self.stack.s3.list_object_versions(Bucket=bucket, Prefix=prefix)
        return [one["Key"] for kind in ("Versions", "DeleteMarkers") for one in listed.get(kind, [])]

    def invalidated(self) -> list[list[str]]:
        """Return the paths of each invalidation."""
        client = boto3.client("cloudfront", REGION)
        assert self.distribution
        found = client.list_invalidations(DistributionId=self.distribution)["InvalidationList"]
        ids = [one["Id"] for one in found.get("Items", [])]
        batches = [client.get_invalidation(DistributionId=self.distribution, Id=one) for one in ids]
        return [one["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for one in batches]

    def _rows(self) -> list[dict[str, Any]]:
        return [row for row in self.stack.items(ARTICLE_TABLE).values() if row["type"] == "article"]


def _distribution() -> str:
    origin = {"Id": "site", "DomainName": f"{SITE_BUCKET}.s3.amazonaws.com"}
    config: Any = {
        "CallerReference": "x",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin | {"S3OriginConfig": {"OriginAccessIdentity": ""}}]},
        "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all"},
    }
    made = boto3.client("cloudfront", REGION).create_distribution(DistributionConfig=config)
    return str(made["Distribution"]["Id"])


@pytest.fixture
def deployed(stack: Stack) -> Deployment:
    return Deployment(stack)


def run(*arguments: str, sleep: Callable[[float], None] = lambda _: None) -> int:
    return main(["--stack", "newswire", *arguments], sleep=sleep)


def test_an_article_goes_its_notice_is_waited_for_and_the_edges_forget_it(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    item = deployed.items[0]
    assert run("--url", item.url, *NOTE, sleep=deployed.publish) == 0
    (stone,) = deployed.stones()
    assert (stone.id, stone.reason, stone.note) == (item.id, TAKEDOWN, NOTE[1])
    (paths,) = deployed.invalidated()
    assert {f"/a/{item.slug}-{item.id}.html", f"/json/{item.id}.json", "/feed*", "/"} <= set(paths)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{item.id} is taken down: {item.url}"
    assert said[1] == "1 notice in the site, in place of page, JSON and pictures"
    assert said[2].startswith("invalidation ")
    assert len(deployed.versions(ARTICLE_BUCKET, f"articles/{item.id}/")) == 2  # it can be restored


def test_where_the_notice_does_not_come_in_time_it_says_what_to_do_and_the_same_command_does_it(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    item = deployed.items[0]
    assert run("--url", item.url, *NOTE, "--wait", "9") == 1
    said = capsys.readouterr().out
    assert "1 of 1 notice are not in the site yet" in said
    assert f"aws cloudfront create-invalidation --distribution-id {deployed.distribution}" in said
    assert deployed.invalidated() == []
    deployed.publish()
    assert run("--url", item.url, *NOTE) == 0
    assert len(deployed.invalidated()) == 1
    assert "was taken down before" in capsys.readouterr().out


def test_a_purge_leaves_no_version_of_its_files_and_none_under_its_notices(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    item = deployed.items[0]
    page = f"a/{item.slug}-{item.id}.html"
    (hint,) = {one for via in item.via.values() for one in via.hints} or {"0" * 32}
    deployed.stack.put_object(f"hints/{hint}.json", b"{}")
    assert run("--url", item.id, *NOTE, "--purge", sleep=deployed.publish) == 0
    for prefix in (f"articles/{item.id}/", f"images/{item.id}/"):
        assert deployed.versions(ARTICLE_BUCKET, prefix) == []
    assert deployed.versions(SITE_BUCKET, page) == [page]
    assert deployed.versions(ARTICLE_BUCKET, f"articles/{deployed.items[1].id}/")
    assert "purged: " in capsys.readouterr().out
    (stone,) = deployed.stones()
    assert stone.former is None
    assert stone.purged_until


@pytest.mark.parametrize("named", [("--source", "harian"), ("--host", "https://harian.example/")])
def test_a_publisher_that_says_stop_goes_whole_and_comes_back_whole(
    deployed: Deployment, capsys: pytest.CaptureFixture[str], named: tuple[str, str]
) -> None:
    assert run(*named, *NOTE, sleep=deployed.publish) == 0
    assert {stone.id for stone in deployed.stones()} == {item.id for item in deployed.items}
    assert len(deployed.table.stops().noted) == 1
    said = capsys.readouterr().out
    assert "takes down 2 articles, and asks its feeds no more" in said
    assert "2 articles taken down, now or before, copies included" in said

    url = deployed.items[0].url
    assert run("--restore", "--url", url) == 2
    assert "said stop: restore that first" in capsys.readouterr().err
    assert run("--restore", *named) == 0
    assert deployed.stones() == []
    assert deployed.table.stops().noted == {}
    assert capsys.readouterr().out.count("is here again as before, at the same address") == 2
    assert run("--restore", *named) == 2


def test_an_item_that_cannot_be_read_is_named_and_the_rest_goes(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, other = deployed.items
    row = deployed.stack.items(ARTICLE_TABLE)[f"article#{broken.id}"]
    Table(deployed.stack.dynamodb, ARTICLE_TABLE).put_unconditionally({**row, "schema": 2})

    def publish(_: float) -> None:
        for key in own_keys(tombstone):
            deployed.stack.s3.put_object(Bucket=SITE_BUCKET, Key=key, Body=b"gone", Metadata={"gone": "1"})

    tombstone = Tombstone(other.id, 2, other.url, other.slug, TAKEDOWN, "", image_copies=other.image_copies)
    assert run("--source", "harian", *NOTE, sleep=publish) == 1
    assert isinstance(deployed.table.get_many([other.id])[other.id], Tombstone)
    assert f"article {broken.id} was left out: its item cannot be read (LaterRelease: " in (
        capsys.readouterr().out
    )
    assert run("--url", broken.url, *NOTE) == 2
    assert "If a later release has written it, use that one" in capsys.readouterr().err


def test_a_stack_without_a_distribution_has_nothing_to_invalidate(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed = Deployment(stack, has_cdn=False)
    assert run("--url", deployed.items[0].url, *NOTE, sleep=deployed.publish) == 0
    assert "invalidation" not in capsys.readouterr().out


def test_a_restored_article_is_as_it_was(deployed: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    item = deployed.items[0]
    run("--url", item.url, *NOTE, sleep=deployed.publish)
    assert run("--restore", "--url", f"https://portal.example/a/{item.slug}-{item.id}.html") == 0
    again = deployed.table.get_many([item.id])[item.id]
    assert isinstance(again, ArticleItem)
    assert (again.title, again.listed, again.slug) == (item.title, item.listed, item.slug)
    assert f"{item.id} is here again as before, at the same address" in capsys.readouterr().out


def test_a_block_that_is_lifted_says_that_the_next_entry_makes_it(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "https://harian.example/belum-ada"
    assert run("--url", url, *NOTE, sleep=deployed.publish) == 0
    assert f"{url} is not known yet; it is blocked as {article_id(url)}, and never carried" in (
        capsys.readouterr().out
    )
    assert run("--restore", "--url", url) == 0
    assert "nothing was kept, the next entry of a feed makes it anew" in capsys.readouterr().out
    assert deployed.table.get_many([article_id(url)]) == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--url", "https://harian.example/1"),
            "REASON: is missing; 1 to 300 printable characters are allowed",
        ),
        (("--url", "https://harian.example/1", "--reason", "x" * 301), "REASON: has 301 characters"),
        (NOTE, "exactly one of URL, SOURCE and HOST is allowed; none of them is there"),
        (("--url", "https://x.example/", "--host", "x.example", *NOTE), "there are URL and HOST"),
        (("--url", "ftp://harian.example/1", *NOTE), "URL: is 'ftp://harian.example/1'; an http(s) link"),
        (("--url", "https://portal.example/tentang", *NOTE), "URL: is 'https://portal.example/tentang'"),
        (("--host", "co.id", *NOTE), "HOST: is 'co.id'; a host such as kabar.example is allowed"),
        (("--host", "example", *NOTE), "HOST: is 'example'"),
        (("--source", "harina", *NOTE), "SOURCE: is 'harina'; an id in sources.yaml is allowed: harian"),
        (
            ("--restore", "--url", "https://harian.example/9"),
            "was not taken down; the article is 'not known'",
        ),
    ],
)
def test_what_is_not_allowed_is_said_and_nothing_is_done(
    deployed: Deployment, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    before = deployed.stack.items(ARTICLE_TABLE)
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err
    assert deployed.stack.items(ARTICLE_TABLE) == before


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_on_a_terminal_a_publisher_goes_only_when_that_is_wanted(
    deployed: Deployment, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    assert run("--source", "harian", *NOTE) == 2
    assert deployed.stones() == []
    assert run("--source", "harian", *NOTE, "--yes", sleep=deployed.publish) == 0
