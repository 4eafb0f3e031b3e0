"""``images: copy``: pictures are asked for, encoded, stored before the commit, and never fail an article."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Any

import pytest

from functions.extract.deadline import Deadline
from functions.extract.image_copying import IMAGE_LIMIT
from functions.extract.site_rules import ROBOTS_PATH
from newswire.article_item import ArticleItem, Tombstone
from newswire.worker import Worker
from tests.support import pictures
from tests.support.extract_pages import KILLER
from tests.support.extract_world import KABAR, WARTA, World, entry
from tests.support.pictures import picture_file, read
from tests.support.web_server import Reply

PHOTO = "/foto/panen.jpg"


@pytest.fixture
def copying(world: World) -> World:
    """Return the world of an owner who lets us copy pictures."""
    world.change_source("kabar", images="copy")
    world.web.replies[KABAR + PHOTO] = Reply(picture_file(), content_type="image/jpeg")
    return world


def pictured(world: World, *images: str, path: str = "/berita/1", **fields: Any) -> str:
    """Publish a page with these pictures, the main one first."""
    stated = [{"url": url} for url in images or (world.url(PHOTO),)]
    return world.serve(path, images=stated, **fields)


def stored_images(world: World) -> dict[str, bytes]:
    return {key: body for key, body in world.stack.objects().items() if key.startswith("images/")}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what the stage's logger is told of pictures that were not copied."""
    lines: list[dict[str, Any]] = []
    warn = logging.Logger.warning

    def warning(self: logging.Logger, msg: object, *args: object, **kwargs: Any) -> None:
        lines.append({"msg": msg, **kwargs.get("extra", {})})
        warn(self, msg, *args, **kwargs)

    monkeypatch.setattr(logging.Logger, "warning", warning)
    return lines


def test_the_main_picture_is_stored_in_widths_before_the_item_names_them(copying: World) -> None:
    before: list[set[str]] = []
    copying.table.before_commit.append(lambda: before.append(set(stored_images(copying))))

    copying.handle(entry(pictured(copying)))

    (copy,) = copying.only().image_copies
    assert (copy.url, copy.widths, copy.height) == (copying.url(PHOTO), (320, 640, 960, 1280), 720)
    assert before == [set(copy.keys)]
    files = stored_images(copying)
    assert {read(files[key]).size for key in copy.keys} == {(320, 180), (640, 360), (960, 540), (1280, 720)}
    digest = hashlib.sha256(b"".join(files[key] for key in copy.keys)).hexdigest()
    assert copy.stem == f"images/{copying.only().id}/{digest[:20]}"
    head = copying.stack.s3.head_object(Bucket=copying.bucket.name, Key=copy.keys[0])
    assert head["ContentType"] == "image/webp"


def test_the_picture_is_asked_for_as_politely_as_a_page(copying: World) -> None:
    copying.handle(entry(pictured(copying)))

    asked = copying.web.asked
    (photo,) = [one for one in asked if one.path == PHOTO]
    assert photo.header("User-Agent") == copying.agent
    assert photo.header("Referer") is None
    assert photo.header("Cookie") is None
    assert "image/" in (photo.header("Accept") or "")
    assert [one.path for one in asked].count(ROBOTS_PATH) == 1


def test_another_hosts_robots_file_is_read_first_and_obeyed(copying: World) -> None:
    picture = copying.url("/a.jpg", WARTA)
    copying.web.replies[f"{WARTA}{ROBOTS_PATH}"] = Reply(
        b"User-agent: Newswire\nDisallow: /", content_type="text/plain"
    )

    copying.handle(entry(pictured(copying, picture)))

    assert [one.path for one in copying.web.asked if one.host == WARTA] == [ROBOTS_PATH]
    assert copying.only().origin == "page"
    assert copying.only().image_copies == ()


def test_requests_to_one_host_keep_its_gap(copying: World) -> None:
    copying.change_source("kabar", request_gap=timedelta(seconds=5))

    copying.handle(entry(pictured(copying)))

    assert copying.slept
    assert all(4 < pause <= 5 for pause in copying.slept)


def test_without_the_setting_no_picture_is_asked_for(copying: World) -> None:
    copying.change_source("kabar", images="remote")

    copying.handle(entry(pictured(copying)))

    assert PHOTO not in copying.web.paths()
    assert copying.only().image_copies == ()
    assert stored_images(copying) == {}


def test_a_page_that_wants_no_previews_has_no_picture_copied(copying: World) -> None:
    copying.handle(entry(pictured(copying, directives={"max_image_preview": "none"})))

    assert PHOTO not in copying.web.paths()


def test_pictures_of_the_text_are_copied_with_the_main_one(copying: World) -> None:
    others = [f"/foto/{number}.png" for number in range(8)]
    for number, path in enumerate(others):
        copying.web.replies[KABAR + path] = Reply(picture_file(300 + number, 200, "PNG"))

    copying.handle(entry(pictured(copying, *map(copying.url, (PHOTO, *others)))))

    copied = [copy.url for copy in copying.only().image_copies]
    assert copied == [copying.url(path) for path in (PHOTO, *others[:5])]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=404), "HTTP 404"),
        (Reply(status=403), "HTTP 403"),
        (Reply(status=500), "HTTP 500"),
        (Reply(status=302, headers={"Location": "http://10.0.0.1/a.jpg"}), "address refused"),
        (Reply(status=302, headers={"Location": "http://169.254.169.254/a"}), "address refused"),
        (Reply(pictures.SVG, content_type="image/svg+xml"), "not a picture"),
        (Reply(pictures.SVG, content_type="image/jpeg"), "not a picture"),
        (Reply(b"<!doctype html>", content_type="text/html"), "not a picture"),
        (Reply(b""), "not a picture"),
        (Reply(picture_file() + b"\0" * IMAGE_LIMIT, content_type="image/jpeg"), "too large"),
        (Reply(pictures.png_bomb(60_000, 60_000)), "too many pixels"),
        (Reply(picture_file(50, 50)), "too small"),
        (Reply(picture_file()[:4000]), "OSError"),
        (Reply(picture_file() + KILLER), "parser died"),
    ],
)
def test_a_picture_that_cannot_be_had_costs_the_article_that_picture_only(
    copying: World, told: list[dict[str, Any]], reply: Reply, reason: str
) -> None:
    copying.web.replies[KABAR + PHOTO] = reply
    page = pictured(copying)
    invocation = copying.invocation()
    outcome = invocation.handle(entry(page), 1)

    assert outcome.what == "stored"
    item = copying.only()
    assert (item.origin, item.image_copies) == ("page", ())
    assert item.image is not None
    assert stored_images(copying) == {}
    assert [(one["reason"], one["url"]) for one in told if one["msg"] == "image not copied"] == [
        (reason, copying.url(PHOTO))
    ]
    assert copying.copied() == {"ImagesNotCopied": 1}


def test_what_was_copied_is_counted(copying: World) -> None:
    copying.handle(entry(pictured(copying)))

    assert copying.copied() == {"ImagesCopied": 1}


def test_a_real_worker_that_dies_of_a_picture_is_replaced(copying: World) -> None:
    copying.web.replies[f"{KABAR}/mati.jpg"] = Reply(picture_file() + KILLER)
    deadly = pictured(copying, copying.url("/mati.jpg"))
    good = pictured(copying, path="/berita/2", text="Kabar lain dari ladang.", title="Panen")
    with Worker("tests.support.extract_pages:run") as worker:
        invocation = copying.invocation(real=worker)
        outcomes = [
            invocation.handle(entry(deadly), 1).what,
            invocation.handle(entry(good, title="Panen"), 1).what,
        ]

    assert outcomes == ["stored", "stored"]
    copies = [one.image_copies for one in copying.articles().values() if isinstance(one, ArticleItem)]
    assert sorted(map(len, copies)) == [0, 1]
    assert copying.copied() == {"ImagesCopied": 1, "ImagesNotCopied": 1}


def test_a_message_that_has_no_time_left_asks_for_no_picture(
    copying: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = pictured(copying)
    invocation = copying.invocation()
    copies = invocation._images.with_copies

    def late(item: ArticleItem, images: Any, _: Deadline | None) -> ArticleItem:
        return copies(item, images, Deadline.after(0))

    monkeypatch.setattr(invocation._images, "with_copies", late)

    assert invocation.handle(entry(page), 1).what == "stored"
    assert PHOTO not in copying.web.paths()
    assert copying.copied() == {"ImagesNotCopied": 1}


def test_a_commit_that_is_made_again_asks_for_no_picture_again(copying: World) -> None:
    page = pictured(copying)
    copying.change_source("kabar", images="remote")
    copying.handle(entry(page))
    copying.change_source("kabar", images="copy")
    other_feed = entry(page, source="warta", feed="lain")

    def interfere() -> None:
        copying.handle(other_feed)

    copying.table.before_commit.append(interfere)

    copying.revisit()

    assert other_feed.feed in copying.only().via
    assert len(copying.only().image_copies) == 1
    assert copying.web.paths().count(PHOTO) == 1


def test_a_picture_that_was_not_had_is_tried_again_at_the_next_look(copying: World) -> None:
    copying.web.replies[KABAR + PHOTO] = Reply(status=500)
    copying.handle(entry(pictured(copying)))
    copying.web.replies[KABAR + PHOTO] = Reply(picture_file())

    outcome = copying.revisit()

    assert outcome.what == "unchanged"
    assert len(copying.only().image_copies) == 1


def test_a_look_at_an_unchanged_page_asks_for_no_picture_again(copying: World) -> None:
    copying.handle(entry(pictured(copying)))
    before = copying.only().image_copies

    copying.revisit()

    assert copying.web.paths().count(PHOTO) == 1
    assert copying.only().image_copies == before


def test_a_replaced_picture_is_remembered_as_a_former_one(copying: World) -> None:
    copying.handle(entry(pictured(copying)))
    (before,) = copying.only().image_copies
    copying.web.replies[f"{KABAR}/foto/lain.jpg"] = Reply(picture_file(700, 500))
    pictured(copying, copying.url("/foto/lain.jpg"))

    outcome = copying.revisit()

    assert outcome.what == "revised"
    now, former = copying.only().image_copies
    assert (now.url, now.former) == (copying.url("/foto/lain.jpg"), False)
    assert (former.stem, former.former) == (before.stem, True)


def test_a_retracted_articles_tombstone_names_all_its_copies(copying: World) -> None:
    copying.handle(entry(pictured(copying)))
    copies = copying.only().image_copies
    copying.serve("/berita/1", text="Artikel ini telah ditarik.", notice=True)

    assert [copying.revisit().what for _ in range(2)] == ["withheld", "retracted"]

    (stone,) = copying.articles().values()
    assert isinstance(stone, Tombstone)
    assert stone.image_copies == copies
