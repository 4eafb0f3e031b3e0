"""An article that is divided into pages otherwise than before: one page, all on one, or more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.extract_world import KABAR, World, entry
from tests.support.several_pages import (
    ALL,
    DUA,
    PATH,
    RALAT,
    SATU,
    TIGA,
    TWO,
    publish,
    publish_pages,
    remembered,
    requests,
    text_and_reason,
)

HOUR = timedelta(hours=1)
WORDS = "Artikel ini telah ditarik oleh redaksi."


@pytest.mark.parametrize("way", ["no link", "first page shown", "redirect to the first"])
def test_an_article_that_is_on_one_page_now_is_taken_over_when_two_looks_say_so(
    world: World, way: str
) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    one = f"{SATU}\n{DUA} {RALAT}"
    publish(world, PATH, one, further_pages=[] if way == "no link" else [world.url(TWO)])
    if way == "first page shown":
        publish(world, TWO, one)
    elif way == "redirect to the first":
        world.redirect(TWO, world.url(PATH))
    waits = world.revisit()
    assert (waits.what, waits.reason) == ("unchanged", "fewer pages")
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (one, None)
    assert (world.only().history[0].fields, world.only().history[0].words_removed) == (("text", "pages"), 0)
    assert remembered(world).further == ()
    requests(world)
    assert world.revisit().what == "unchanged"


def test_a_first_page_that_shows_no_pager_for_once_shortens_nothing(world: World) -> None:
    link = publish_pages(world, SATU, DUA)
    world.handle(entry(link))
    publish(world, PATH, SATU)
    assert world.revisit().what == "unchanged"
    publish_pages(world, SATU, DUA)
    assert world.revisit().what == "unchanged"
    assert remembered(world).further[0].missing_since is None
    assert (world.only().revision, text_and_reason(world)) == (1, (f"{SATU}\n{DUA}", None))


def test_an_article_that_is_divided_otherwise_is_taken_over_at_once(world: World) -> None:
    whole = publish(world, ALL, f"{SATU}\n{DUA}\n{TIGA}")
    world.handle(entry(publish(world, PATH, SATU, whole_page=whole)))
    publish_pages(world, SATU, f"{DUA} {RALAT}", TIGA)
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (f"{SATU}\n{DUA} {RALAT}\n{TIGA}", None)


def test_where_the_page_with_everything_is_gone_the_single_ones_are_read(world: World) -> None:
    whole = publish(world, ALL, f"{SATU}\n{DUA}")
    publish(world, TWO, DUA)
    links = {"whole_page": whole, "further_pages": [world.url(TWO)]}
    world.handle(entry(publish(world, PATH, SATU, **links)))
    world.fail(ALL, 410)
    assert world.revisit().what == "unchanged"
    assert world.revisit().what == "unchanged"
    assert text_and_reason(world) == (f"{SATU}\n{DUA}", None)
    publish(world, TWO, f"{DUA} {RALAT}")
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (f"{SATU}\n{DUA} {RALAT}", None)


def test_where_the_page_with_everything_is_gone_and_there_is_no_other_the_first_is_left(world: World) -> None:
    whole = publish(world, ALL, f"{SATU}\n{DUA}")
    world.handle(entry(publish(world, PATH, SATU, whole_page=whole)))
    world.fail(ALL, 410)
    assert [world.revisit().what, world.revisit().what] == ["unchanged", "revised"]
    assert text_and_reason(world) == (SATU, "the page with all: HTTP 410")


def test_a_new_page_that_is_not_there_yet_does_not_shorten_the_article(world: World) -> None:
    whole = f"{SATU}\n{DUA}"
    world.handle(entry(publish(world, PATH, whole)))
    publish_pages(world, SATU, f"{DUA} {RALAT}")
    ready = world.web.replies[KABAR + TWO]
    world.fail(TWO, 404)
    assert world.revisit().what == "unchanged"
    assert text_and_reason(world) == (whole, None)
    world.web.replies[KABAR + TWO] = ready
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (f"{SATU}\n{DUA} {RALAT}", None)


def test_a_page_that_a_first_page_leads_to_in_vain_is_no_reason_to_look_again_and_again(world: World) -> None:
    world.handle(entry(publish(world, PATH, SATU)))
    world.fail(TWO, 404)
    looks = 0
    while world.only().recheck_at is not None:
        looks += 1
        publish(world, PATH, SATU, tags=[str(looks)], further_pages=[world.url(TWO)])
        assert world.revisit().what == "unchanged"
    assert looks <= len(world.catalogue.sources[0].rechecks) + 1
    assert (world.only().revision, text_and_reason(world)) == (1, (SATU, None))
