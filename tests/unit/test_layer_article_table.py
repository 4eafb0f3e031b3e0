"""ArticleTable: the commit point, aliases, and indexes that only propose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from newswire.article import Owner
from newswire.article_history import Edit, PageRecord
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ALIASES_LISTED, ArticleTable, Due
from newswire.known_copies import COPIES_LIMIT, Enrolment, KnownCopies
from newswire.stops import Stop, Stops
from newswire.tables import ConditionFailed, Table
from tests.support.articles import article_item
from tests.support.aws_stack import ARTICLE_TABLE, Stack


@pytest.fixture
def rows(stack: Stack) -> Table:
    return Table(stack.dynamodb, ARTICLE_TABLE)


@pytest.fixture
def articles(rows: Table) -> ArticleTable:
    return ArticleTable(rows)


def numbered(number: int, **changes: Any) -> ArticleItem:
    listed = f"2025-06-{number:02}T00:00:00.000Z"
    return replace(article_item(), id=f"article{number:09}", listed=listed, **changes)


def bury(rows: Table, article_id: str) -> None:
    stone = Tombstone(article_id, 2, "https://kabar.example/1", "slug", "410", "2025-06-02T00:00:00.000Z")
    rows.put_unconditionally(stone.to_item())


def test_a_committed_article_is_read_back(articles: ArticleTable) -> None:
    articles.commit(article_item(), expected_version=None)
    assert articles.get_many([article_item().id, "unknown"]) == {article_item().id: article_item()}


def test_what_is_remembered_of_pages_and_revisions_is_read_back(articles: ArticleTable, rows: Table) -> None:
    page = PageRecord(
        "https://kabar.example/1", etag='W/"ü"', sha256="a" * 64, missing_since="2025-06-02T00:00Z"
    )
    edits = (
        Edit(2, "2025-06-02T01:00:00.000Z", "articles/a/1.json", ("text",), 3, 1, "f" * 16),
        Edit(3, "2025-06-02T02:00:00.000Z", "articles/a/2.json", ("title",), 0, 0, "e" * 16, "Lama", "Baru"),
    )
    item = replace(article_item(), page=page, history=edits)
    articles.commit(item, expected_version=None)
    assert articles.get_many([item.id]) == {item.id: item}
    stored = rows.get_many([f"article#{item.id}"])[f"article#{item.id}"]
    assert set(stored["page"]) == {"url", "etag", "sha256", "missing_since"}
    assert {"page", "history"}.isdisjoint(article_item().to_item())


def test_what_is_remembered_of_further_pages_is_read_back_in_their_order(
    articles: ArticleTable, rows: Table
) -> None:
    second = PageRecord("https://kabar.example/1/2", etag='"2"', link="https://kabar.example/1?page=2")
    third = PageRecord("https://kabar.example/1?page=3", missing_since="2025-06-02T00:00Z", left_out=True)
    page = PageRecord("https://kabar.example/1", further=(second, third))
    item = replace(article_item(), page=page)
    articles.commit(item, expected_version=None)
    assert articles.get_many([item.id]) == {item.id: item}
    stored = rows.get_many([f"article#{item.id}"])[f"article#{item.id}"]["page"]
    assert [set(one) for one in stored["further"]] == [
        {"url", "etag", "link"},
        {"url", "missing_since", "left_out"},
    ]


def test_a_retraction_leaves_a_tombstone_only_over_the_version_that_it_was_decided_by(
    articles: ArticleTable, rows: Table
) -> None:
    item = article_item()
    articles.commit(item, expected_version=None, aliases=["aliasone"])
    stone = Tombstone(item.id, 2, item.url, item.slug, "HTTP 410", "2025-06-02T00:00:00.000Z")
    with pytest.raises(ConditionFailed):
        articles.retract([replace(stone, version=3)])
    articles.retract([stone])
    assert articles.resolve(["aliasone", item.id]) == {"aliasone": stone, item.id: stone}
    names = {"pk", "type", "state", "id", "version", "url", "slug", "reason", "gone_at"}
    assert set(rows.get_many([f"article#{item.id}"])[f"article#{item.id}"]) == names
    for expected in (None, 1):
        with pytest.raises(ConditionFailed):
            articles.commit(replace(item, version=3), expected_version=expected)


def test_an_article_is_found_by_every_url_that_is_known_for_it(articles: ArticleTable) -> None:
    articles.commit(article_item(), expected_version=None, aliases=["aliasone", "aliastwo", "aliasone"])
    found = articles.resolve(["aliasone", article_item().id, "unknown", "aliastwo"])
    known = replace(article_item(), aliases=("aliasone", "aliastwo"))
    assert found == dict.fromkeys(("aliasone", article_item().id, "aliastwo"), known)


def test_two_first_commits_of_one_article_have_one_winner(articles: ArticleTable) -> None:
    articles.commit(article_item(), expected_version=None)
    with pytest.raises(ConditionFailed):
        articles.commit(replace(article_item(), title="late"), expected_version=None)
    with pytest.raises(ConditionFailed):
        articles.commit(replace(article_item(), title="late"), expected_version=None, aliases=["aliasone"])
    assert articles.resolve([article_item().id, "aliasone"]) == {article_item().id: article_item()}


def test_a_revision_needs_the_version_it_was_made_from(articles: ArticleTable) -> None:
    articles.commit(article_item(), expected_version=None)
    second = replace(article_item(), version=2, title="Harga beras naik")
    articles.commit(second, expected_version=1)
    with pytest.raises(ConditionFailed):
        articles.commit(replace(second, title="late"), expected_version=1)
    assert articles.get_many([second.id])[second.id] == second


def test_an_alias_of_another_article_stops_the_whole_commit(articles: ArticleTable) -> None:
    articles.commit(numbered(1), expected_version=None, aliases=["shared"])
    with pytest.raises(ConditionFailed):
        articles.commit(numbered(2), expected_version=None, aliases=["own", "shared"])
    assert articles.resolve([numbered(2).id, "own"]) == {}


def test_an_alias_that_is_an_article_by_now_stops_the_whole_commit(articles: ArticleTable) -> None:
    articles.commit(numbered(1), expected_version=None)
    with pytest.raises(ConditionFailed):
        articles.commit(numbered(2), expected_version=None, aliases=[numbered(1).id])
    assert articles.get_many([numbered(2).id]) == {}


def test_who_speaks_of_known_articles_finds_what_who_asks_for_any_address_finds(
    rows: Table, articles: ArticleTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And asks for aliases only where some id is no article."""
    articles.commit(numbered(1), expected_version=None, aliases=["alias"])
    articles.put_stops(Stops().with_stop("kabar", Stop("2026-01-05T00:00:00.000Z", "asked")))
    asked: list[list[str]] = []
    get_many = rows.get_many

    def got(_: Table, pks: Iterable[str]) -> dict[str, dict[str, Any]]:
        asked.append(list(pks))
        return get_many(asked[-1])

    monkeypatch.setattr(Table, "get_many", got)
    for ids in ([numbered(1).id], [numbered(1).id, "alias"], ["unknown"]):
        assert articles.known_beside_stops(ids) == articles.resolve_beside_stops(ids)
        assert articles.known(ids) == articles.resolve(ids)
    assert [len(pks) for pks in asked[:4]] == [2, 3, 1, 3]


def test_the_same_alias_may_be_written_again_for_its_article(articles: ArticleTable) -> None:
    articles.commit(numbered(1), expected_version=None, aliases=["alias"])
    articles.commit(replace(numbered(1), version=2), expected_version=1, aliases=["alias"])
    assert articles.resolve(["alias"])["alias"].version == 2


def test_a_tombstone_is_found_and_cannot_be_committed_over_by_a_first_commit(
    rows: Table, articles: ArticleTable
) -> None:
    bury(rows, article_item().id)
    found = articles.get_many([article_item().id])[article_item().id]
    assert isinstance(found, Tombstone)
    assert (found.version, found.reason) == (2, "410")
    with pytest.raises(ConditionFailed):
        articles.commit(article_item(), expected_version=None)


def test_lists_are_newest_first_and_bounded(articles: ArticleTable) -> None:
    for number in (3, 1, 5, 2, 4):
        articles.commit(numbered(number), expected_version=None)
    newest = articles.newest("by-portal", "all", 3)
    assert newest == [numbered(number).id for number in (5, 4, 3)]


def test_a_list_longer_than_a_page_is_read_to_its_end(
    articles: ArticleTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newswire.article_table._PAGE", 4)
    for number in range(1, 12):
        articles.commit(numbered(number), expected_version=None)
    oldest_first = [numbered(number).id for number in range(1, 12)]
    assert articles.newest("by-category", "ekonomi", 9) == oldest_first[:1:-1]


def test_a_list_can_be_gone_through_from_wherever_one_has_come_to(articles: ArticleTable) -> None:
    for number in range(1, 8):
        articles.commit(numbered(number), expected_version=None)
    position, passed = None, []
    while found := articles.listed_before("by-owner", "kabar", position, 3):
        passed.append([one.id for one in found])
        position = found[-1].position
    assert passed == [[numbered(number).id for number in part] for part in ((7, 6, 5), (4, 3, 2), (1,))]


def test_each_index_has_its_own_key(articles: ArticleTable) -> None:
    articles.commit(numbered(1, category="dunia"), expected_version=None)
    articles.commit(
        replace(numbered(2), owner=Owner("@lain.example", "Lain", "https://lain.example")),
        expected_version=None,
    )
    assert articles.newest("by-category", "dunia", 9) == [numbered(1).id]
    assert articles.newest("by-category", "ekonomi", 9) == [numbered(2).id]
    assert articles.newest("by-owner", "@lain.example", 9) == [numbered(2).id]
    assert articles.newest("by-owner", "kabar", 9) == [numbered(1).id]


def test_articles_are_listed_by_the_primary_subtag_of_their_language_if_it_is_known(
    articles: ArticleTable,
) -> None:
    for number, language in enumerate(["en-GB", "en", None, "id"], 1):
        articles.commit(replace(numbered(number), language=language), expected_version=None)
    assert articles.newest("by-language", "en", 9) == [numbered(2).id, numbered(1).id]
    assert articles.newest("by-language", "id", 9) == [numbered(4).id]


def test_what_is_due_comes_longest_due_first_and_bounded(articles: ArticleTable) -> None:
    for number in (2, 1, 3, 9):
        item = replace(
            numbered(number),
            recheck_at=f"2025-07-{number:02}T00:00:00.000Z",
            next_change=f"2025-08-{number:02}T00:00:00.000Z",
        )
        articles.commit(item, expected_version=None)
    due = articles.due_rechecks("2025-07-03T00:00:00.000Z", 9)
    assert [one.id for one in due] == [numbered(number).id for number in (1, 2, 3)]
    assert due[0].at == "2025-07-01T00:00:00.000Z"
    assert [one.id for one in articles.due_rechecks("2025-07-09T00:00:00.000Z", 2)] == [
        numbered(1).id,
        numbered(2).id,
    ]
    assert [one.id for one in articles.due_changes("2025-08-01T00:00:00.000Z", 9)] == [numbered(1).id]


def test_a_change_is_cleared_unless_the_article_was_written_meanwhile(articles: ArticleTable) -> None:
    item = replace(numbered(1), next_change="2025-08-01T00:00:00.000Z")
    articles.commit(item, expected_version=None)
    assert articles.settle_change(replace(item, version=7), None) is False
    assert articles.settle_change(item, None) is True
    assert articles.due_changes("2025-09-01T00:00:00.000Z", 9) == []
    assert articles.get_many([item.id])[item.id].version == 2


def test_the_following_change_takes_the_place_of_one_that_is_done(articles: ArticleTable) -> None:
    item = replace(numbered(1), next_change="2025-08-01T00:00:00.000Z")
    articles.commit(item, expected_version=None)
    assert articles.settle_change(item, "2025-08-05T00:00:00.000Z") is True
    assert articles.due_changes("2025-08-04T00:00:00.000Z", 9) == []
    assert articles.due_changes("2025-08-05T00:00:00.000Z", 9) == [Due(item.id, "2025-08-05T00:00:00.000Z")]
    assert articles.get_many([item.id]) == {
        item.id: replace(item, version=2, next_change="2025-08-05T00:00:00.000Z")
    }


def copied(number: int, record: KnownCopies, articles: ArticleTable, original: ArticleItem | None) -> None:
    enlarged = record.with_copy(numbered(number).id)
    assert enlarged is not None
    articles.commit(numbered(number), expected_version=None, enrolment=Enrolment(enlarged, original))


def test_a_copy_is_enrolled_in_the_transaction_that_stores_it(articles: ArticleTable) -> None:
    (empty,) = articles.known_copies(["address"])
    assert empty == KnownCopies("address")
    copied(2, empty, articles, None)
    assert articles.known_copies(["address"]) == [KnownCopies("address", 1, (numbered(2).id,))]
    with pytest.raises(ConditionFailed):
        copied(3, empty, articles, None)
    assert articles.get_many([numbered(3).id]) == {}
    (record,) = articles.known_copies(["address"])
    copied(3, record, articles, None)
    assert articles.known_copies(["address"]) == [KnownCopies("address", 2, (numbered(2).id, numbered(3).id))]


def test_no_copy_is_stored_whose_original_was_written_meanwhile(articles: ArticleTable, rows: Table) -> None:
    articles.commit(numbered(1), expected_version=None)
    bury(rows, numbered(1).id)
    with pytest.raises(ConditionFailed):
        copied(2, KnownCopies(numbered(1).id), articles, numbered(1))
    assert articles.get_many([numbered(2).id]) == {}
    assert articles.known_copies([numbered(1).id]) == [KnownCopies(numbered(1).id)]


@pytest.mark.parametrize("meanwhile", ["a copy", "a write to the second"])
def test_several_articles_are_retracted_together_or_not_at_all(
    articles: ArticleTable, meanwhile: str
) -> None:
    for number in (1, 2):
        articles.commit(numbered(number), expected_version=None)
    stones = [
        Tombstone(item.id, 2, item.url, item.slug, "HTTP 410", "2025-06-02T00:00:00.000Z")
        for item in (numbered(1), numbered(2))
    ]
    (unchanged,) = articles.known_copies([numbered(1).id])
    if meanwhile == "a copy":
        copied(3, unchanged, articles, None)
    else:
        articles.commit(numbered(2, version=2), expected_version=1)
    with pytest.raises(ConditionFailed):
        articles.retract(stones, [unchanged])
    assert all(
        isinstance(one, ArticleItem) for one in articles.get_many(stone.id for stone in stones).values()
    )
    stones[1] = replace(stones[1], version=2 if meanwhile == "a copy" else 3)
    articles.retract(stones, articles.known_copies([numbered(1).id]))
    assert articles.get_many(stone.id for stone in stones) == {stone.id: stone for stone in stones}


def test_a_record_takes_so_many_copies_and_each_once() -> None:
    record = KnownCopies("address")
    for number in range(COPIES_LIMIT):
        enlarged = record.with_copy(f"copy{number}")
        assert enlarged is not None
        record = enlarged
    assert (record.version, len(record.articles)) == (COPIES_LIMIT, COPIES_LIMIT)
    assert record.with_copy("one more") is None
    twice = KnownCopies("address", 1, ("copy",)).with_copy("copy")
    assert twice == KnownCopies("address", 2, ("copy",))


def test_an_item_lists_the_newest_of_its_aliases(articles: ArticleTable) -> None:
    item = numbered(1)
    articles.commit(item, expected_version=None)
    for version in range(1, 8):
        (item,) = (one for one in articles.get_many([item.id]).values() if isinstance(one, ArticleItem))
        names = [f"alias{version}{letter}" for letter in "abcde"]
        articles.commit(replace(item, version=version + 1), expected_version=version, aliases=names)
    (item,) = (one for one in articles.get_many([item.id]).values() if isinstance(one, ArticleItem))
    assert len(item.aliases) == ALIASES_LISTED
    assert (item.aliases[0], item.aliases[-1]) == ("alias2a", "alias7e")
