"""A copied picture from its publisher's server to our site and away again, through both stages' stores."""

from __future__ import annotations

from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from lxml import html

from functions.publish.app import lambda_handler
from newswire.article_item import Tombstone
from newswire.article_table import Record
from tests.support.aws_stack import SITE_BUCKET, Stack
from tests.support.extract_world import KABAR, World, entry
from tests.support.lambda_context import FakeLambdaContext
from tests.support.pictures import picture_file, read
from tests.support.web_server import Reply, WebServer

SOURCES = """
portal: {{name: Kabar Nusantara, url: https://kabar.example, tagline: Kabar tepercaya, language: id,
  timezone: Asia/Jakarta, contact: redaksi@kabar.example}}
categories: {{nasional: Nasional}}
sources:
  - {{id: kabar, name: Kabar, homepage: "{home}", feeds: ["{home}/rss"], category: nasional, images: copy}}
"""


@pytest.fixture(autouse=True)
def _lambda(stack: Stack, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)
    stack.put_object("config/sources.yaml", SOURCES.format(home=web.url("", KABAR)).encode())


def _event(old: Record | None, new: Record) -> dict[str, Any]:
    def image(record: Record) -> Any:
        return TypeSerializer().serialize(record.to_item())["M"]

    change = {"NewImage": image(new), "SequenceNumber": "1", "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"Records": [{"dynamodb": change | ({"OldImage": image(old)} if old else {})}]}


def test_a_picture_is_copied_shown_and_taken_down(
    world: World, stack: Stack, lambda_context: FakeLambdaContext
) -> None:
    world.change_source("kabar", images="copy")
    world.web.replies[f"{KABAR}/foto.png"] = Reply(picture_file(700, 400, "PNG"), content_type="image/png")
    world.handle(entry(world.serve("/berita/1", images=[{"url": world.url("/foto.png")}])))
    item = world.only()

    assert lambda_handler(_event(None, item), lambda_context) == {"batchItemFailures": []}

    site = stack.objects(SITE_BUCKET)
    page = html.fromstring(site[f"a/{item.slug}-{item.id}.html"])
    (image,) = page.xpath("//figure[@class='main-image']/img")
    shown = {part.split()[0].removeprefix("/") for part in image.get("srcset").split(", ")}
    assert {read(site[key]).size for key in shown} == {(320, 183), (640, 366), (700, 400)}
    head = stack.s3.head_object(Bucket=SITE_BUCKET, Key=min(shown))
    assert head["ContentType"] == "image/webp"
    assert "immutable" in head["CacheControl"]
    assert not head.get("ContentEncoding")

    world.serve("/berita/1", text="Artikel ini telah ditarik.", notice=True)
    assert [world.revisit().what for _ in range(2)] == ["withheld", "retracted"]
    (stone,) = world.articles().values()
    assert isinstance(stone, Tombstone)
    assert lambda_handler(_event(item, stone), lambda_context) == {"batchItemFailures": []}

    for key in shown:
        gone = stack.s3.get_object(Bucket=SITE_BUCKET, Key=key)
        assert gone["Metadata"] == {"gone": "1"}
        assert gone["Body"].read() == b"\n"
