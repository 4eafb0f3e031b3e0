"""Which pictures are copied, by what the owner and the page say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.extract.image_choice import MOST_IMAGES, after_look, images_to_copy
from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.directives import Directives
from newswire.image_copies import MOST_COPIES, ImageCopy
from tests.support.publish_articles import item_of, make_article
from tests.support.publish_catalogues import catalogue, source

MAIN, *REST = [Image(f"https://gambar.example/{name}.jpg") for name in "abcdefgh"]


def owner(**changes: Any) -> Any:
    return source("harian", images="copy", **changes)


def item(**changes: Any) -> ArticleItem:
    sources = catalogue(owner())
    return item_of(make_article(sources, 1, "harian", images=(MAIN, *REST)), sources, **changes)


def copy(image: Image, stem: str = "", *, former: bool = False) -> ImageCopy:
    return ImageCopy(image.url, stem or f"images/x/{image.url[-5]}", (320, 640), 360, former)


def test_the_main_picture_and_some_of_the_text_are_copied_of_a_whole_article() -> None:
    wanted = images_to_copy(item(), (MAIN, *REST), owner())

    assert wanted == [image.url for image in (MAIN, *REST)[:MOST_IMAGES]]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [({"display": "excerpt"}, Directives()), ({}, Directives(max_snippet=100))],
)
def test_of_an_excerpt_only_the_main_picture_is_shown(changes: dict[str, str], asked: Directives) -> None:
    assert images_to_copy(item(directives=asked), (MAIN, *REST), owner(**changes)) == [MAIN.url]


@pytest.mark.parametrize(
    ("changes", "item_changes"),
    [
        ({"display": "link"}, {}),
        ({"enabled": False}, {}),
        ({}, {"image": None}),
        ({}, {"directives": Directives(max_image_preview="none")}),
        ({}, {"directives": Directives(max_snippet=0)}),
    ],
)
def test_what_no_page_of_ours_shows_is_not_copied(
    changes: dict[str, Any], item_changes: dict[str, Any]
) -> None:
    assert images_to_copy(item(**item_changes), (MAIN, *REST), owner(**changes)) == []


def test_an_item_remembers_a_bounded_number_of_pictures() -> None:
    known = tuple(copy(Image(f"https://gambar.example/{n}.png"), f"images/x/{n}") for n in range(MOST_COPIES))
    full = item(image_copies=known)

    assert images_to_copy(full, (MAIN,), owner()) == []
    assert images_to_copy(replace(full, image_copies=known[2:]), (MAIN, *REST), owner()) == [
        MAIN.url,
        REST[0].url,
    ]


def test_a_replaced_picture_becomes_former_and_may_come_back() -> None:
    first, second = copy(MAIN), copy(REST[0])
    before = item(image_copies=(first,), image=REST[0])

    after = after_look(before, (REST[0],), [second])
    assert after == (second, replace(first, former=True))

    back = after_look(replace(before, image_copies=after, image=MAIN), (MAIN,), [after[1]])
    assert back == (first, replace(second, former=True))


def test_the_same_picture_under_another_address_is_remembered_once() -> None:
    moved = copy(Image(f"{MAIN.url}?v=2"), copy(MAIN).stem)

    before = item(image_copies=(copy(MAIN),), image=Image(moved.url))

    assert after_look(before, (Image(moved.url),), [moved]) == (moved,)


def test_a_look_that_tells_no_story_makes_no_picture_former() -> None:
    known = (copy(MAIN), copy(REST[0]), copy(REST[1], former=True))

    assert after_look(item(image_copies=known), None, [known[0]]) == known
