"""Two invocations with the same article at once: the version decides, and nobody's work is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from functions.extract.failures import TransientFailure
from functions.extract.processing import COMMIT_ATTEMPTS
from newswire.article_item import Tombstone
from newswire.messages import Message
from newswire.urls import article_id
from tests.support.extract_world import World, entry


def handling(world: World, message: Message) -> Callable[[], None]:
    """Return what another invocation does meanwhile."""

    def handle() -> None:
        world.handle(message)

    return handle


def feeds(world: World) -> set[str]:
    return {via.source for via in world.only().via.values()}


def test_two_first_commits_of_one_article_lose_neither_feed(world: World) -> None:
    url = world.serve("/berita/1")
    world.table.before_commit = [handling(world, entry(url, source="warta", summary="Kata Warta."))]
    assert world.handle(entry(url)).what == "known hint"
    assert feeds(world) == {"kabar", "warta"}
    assert (world.only().version, world.only().revision) == (2, 1)
    assert world.only().excerpt == "Kata Warta."
    assert len(world.pages_asked()) == 2  # one each; the loser does not ask again


@pytest.mark.parametrize("moment", ["after_read", "before_commit"])
def test_two_further_feeds_at_once_are_both_kept(world: World, moment: str) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    setattr(world.table, moment, [handling(world, entry(url, source="warta"))])
    world.handle(entry(url, source="lentera"))
    assert feeds(world) == {"kabar", "warta", "lentera"}
    assert world.only().version == 3


def test_a_revision_that_meets_a_further_feed_keeps_it(world: World) -> None:
    url = world.serve("/berita/1", "Lima persen.")
    world.handle(entry(url))
    world.serve("/berita/1", "Enam persen.")
    world.table.before_commit = [handling(world, entry(url, source="warta"))]
    assert world.handle(entry(url, poll=1, title="Ralat")).what == "revised"
    assert feeds(world) == {"kabar", "warta"}
    assert (world.only().version, world.only().revision, world.document().text) == (3, 2, "Enam persen.")
    assert len(world.pages_asked()) == 2


def test_the_same_message_in_two_invocations_is_one_article(world: World) -> None:
    message = entry(world.serve("/berita/1"))
    world.table.before_commit = [handling(world, message)]
    assert world.handle(message).what == "already handled"
    assert (world.only().version, world.only().revision) == (1, 1)


def test_two_revisions_at_once_number_themselves_in_turn(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.handle(entry(url, source="warta"))
    world.table.before_commit = [handling(world, entry(url, source="warta", poll=1, title="Kata Warta"))]
    world.handle(entry(url, poll=1, title="Kata Kabar"))
    assert (world.only().version, world.only().revision, world.only().title) == (4, 3, "Kata Kabar")
    assert world.document().revision == 3


def test_a_link_that_loses_to_its_canonical_joins_it(world: World) -> None:
    canonical = world.serve("/berita/beras")
    link = world.serve("/cetak/1", canonical_url=canonical)
    world.table.before_commit = [handling(world, entry(canonical))]
    assert world.handle(entry(link, source="warta")).what == "joined"
    assert world.only().id == article_id(canonical)
    assert feeds(world) == {"kabar", "warta"}


def test_a_canonical_that_became_an_alias_while_its_page_was_read_joins_the_link(world: World) -> None:
    canonical = world.serve("/berita/beras")
    link = world.serve("/cetak/1", canonical_url=canonical)
    world.worker.after_page = handling(world, entry(link, source="warta"))
    assert world.handle(entry(canonical)).what == "known hint"
    assert world.only().id == article_id(link)
    assert feeds(world) == {"kabar", "warta"}


def test_two_new_urls_of_one_guid_at_once_are_both_known(world: World) -> None:
    first, second, third = (world.serve(f"/berita/{number}") for number in (1, 2, 3))
    world.handle(entry(first))
    identity = article_id(first)
    world.table.before_commit = [handling(world, entry(third, source="warta", article=identity))]
    world.handle(entry(second, poll=1, article=identity))
    assert world.aliases() == {article_id(second): identity, article_id(third): identity}


@pytest.mark.parametrize("edit", [{}, {"title": "Ralat"}], ids=["via", "revision"])
def test_a_retraction_wins_over_a_commit_that_was_under_way(world: World, edit: dict[str, str]) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.table.before_commit = [lambda: world.bury(url)]
    assert world.handle(entry(url, poll=1, **edit)).what == "tombstoned"
    (stone,) = world.articles().values()
    assert isinstance(stone, Tombstone)


def test_a_retraction_wins_over_a_first_commit(world: World) -> None:
    url = world.serve("/berita/1")
    world.table.before_commit = [lambda: world.bury(url)]
    assert world.handle(entry(url)).what == "tombstoned"


def test_an_article_that_others_keep_writing_comes_back_later(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    # Another invocation is faster every time: a poll of its own before each of our commits.
    others = [
        handling(world, entry(url, source="warta", poll=poll)) for poll in range(1, COMMIT_ATTEMPTS + 1)
    ]
    world.table.before_commit = [step for other in others for step in (other, lambda: None)]
    with pytest.raises(TransientFailure, match="the article was written too often meanwhile"):
        world.handle(entry(url, source="lentera"))
    world.table.before_commit = []
    world.handle(entry(url, source="lentera"))
    assert feeds(world) == {"kabar", "warta", "lentera"}
