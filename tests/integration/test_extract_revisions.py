"""Pages that are looked at again: asked conditionally, revised when their words change, and only then."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newswire.clock import instant
from tests.support.extract_pages import HTML, TEXT, page_body
from tests.support.extract_world import KABAR, NOW, SUMMARY, TITLE, World, entry, recheck
from tests.support.web_server import Asked, Reply

PATH = "/berita/1"
ETAG = '"sü-1"'
SINCE = "Mon, 05 Jan 2026 00:30:00 GMT"
OTHER = TEXT.replace("lima", "enam")


def publish(world: World, text: str = TEXT, etag: str | None = ETAG, **fields: object) -> str:
    """Publish a page with validators and return its address."""
    reply = Reply(page_body(text, **fields), content_type=HTML, etag=etag, last_modified=SINCE)
    world.web.replies[KABAR + PATH] = reply
    return world.url(PATH)


def last_page(world: World) -> Asked:
    return [asked for asked in world.web.asked if asked.path != "/robots.txt"][-1]


def test_a_page_is_looked_at_again_while_its_source_wants_it_and_then_no_more(world: World) -> None:
    world.change_source("kabar", rechecks=(timedelta(hours=1), timedelta(days=7)))
    world.handle(entry(publish(world)))
    looks = []
    while (due := world.only().recheck_at) is not None:
        looks.append((datetime.fromisoformat(due) - NOW) / timedelta(hours=1))
        assert world.revisit().what == "unchanged"
    assert looks == pytest.approx([1, 168], rel=0.1)
    assert max(looks) <= 168
    assert world.table.due_rechecks("9999", 10) == []


def test_an_unchanged_page_costs_one_conditional_request_two_reads_and_one_write(world: World) -> None:
    world.handle(entry(publish(world)))
    files, before = world.stack.objects(), world.only()
    world.now += timedelta(hours=1)
    due = recheck(before, world.now)
    world.worker.calls.clear()
    calls: Counter[str] = Counter()
    for client in (world.stack.dynamodb, world.stack.s3):
        client.meta.events.register("before-call.*", lambda model, **_: calls.update([model.name]))
    assert world.handle(due).what == "unchanged"
    assert calls == {"BatchGetItem": 2, "PutItem": 1}
    asked = last_page(world)
    assert asked.header("If-None-Match") == ETAG
    assert asked.header("If-Modified-Since") == SINCE
    after = world.only()
    assert (world.stack.objects(), world.worker.calls) == (files, [])
    assert after == replace(before, version=2, recheck_at=after.recheck_at)
    assert len(world.pages_asked()) == 2


def test_validators_follow_every_answer_and_are_kept_byte_exact(world: World) -> None:
    url = publish(world)
    world.handle(entry(url))
    page = world.only().page
    assert page is not None
    assert (page.url, page.etag, page.last_modified) == (url, ETAG, SINCE)
    publish(world, etag='W/"zwei"')  # the same bytes under another tag
    world.revisit()
    page = world.only().page
    assert page is not None
    assert page.etag == 'W/"zwei"'
    publish(world, etag=None)
    world.revisit()
    page = world.only().page
    assert page is not None
    assert (page.etag, page.last_modified) == (None, SINCE)
    publish(world, etag='"' + "x" * 2000 + '"')
    world.revisit()
    page = world.only().page
    assert page is not None
    assert page.etag is None


def test_a_304_with_other_validators_replaces_them(world: World) -> None:
    world.handle(entry(publish(world)))
    world.web.replies[KABAR + PATH] = Reply(status=304, headers={"ETag": '"new"'}, content_type=None)
    assert world.revisit().what == "unchanged"
    page = world.only().page
    assert page is not None
    assert (page.etag, page.last_modified) == ('"new"', SINCE)


def test_the_same_bytes_again_are_not_extracted(world: World) -> None:
    url = world.serve(PATH)
    world.handle(entry(url))
    world.worker.calls.clear()
    assert world.revisit().what == "unchanged"
    assert world.worker.calls == []
    assert last_page(world).header("If-None-Match") is None


@pytest.mark.parametrize("etag", [ETAG, None])
@pytest.mark.parametrize("header", ["X-Robots-Tag", "TDM-Reservation"])
def test_the_same_page_under_headers_that_ask_for_something_else_is_read_again(
    world: World, etag: str | None, header: str
) -> None:
    world.handle(entry(publish(world, etag=etag)))
    world.worker.calls.clear()
    reply = world.web.replies[KABAR + PATH]
    since = SINCE if etag else None
    world.web.replies[KABAR + PATH] = replace(reply, headers={header: "1"}, last_modified=since)
    world.revisit()
    assert [call.task for call in world.worker.calls] == ["page"]
    world.revisit()
    assert len(world.worker.calls) == 1


def test_a_304_from_where_the_page_redirects_now_is_not_believed(world: World) -> None:
    url = publish(world)
    world.handle(entry(url))
    world.web.replies[KABAR + "/lain"] = Reply(
        page_body(OTHER), content_type=HTML, etag=ETAG, last_modified=SINCE
    )
    world.redirect(PATH, world.url("/lain"))
    assert world.revisit().what == "revised"
    assert world.document().text == OTHER


def test_a_changed_text_is_a_revision_with_its_history_and_the_old_one_is_kept(world: World) -> None:
    world.handle(entry(publish(world)))
    first = world.only()
    publish(world, OTHER, etag='"2"')
    assert world.revisit().what == "revised"
    second = world.only()
    assert (second.revision, second.version, world.document().text) == (2, 2, OTHER)
    assert (second.title, second.excerpt, second.via) == (TITLE, SUMMARY, first.via)
    assert (first.revised, second.revised) == (None, instant(world.now))
    assert {first.article_key, second.article_key} == set(world.stack.objects())
    (edit,) = second.history
    assert (edit.revision, edit.at, edit.replaced) == (2, instant(world.now), first.article_key)
    assert (edit.fields, edit.words_added, edit.words_removed) == (("text",), 1, 1)
    assert (edit.title_before, edit.title_after) == (None, None)
    assert second.recheck_at is not None


def test_a_headline_that_only_the_page_changes_is_a_revision(world: World) -> None:
    """The feed's headline, which is the one that is shown, has left the feed by then."""
    world.handle(entry(publish(world, title="Harga Beras Turun | Kabar")))
    publish(world, title="Ralat: Harga Beras Naik | Kabar", etag='"2"')
    assert world.revisit().what == "revised"
    assert world.only().title == "Ralat: Harga Beras Naik | Kabar"
    (edit,) = world.only().history
    assert (edit.fields, edit.title_before) == (("title",), TITLE)
    assert edit.title_after == "Ralat: Harga Beras Naik | Kabar"


def test_a_page_that_keeps_its_headline_keeps_the_feeds(world: World) -> None:
    world.handle(entry(publish(world, title="Judul di halaman")))
    publish(world, OTHER, title="JUDUL  di halaman", etag='"2"')
    world.revisit()
    assert (world.only().title, world.only().history[0].fields) == (TITLE, ("text",))


def test_an_excerpt_that_is_the_texts_beginning_follows_the_text(world: World) -> None:
    world.handle(entry(publish(world), summary=None))
    publish(world, OTHER, etag='"2"')
    world.revisit()
    assert world.only().excerpt.startswith("Harga beras turun enam persen.")


def test_a_new_summary_is_shown_without_a_revision_and_stays(world: World) -> None:
    url = publish(world)
    world.handle(entry(url))
    files = world.stack.objects()
    assert world.handle(entry(url, poll=1, summary="Ringkasan baru.")).what == "unchanged"
    assert (world.only().excerpt, world.only().revision) == ("Ringkasan baru.", 1)
    assert world.stack.objects() == files
    publish(world, OTHER, etag='"2"')
    assert world.revisit().what == "revised"
    assert (world.only().excerpt, world.document().excerpt) == ("Ringkasan baru.", "Ringkasan baru.")


@pytest.mark.parametrize(
    "changed",
    [
        {"text": TEXT + "\n12 komentar\nBaca juga: Panen raya"},
        {"text": TEXT.replace(" ", "\u00a0")},
        {"tags": ["beras"]},
        {"updated": "2026-01-05T09:00:00+07:00"},
    ],
)
def test_cosmetic_changes_move_nothing_but_the_schedule(world: World, changed: dict[str, str]) -> None:
    world.handle(entry(publish(world)))
    files, before = world.stack.objects(), world.only()
    publish(world, **{"etag": '"2"', **changed})
    assert world.revisit().what == "unchanged"
    after = world.only()
    assert world.stack.objects() == files
    assert after == replace(before, version=2, recheck_at=after.recheck_at, page=after.page)
    assert after.revised is None


def test_a_page_that_goes_to_and_fro_makes_no_endless_revisions(world: World) -> None:
    world.handle(entry(publish(world)))
    outcomes = []
    for number in range(12):
        publish(world, OTHER if number % 2 == 0 else TEXT, etag=f'"{number}"')
        if world.only().recheck_at is None:
            break
        outcomes.append(world.revisit().what)
    assert outcomes[0] == "revised"
    assert set(outcomes[1:]) == {"unchanged"}
    assert (world.only().revision, len(world.stack.objects())) == (2, 2)


def test_an_edit_that_its_publisher_takes_back_is_a_revision_at_the_second_look(world: World) -> None:
    world.handle(entry(publish(world)))
    publish(world, OTHER, etag='"2"')
    world.revisit()
    publish(world, TEXT, etag='"3"')
    assert world.revisit().what == "unchanged"
    assert world.only().recheck_at == instant(world.now + timedelta(hours=1))
    assert world.revisit().what == "revised"
    assert last_page(world).header("If-None-Match") is None
    assert (world.only().revision, world.document().text) == (3, TEXT)
    assert [edit.revision for edit in world.only().history] == [2, 3]


@pytest.mark.parametrize(("status", "receive_count"), [(404, 1), (503, 3), (403, 1)])
def test_an_edited_headline_is_shown_at_once_and_its_text_as_soon_as_the_page_is_had(
    world: World, status: int, receive_count: int
) -> None:
    url = world.serve(PATH)
    world.handle(entry(url))
    first = world.document()
    world.now += timedelta(days=3)
    world.fail(PATH, status)
    edited = entry(url, poll=1, title="Ralat: harga beras", summary="Ringkasan baru.")
    outcome = world.handle(edited, receive_count)
    assert (outcome.what, outcome.origin, outcome.reason) == ("revised", "page", f"HTTP {status}")
    item, document = world.only(), world.document()
    assert (item.title, item.excerpt, item.revised) == (
        "Ralat: harga beras",
        "Ringkasan baru.",
        instant(world.now),
    )
    assert (document.text, document.origin, document.provenance) == (TEXT, "page", first.provenance)
    assert item.recheck_at == instant(world.now + timedelta(hours=1))
    world.serve(PATH, OTHER)
    assert world.revisit().what == "revised"
    assert (world.only().title, world.document().text) == ("Ralat: harga beras", OTHER)


@pytest.mark.parametrize("reply", [Reply(status=503), Reply(status=403), Reply(status=500), Reply(hang=True)])
def test_a_page_that_is_not_had_is_not_asked_again_before_its_next_age(
    world: World, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.extract.finding.MESSAGE_SECONDS", 2.0)
    world.handle(entry(world.serve(PATH)))
    before = world.only()
    world.web.replies[KABAR + PATH] = reply
    assert world.revisit().what == "unchanged"
    after = world.only()
    assert after == replace(before, version=2, recheck_at=after.recheck_at)
    assert after.recheck_at is not None
    assert datetime.fromisoformat(after.recheck_at) - NOW >= timedelta(hours=2, minutes=42)


def test_rechecks_that_are_switched_off_ask_nothing_and_end(world: World) -> None:
    world.handle(entry(world.serve(PATH)))
    world.change_source("kabar", rechecks=())
    assert (world.revisit().reason, world.only().recheck_at) == ("re-checks are switched off", None)
    assert world.pages_asked() == [PATH]
    assert world.handle(entry(world.serve("/berita/2"), title="Lain")).what == "stored"
    assert world.table.due_rechecks("9999", 10) == []


def test_robots_that_forbid_the_page_by_then_change_nothing(world: World) -> None:
    world.handle(entry(world.serve(PATH)))
    world.now += timedelta(days=2)
    robots = Reply(b"User-agent: *\nDisallow: /\n", content_type="text/plain")
    world.web.replies[KABAR + "/robots.txt"] = robots
    outcome = world.handle(recheck(world.only(), world.now))
    assert (outcome.what, outcome.reason) == ("unchanged", "robots.txt disallows")
    assert world.pages_asked() == [PATH]
    assert world.only().origin == "page"
