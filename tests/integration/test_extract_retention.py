"""Articles whose retention is over: erased once publish has noted it, and never brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.fetch.enqueueing import Enqueuer
from functions.fetch.rechecks import enqueue_rechecks
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.messages import Message
from newswire.queue import Queue
from newswire.tables import ConditionFailed
from tests.support.extract_world import KABAR, NOW, WARTA, World, entry, recheck
from tests.support.pictures import picture_file
from tests.support.web_server import Reply

KEPT = timedelta(days=30)


@pytest.fixture
def kept(world: World) -> World:
    """Return the world of a portal that keeps this owner's articles for thirty days, pictures included."""
    world.change_source("kabar", retention=KEPT, images="copy")
    world.web.replies[KABAR + "/foto.jpg"] = Reply(picture_file(), content_type="image/jpeg")
    return world


def stored(world: World, path: str = "/berita/1") -> ArticleItem:
    """Store an article of two revisions and a picture."""
    image = [{"url": world.url("/foto.jpg")}]
    url = world.serve(path, "Lima persen.", images=image)
    world.handle(entry(url))
    world.serve(path, "Enam persen.", images=image)
    world.handle(entry(url, poll=1, title="Harga beras turun enam persen"))
    return world.only()


def retire(world: World) -> ArticleItem:
    """Do as publish does when the article's time is over and the site is rid of it."""
    item = world.only()
    world.now = datetime.fromisoformat(item.listed) + KEPT
    assert world.table.retire(item, instant(world.now), instant(world.now + timedelta(hours=1)))
    return world.only()


def retiring(world: World) -> Callable[[], None]:
    """Return what publish does meanwhile."""

    def act() -> None:
        retire(world)

    return act


def due(world: World) -> Message:
    world.now += timedelta(hours=1)
    return recheck(world.only(), world.now)


def test_when_an_article_is_over_is_due_from_its_first_commit_on(kept: World) -> None:
    kept.handle(entry(kept.serve("/berita/1")))
    item = kept.only()
    assert kept.due_after_archives() == instant(datetime.fromisoformat(item.listed) + KEPT)


def test_files_of_all_revisions_go_and_only_identity_remains(kept: World) -> None:
    item = stored(kept)
    assert {key.split("/")[0] for key in kept.stack.objects()} == {"articles", "images"}
    assert len([key for key in kept.stack.objects() if key.startswith("articles/")]) == 2
    retired = retire(kept)

    outcome = kept.handle(due(kept))

    assert (outcome.what, outcome.reason) == ("erased", "retention")
    assert kept.stack.objects() == {}
    (stone,) = kept.articles().values()
    assert stone == Tombstone(
        id=item.id,
        version=retired.version + 1,
        url=item.url,
        slug=item.slug,
        reason="retention",
        gone_at=retired.retired or "",
        slugs=("harga-beras-turun-enam-persen",),
        owner=item.owner,
        revised=item.revised,
    )
    row = kept.stack.items("newswire-articles")[f"article#{item.id}"]
    assert not {"title", "excerpt", "text_sha256", "via", "signature", "recheck", "change"} & row.keys()
    assert kept.table.due_rechecks(instant(kept.now + timedelta(days=400)), 9) == []


def test_fetch_hands_it_to_extract_when_its_hour_is_over(kept: World) -> None:
    stored(kept)
    item = retire(kept)
    enqueuer = Enqueuer(Queue(kept.stack.sqs, kept.stack.queue_url), kept.bucket)
    assert enqueue_rechecks(kept.table, enqueuer, kept.now + timedelta(minutes=59)) == 0

    kept.now += timedelta(hours=1)
    assert enqueue_rechecks(kept.table, enqueuer, kept.now) == 1

    (message,) = kept.stack.drain()
    assert kept.handle(Message.from_json(message.raw)).what == "erased"
    assert enqueue_rechecks(kept.table, enqueuer, kept.now) == 0
    assert message.body["article_id"] == item.id


@pytest.mark.parametrize("erased", [False, True])
def test_nothing_brings_it_back(kept: World, erased: bool) -> None:
    item = stored(kept)
    first = entry(item.url)
    alias = kept.serve("/cetak/1", "Enam persen.", canonical_url=item.url, title=item.title)
    assert kept.handle(entry(alias, source="warta", title=item.title)).what == "joined"
    retire(kept)
    erasing = due(kept)
    if erased:
        assert kept.handle(erasing).what == "erased"
    before, asked = kept.everything(), kept.pages_asked()

    for replay in (
        first,  # a replay of the dead letters, or a second delivery
        entry(
            item.url, poll=5, title="Muncul lagi", updated="2026-03-01T00:00:00Z"
        ),  # the feed still lists it
        entry(item.url, source="warta", poll=6),
        entry(alias, source="warta", poll=7, title="Ralat"),
        entry(item.url, poll=8, article=item.id),
        recheck(item, NOW + timedelta(days=3)),  # a look that was due before
    ):
        assert kept.handle(replay).what in ("tombstoned", "already handled")

    assert kept.everything() == before
    assert kept.pages_asked() == asked
    if erased:
        assert kept.handle(erasing).what == "tombstoned"
        assert kept.everything() == before


@pytest.mark.parametrize("way", ["canonical", "redirect"])
def test_it_does_not_come_back_under_a_new_link(kept: World, way: str) -> None:
    item = stored(kept)
    retire(kept)
    kept.handle(due(kept))
    title = "Harga beras turun enam persen"
    new = kept.serve("/baru/1", canonical_url=item.url, title=title)
    link = new if way == "canonical" else kept.redirect("/baru/2", item.url)
    assert kept.handle(entry(link, source="warta", title=title)).what == "tombstoned"
    assert len(kept.articles()) == 1


def test_a_copy_of_what_only_we_keep_no_longer_may_still_come(kept: World) -> None:
    item = stored(kept)
    retire(kept)
    kept.handle(due(kept))
    copy = kept.serve(
        "/salinan/1",
        "Naskah salinan.",
        WARTA,
        attributions=[{"kind": "link", "url": item.url, "name": "Kabar", "evidence": "sumber", "beside": []}],
    )
    assert kept.handle(entry(copy, source="warta", title="Salinan")).what == "stored"


def fail_once(world: World, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    """Let the function die at one step of erasing."""
    target, name = {
        "listing": (world.bucket, "delete_below"),
        "pictures": (world.bucket, "delete_below"),
        "tombstone": (world.table, "retract"),
    }[at]
    step, calls = getattr(target, name), []

    def dying(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == (2 if at == "pictures" else 1):
            raise RuntimeError("killed")
        step(*arguments)

    monkeypatch.setattr(target, name, dying)


@pytest.mark.parametrize("at", ["listing", "pictures", "tombstone"])
def test_whoever_dies_in_between_leaves_it_due_and_the_next_one_ends_it(
    kept: World, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    item = stored(kept)
    retire(kept)
    message = due(kept)
    fail_once(kept, monkeypatch, at)
    with pytest.raises(RuntimeError, match="killed"):
        kept.handle(message)
    assert [one.id for one in kept.table.due_rechecks(instant(kept.now), 9)] == [item.id]

    monkeypatch.undo()
    assert kept.handle(message).what == "erased"
    assert kept.stack.objects() == {}
    assert isinstance(kept.articles()[item.id], Tombstone)


def meanwhile(world: World, message: Message) -> Callable[[], None]:
    def handle() -> None:
        world.handle(message)

    return handle


def test_two_who_erase_it_at_once_leave_one_tombstone(kept: World) -> None:
    item = stored(kept)
    retired = retire(kept)
    message = due(kept)
    kept.table.before_commit = [meanwhile(kept, message)]
    assert kept.handle(message).what == "tombstoned"
    assert kept.articles()[item.id].version == retired.version + 1


def test_a_revision_in_flight_loses_against_the_note(kept: World) -> None:
    item = stored(kept)
    kept.serve("/berita/1", "Tujuh persen.")
    kept.table.before_commit = [retiring(kept)]
    assert kept.handle(entry(item.url, poll=9, title="Ralat lagi")).what == "tombstoned"
    assert kept.only().revision == item.revision
    assert len([key for key in kept.stack.objects() if key.startswith("articles/")]) == 3  # of nobody yet

    kept.handle(due(kept))

    assert kept.stack.objects() == {}


def test_the_note_loses_against_a_revision_and_is_made_again_from_that(kept: World) -> None:
    item = stored(kept)
    kept.serve("/berita/1", "Tujuh persen.")
    kept.handle(entry(item.url, poll=9, title="Ralat lagi"))
    assert not kept.table.retire(item, instant(kept.now), instant(kept.now))
    assert kept.only().retired is None


def test_a_look_does_not_lose_what_is_due_and_not_done(kept: World) -> None:
    kept.change_source("kabar", display="full", full_text_for=timedelta(hours=1))
    url = kept.serve("/berita/1", "Lima persen.")
    kept.handle(entry(url))
    planned = kept.only().next_change
    assert planned is not None
    kept.now = datetime.fromisoformat(planned) + timedelta(minutes=30)  # publish looks once an hour
    kept.serve("/berita/1", "Lima persen.", tags=["baru"])
    assert kept.revisit().what == "unchanged"
    assert kept.only().next_change == planned


def test_what_the_page_called_withdrawn_to_the_last_stays_withdrawn(kept: World) -> None:
    item = stored(kept)
    kept.table.commit(
        replace(item, version=item.version + 1, withheld_since=instant(kept.now)),
        expected_version=item.version,
    )
    withheld = kept.only().withheld_since
    retire(kept)
    assert kept.handle(due(kept)).reason == "retraction notice"
    stone = kept.articles()[item.id]
    assert isinstance(stone, Tombstone)
    assert (stone.reason, stone.gone_at, stone.owner) == ("retraction notice", withheld, None)


def test_a_tombstone_cannot_be_retired(kept: World) -> None:
    item = stored(kept)
    kept.bury(item.url)
    assert not kept.table.retire(item, instant(kept.now), instant(kept.now))
    with pytest.raises(ConditionFailed):
        kept.table.retract([Tombstone(item.id, item.version + 1, item.url, item.slug, "retention", "")])


def withdrawn(world: World) -> Tombstone:
    """Let the publisher withdraw the only article."""
    item = world.only()
    world.fail("/berita/1", 410)
    while world.revisit().what != "retracted":
        pass
    stone = world.articles()[item.id]
    assert isinstance(stone, Tombstone)
    return stone


def test_files_of_a_withdrawn_article_go_when_its_time_would_have_been_over(kept: World) -> None:
    item = stored(kept)
    stone = withdrawn(kept)
    end = datetime.fromisoformat(item.listed) + KEPT
    assert stone.recheck_at == instant(end)
    assert kept.stack.objects()
    assert kept.handle(recheck(item, end - timedelta(hours=1))).what == "tombstoned"

    kept.now = end
    enqueuer = Enqueuer(Queue(kept.stack.sqs, kept.stack.queue_url), kept.bucket)
    assert enqueue_rechecks(kept.table, enqueuer, kept.now) == 1
    (message,) = kept.stack.drain()
    outcome = kept.handle(Message.from_json(message.raw))

    assert (outcome.what, outcome.reason) == ("erased", "HTTP 410")
    assert kept.stack.objects() == {}
    assert kept.articles()[item.id] == replace(stone, version=stone.version + 1, recheck_at=None)
    assert enqueue_rechecks(kept.table, enqueuer, kept.now) == 0
    assert kept.handle(Message.from_json(message.raw)).what == "tombstoned"


def test_files_of_a_withdrawn_article_stay_where_articles_are_kept_for_ever(kept: World) -> None:
    kept.change_source("kabar", retention=None)
    stored(kept)
    assert withdrawn(kept).recheck_at is None


def test_what_is_withdrawn_when_its_time_is_over_is_left_to_who_is_at_work_on_it(kept: World) -> None:
    stored(kept)
    kept.now = NOW + KEPT
    stone = withdrawn(kept)
    assert stone.recheck_at == instant(kept.now + timedelta(hours=1))
