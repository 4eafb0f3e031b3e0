"""Re-checks of an article on several pages: every page is asked, and only what changed costs more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.article_text import text_of
from newswire.clock import instant
from tests.support.extract_pages import HTML, KILLER, page_body
from tests.support.extract_world import KABAR, World, entry, recheck
from tests.support.several_pages import (
    ALL,
    DUA,
    ONE,
    PATH,
    RALAT,
    SATU,
    THREE,
    TIGA,
    TWO,
    numbered,
    publish,
    publish_pages,
    remembered,
    requests,
)
from tests.support.web_server import Reply


def test_a_look_at_pages_that_are_as_they_were_asks_each_conditionally_and_writes_once(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    files, before = world.stack.objects(), world.only()
    requests(world)
    world.worker.calls.clear()
    world.now += timedelta(hours=1)
    due = recheck(before, world.now)
    calls: Counter[str] = Counter()
    for client in (world.stack.dynamodb, world.stack.s3):
        client.meta.events.register("before-call.*", lambda model, **_: calls.update([model.name]))
    assert world.handle(due).what == "unchanged"
    assert calls == {"BatchGetItem": 2, "PutItem": 1}
    assert requests(world) == [(ONE, True), (TWO, True), (THREE, True)]
    after = world.only()
    assert (world.stack.objects(), world.worker.calls) == (files, [])
    assert after == replace(before, version=2, recheck_at=after.recheck_at)


def test_pages_without_validators_are_told_by_their_bytes(world: World) -> None:
    link = world.serve(PATH, SATU, further_pages=[world.url(TWO)])
    world.serve(TWO, DUA)
    world.handle(entry(link))
    world.worker.calls.clear()
    assert world.revisit().what == "unchanged"
    assert world.worker.calls == []


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("validated", [True, False])
def test_a_correction_on_a_later_page_is_seen_while_the_first_is_as_it_was(
    world: World, number: int, validated: bool
) -> None:
    texts = [SATU, DUA, TIGA]
    link = publish_pages(world, *texts)
    if not validated:
        first = world.web.replies[KABAR + PATH]
        world.web.replies[KABAR + PATH] = replace(first, etag=None)
    world.handle(entry(link))
    texts[number - 1] += f" {RALAT}"
    publish(world, numbered(number), texts[number - 1])
    assert world.revisit().what == "revised"
    article, item = world.document(), world.only()
    assert article.text == text_of(article.html) == "\n".join(texts)
    assert (item.revision, item.revised, item.history[0].fields) == (2, instant(world.now), ("text",))
    assert world.revisit().what == "unchanged"


def test_only_what_answered_304_before_the_change_is_asked_for_again(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    requests(world)
    publish(world, TWO, f"{DUA} {RALAT}")
    world.revisit()
    assert requests(world) == [(ONE, True), (TWO, True), (ONE, False), (THREE, False)]
    publish(world, THREE, f"{TIGA} {RALAT}")
    world.revisit()
    assert requests(world) == [(ONE, True), (TWO, True), (THREE, True), (ONE, False), (TWO, False)]
    publish_pages(world, f"{SATU} {RALAT}", DUA, TIGA)
    world.revisit()
    assert requests(world) == [(ONE, True), (TWO, False), (THREE, False)]


def test_five_pages_are_remembered_and_no_more(world: World) -> None:
    world.handle(entry(publish_pages(world, *(f"{SATU} Halaman {number}." for number in range(1, 7)))))
    further = remembered(world).further
    assert [one.url for one in further] == [world.url(numbered(number)) for number in range(2, 6)]
    assert all(one.etag and one.sha256 and not one.left_out for one in further)


def test_a_correction_on_the_page_with_everything_is_seen(world: World) -> None:
    whole = publish(world, ALL, f"{SATU}\n{DUA}")
    world.handle(entry(publish(world, PATH, SATU, whole_page=whole)))
    publish(world, ALL, f"{SATU}\n{DUA} {RALAT}")
    assert world.revisit().what == "revised"
    assert world.document().text == f"{SATU}\n{DUA} {RALAT}"


def test_a_304_from_where_a_later_page_redirects_now_is_not_believed(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    moved = f"{PATH}/dua"
    tag = world.web.replies[KABAR + TWO].etag
    world.web.replies[KABAR + moved] = Reply(page_body(f"{DUA} {RALAT}"), content_type=HTML, etag=tag)
    world.redirect(TWO, world.url(moved))
    assert world.revisit().what == "revised"
    assert (remembered(world).further[0].link, remembered(world).further[0].url) == (
        world.url(TWO),
        world.url(moved),
    )
    requests(world)
    assert world.revisit().what == "unchanged"
    assert requests(world) == [(ONE, True), (TWO, True), (moved, True)]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_later_page_that_fails_for_now_changes_nothing_and_is_asked_for_at_the_next_look(
    world: World, status: int
) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    before = remembered(world)
    world.fail(TWO, status)
    for _ in range(3):
        assert world.revisit(timedelta(hours=1)).what == "unchanged"
        assert (world.only().revision, remembered(world)) == (1, before)
    publish(world, TWO, f"{DUA} {RALAT}")
    world.revisit(timedelta(hours=1))
    assert world.document().text == f"{SATU}\n{DUA} {RALAT}"


def test_a_change_that_could_not_be_put_together_is_taken_over_at_the_next_look(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    publish(world, TWO, f"{DUA} {RALAT}")
    world.fail(THREE, 503)
    assert world.revisit().what == "unchanged"
    publish(world, THREE, TIGA)
    assert world.revisit().what == "revised"
    assert world.document().text == f"{SATU}\n{DUA} {RALAT}\n{TIGA}"


def test_a_first_page_that_cannot_be_had_twice_in_one_look_is_still_there(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    first = world.web.replies[KABAR + PATH]
    world.fail(PATH, 404)
    assert world.revisit().what == "page missing"
    publish(world, TWO, f"{DUA} {RALAT}")

    class Once(dict[str, Reply]):
        def get(self, key: str, default: Reply | None = None) -> Reply | None:  # type: ignore[override]
            reply = super().get(key, default)
            if key == KABAR + PATH:
                self[key] = Reply(status=500, content_type=HTML)
            return reply

    world.web.replies = Once({**world.web.replies, KABAR + PATH: first})
    assert world.revisit().what == "unchanged"
    assert remembered(world).missing_since is None
    world.web.replies = {**world.web.replies, KABAR + PATH: first}
    assert world.revisit().what == "revised"


def test_a_page_that_no_parser_survives_is_not_parsed_again_while_it_is_as_it_was(world: World) -> None:
    link = publish_pages(world, SATU, DUA)
    world.web.replies[KABAR + TWO] = Reply(KILLER, content_type=HTML, etag='"killer"')
    world.handle(entry(link))
    assert (world.document().text, world.document().reason) == (SATU, "page 2: parser died")
    world.worker.calls.clear()
    requests(world)
    assert world.revisit().what == "unchanged"
    assert (world.worker.calls, requests(world)) == ([], [(ONE, True), (TWO, True)])
    publish(world, TWO, DUA)
    assert world.revisit().what == "revised"
    assert (world.document().text, world.document().reason) == (f"{SATU}\n{DUA}", None)
    assert (world.only().history[0].fields, world.only().revised) == (("text", "pages"), None)


def test_a_page_that_was_not_there_at_first_is_asked_for_and_makes_the_article_whole(world: World) -> None:
    link = publish_pages(world, SATU, DUA)
    world.fail(TWO, 404)
    world.handle(entry(link))
    assert world.document().reason == "page 2: HTTP 404"
    world.worker.calls.clear()
    assert world.revisit().what == "unchanged"
    assert world.worker.calls == []
    publish(world, TWO, DUA)
    assert world.revisit().what == "revised"
    assert (world.document().text, world.document().reason) == (f"{SATU}\n{DUA}", None)


def test_a_look_that_is_delivered_again_asks_and_writes_nothing(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    publish(world, TWO, f"{DUA} {RALAT}")
    due = recheck(world.only(), world.now + timedelta(hours=1))
    world.now += timedelta(hours=1)
    assert world.handle(due).what == "revised"
    before = world.everything()
    requests(world)
    assert world.handle(due).what == "already handled"
    assert (world.everything(), requests(world)) == (before, [])


@pytest.mark.parametrize(
    ("canonical", "title", "is_joined"),
    [
        ("/resep/77", "Resep rendang", False),
        ("/berita/12", "Resep rendang", False),
        ("/resep/77", "Harga beras turun", True),
        (PATH, "Harga beras turun - Halaman 2", True),
        (f"{PATH}?page=2", "Halaman 2", True),
        (f"{PATH}/2", "Halaman 2", True),
        ("/read/1", "Halaman 2", True),
        (None, "Halaman 2", True),
    ],
)
def test_a_page_that_says_that_it_is_another_articles_is_not_joined(
    world: World, canonical: str | None, title: str, is_joined: bool
) -> None:
    own = {"title": "Harga beras turun", "further_pages": [world.url(TWO)]}
    stated = world.url(canonical) if canonical else None
    publish(world, TWO, DUA, title=title, canonical_url=stated)
    world.handle(entry(publish(world, PATH, SATU, canonical_url=world.url("/read/1"), **own)))
    whole = (f"{SATU}\n{DUA}", None) if is_joined else (SATU, "page 2: leads elsewhere")
    assert (world.document().text, world.document().reason) == whole
