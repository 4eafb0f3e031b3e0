"""``make migrate``: items that a former release has stored get what this one gives to new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from functions.publish.changes import read_batch
from local.migrate.__main__ import main
from newswire.article import Owner
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ArticleTable
from newswire.stops import Stop, Stops
from newswire.tables import Table
from tests.support.articles import article_item
from tests.support.aws_stack import ARTICLE_TABLE, Stack
from tests.support.deployed import deploy

ITEM = article_item()
PK = f"article#{ITEM.id}"


@pytest.fixture
def table(stack: Stack) -> Table:
    """Return the table of a stack that CloudFormation knows, with an item of before ``by-language``."""
    deploy(stack)
    table = Table(stack.dynamodb, ARTICLE_TABLE)
    table.put_unconditionally(before_by_language(ITEM))
    return table


def before_by_language(item: ArticleItem) -> dict[str, Any]:
    return {name: value for name, value in item.to_item().items() if name != "language_id"}


def migrate(*options: str) -> int:
    return main(["--stack", "newswire", *options])


def interfering(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen before the next write."""
    put = Table.put

    def interfered(table: Table, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        monkeypatch.setattr(Table, "put", put)
        act()
        put(table, item, expected_version=expected_version)

    monkeypatch.setattr(Table, "put", interfered)


def test_an_item_without_its_key_of_an_index_gets_it_with_its_next_version(
    table: Table, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = ArticleTable(table)
    assert articles.newest("by-language", "id", 9) == []
    assert migrate() == 0
    assert articles.newest("by-language", "id", 9) == [ITEM.id]
    assert stack.items(ARTICLE_TABLE) == {PK: {**ITEM.to_item(), "version": 2}}
    assert capsys.readouterr().out.split() == ["1", "migrated"]


def test_publish_takes_it_for_a_change(table: Table, stack: Stack) -> None:
    old = stack.dynamodb.get_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": PK}})["Item"]
    assert migrate() == 0
    new = stack.dynamodb.get_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": PK}})["Item"]
    record = {"dynamodb": {"SequenceNumber": "1", "OldImage": old, "NewImage": new}}
    assert set(read_batch([record]).changes) == {ITEM.id}
    assert table.name == ARTICLE_TABLE


def test_a_second_run_writes_nothing(table: Table, stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    stone = Tombstone("bbbbbbbbbbbbbbbb", 3, ITEM.url, "s", "HTTP 410", "2026-01-02T00:00:00.000Z")
    stub = replace(
        stone, id="cccccccccccccccc", reason="retention", owner=Owner("kabar", "Kabar", "https://k.example")
    )
    taken = replace(
        stone,
        id="dddddddddddddddd",
        reason="takedown",
        slugs=("harga-beras", "harga-beras-naik"),
        former=replace(ITEM, id="dddddddddddddddd", aliases=("aaaaaaaaaaaaaaaa",)),
    )
    for one in (stone, stub, taken, replace(taken, id="eeeeeeeeeeeeeeee", former=taken)):
        table.put_unconditionally(one.to_item())
    table.put_unconditionally({"pk": "alias#aaaaaaaaaaaaaaaa", "type": "alias", "article": ITEM.id})
    table.put_unconditionally(Stops(1, {"source#kabar": Stop("2026-01-01T00:00:00.000Z", "x")}).to_item())
    assert migrate() == 0
    after = stack.items(ARTICLE_TABLE)
    capsys.readouterr()
    assert migrate() == 0
    assert stack.items(ARTICLE_TABLE) == after
    assert capsys.readouterr().out.splitlines() == [
        "       5 as this release writes them",
        "       2 no articles",
    ]


def test_a_dry_run_writes_nothing(table: Table, stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    before = stack.items(table.name)
    assert migrate("--dry") == 0
    assert stack.items(table.name) == before
    told = capsys.readouterr()
    assert (f"{PK}: migrated" in told.err, told.out.endswith("nothing was written\n")) == (True, True)


def test_whatever_extract_commits_meanwhile_is_migrated_in_its_place(
    table: Table, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    revised = replace(ITEM, version=2, title="Harga beras naik")
    interfering(monkeypatch, lambda: table.put_unconditionally(before_by_language(revised)))
    assert migrate() == 0
    assert stack.items(ARTICLE_TABLE) == {PK: {**revised.to_item(), "version": 3}}


def test_a_retraction_meanwhile_stands(table: Table, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stone = Tombstone(ITEM.id, 2, ITEM.url, ITEM.slug, "HTTP 410", "2026-01-02T00:00:00.000Z")
    interfering(monkeypatch, lambda: table.put_unconditionally(stone.to_item()))
    assert migrate() == 0
    assert stack.items(ARTICLE_TABLE) == {PK: stone.to_item()}


def test_a_killed_run_is_begun_again(table: Table, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [replace(ITEM, id=f"{number}bbbbbbbbbbbbbbb") for number in range(2, 7)]
    for one in others:
        table.put_unconditionally(before_by_language(one))
    put, allowed = Table.put, iter(range(3))

    def killed(table: Table, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        if next(allowed, None) is None:
            raise KeyboardInterrupt
        put(table, item, expected_version=expected_version)

    monkeypatch.setattr(Table, "put", killed)
    with pytest.raises(KeyboardInterrupt):
        migrate()
    assert sum("language_id" in item for item in stack.items(ARTICLE_TABLE).values()) == 3
    monkeypatch.setattr(Table, "put", put)
    assert migrate() == 0
    items = stack.items(ARTICLE_TABLE).values()
    assert [(item["language_id"], item["version"]) for item in items] == [("id", 2)] * 6


@pytest.mark.parametrize("later", [{"schema": 2}, {"state": "embargoed"}])
def test_what_a_later_release_has_written_is_left(
    table: Table, stack: Stack, later: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    item = {**before_by_language(ITEM), **later}
    table.put_unconditionally(item)
    assert migrate() == 0
    assert stack.items(ARTICLE_TABLE) == {PK: item}
    assert "1 of a later release, and so left" in capsys.readouterr().out


def test_attributes_that_this_release_does_not_know_stay(table: Table, stack: Stack) -> None:
    table.put_unconditionally({**before_by_language(ITEM), "mood": "calm"})
    assert migrate() == 0
    assert stack.items(ARTICLE_TABLE) == {PK: {**ITEM.to_item(), "version": 2, "mood": "calm"}}


def test_an_item_that_cannot_be_read_is_left_and_fails_the_run(
    table: Table, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = {"pk": "article#bbbbbbbbbbbbbbbb", "type": "article", "state": "live", "id": "bbbbbbbbbbbbbbbb"}
    table.put_unconditionally(broken)
    assert migrate() == 1
    told = capsys.readouterr()
    assert "1 that cannot be read, and so left" in told.out
    assert "article#bbbbbbbbbbbbbbbb: that cannot be read" in told.err
    assert stack.items(ARTICLE_TABLE)[broken["pk"]] == broken
