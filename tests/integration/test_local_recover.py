"""``make recover``: what a table lacks of its backup comes back, and what has gone since stays gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from functions.publish.tasks import answer
from local.recover.__main__ import main
from newswire.article_item import TAKEDOWN, ArticleItem, Tombstone, Via, alias_pk
from newswire.article_table import ArticleTable
from newswire.known_copies import KnownCopies
from newswire.stops import Stop, Stops
from newswire.tables import ConditionFailed, Table
from tests.support.articles import article_item
from tests.support.aws_stack import ARTICLE_TABLE, FEED_TABLE, SITE_BUCKET, Stack
from tests.support.deployed import deploy
from tests.support.publish_world import World
from tests.support.table_shapes import ARTICLE_INDEXES, table_shape

BACKUP = "newswire-articles-yesterday"
ITEM = article_item()
PK = f"article#{ITEM.id}"
PAGE, DATA = f"a/{ITEM.slug}-{ITEM.id}.html", f"json/{ITEM.id}.json"
ALIAS = "aaaaaaaaaaaaaaaa"


class Deployed:
    """A deployed stack, and a table that a backup was restored into."""

    def __init__(self, stack: Stack) -> None:
        deploy(stack)
        stack.dynamodb.create_table(**table_shape(BACKUP, ARTICLE_INDEXES))
        self.stack = stack
        self.articles = ArticleTable(Table(stack.dynamodb, ARTICLE_TABLE))
        self.backup = Table(stack.dynamodb, BACKUP)

    def put(self, item: Mapping[str, Any], table: str = ARTICLE_TABLE) -> None:
        Table(self.stack.dynamodb, table).put_unconditionally(item)

    def back_up(self, *tables: str) -> None:
        """Copy all items into the table that stands for the restored one."""
        for table in tables or (ARTICLE_TABLE,):
            for item in self.stack.items(table).values():
                self.backup.put_unconditionally(item)

    def show(self, version: int, *, gone: bool = False) -> None:
        """Let the site show a version of the article, or a notice in its place."""
        for key in (PAGE, DATA):
            marks = {"version": str(version), **({"gone": "1"} if gone else {})}
            self.stack.s3.put_object(Bucket=SITE_BUCKET, Key=key, Body=b"x", Metadata=marks)

    def recover(self, *options: str) -> int:
        return main(["--from", BACKUP, "--stack", "newswire", *options])

    def item(self) -> ArticleItem | Tombstone | None:
        return self.articles.get_many([ITEM.id]).get(ITEM.id)

    def table(self) -> dict[str, dict[str, Any]]:
        return self.stack.items(ARTICLE_TABLE)


@pytest.fixture
def deployed(stack: Stack) -> Deployed:
    """Return a stack with one article under two addresses, which the backup has."""
    world = Deployed(stack)
    world.articles.commit(ITEM, expected_version=None, aliases=[ALIAS])
    world.put(KnownCopies(ITEM.id, 1, ("bbbbbbbbbbbbbbbb",)).to_item())
    world.back_up()
    return world


def stone(version: int) -> dict[str, Any]:
    return Tombstone(ITEM.id, version, ITEM.url, ITEM.slug, "HTTP 410", "2026-01-02T00:00:00.000Z").to_item()


def test_a_table_that_lost_everything_has_it_back_above_what_the_site_shows(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    before = deployed.table()
    for pk in before:
        deployed.stack.dynamodb.delete_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": pk}})
    deployed.show(7)
    assert deployed.recover() == 0
    after = deployed.table()
    assert after[PK] == {**before[PK], "version": 8}
    assert after[alias_pk(ALIAS)] == before[alias_pk(ALIAS)]
    assert after[f"copies#{ITEM.id}"] == {**before[f"copies#{ITEM.id}"], "version": 2}
    told = capsys.readouterr()
    assert told.out.split("\n")[0].split() == ["3", "written", "back"]
    assert f"{PK}: written back" in told.err


def test_a_second_run_writes_nothing(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.stack.dynamodb.delete_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": PK}})
    assert deployed.recover() == 0
    after = deployed.table()
    capsys.readouterr()
    assert deployed.recover() == 0
    assert deployed.table() == after
    assert capsys.readouterr().out.split() == ["3", "as", "in", "the", "backup"]


def test_a_dry_run_tells_and_writes_nothing(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.stack.dynamodb.delete_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": PK}})
    before = deployed.table()
    assert deployed.recover("--dry") == 0
    assert deployed.table() == before
    told = capsys.readouterr()
    assert f"{PK}: written back" in told.err
    assert told.out.endswith("nothing was written\n")


@pytest.mark.parametrize("options", [(), ("--damaged",), ("--id", ITEM.id)])
def test_a_tombstone_that_is_newer_than_the_backup_is_not_undone(
    deployed: Deployed, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.put(stone(2))
    assert deployed.recover(*options) == 0
    assert isinstance(deployed.item(), Tombstone)
    assert "1 gone since the backup, and so left" in capsys.readouterr().out


def test_nor_is_one_that_only_the_site_still_tells_of_whose_next_entry_must_not_make_it_anew(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.stack.dynamodb.delete_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": PK}})
    deployed.show(4, gone=True)
    assert deployed.recover() == 0
    item = deployed.item()
    assert isinstance(item, Tombstone)
    # Below the notice's version: its words, which may be the operator's, stay.
    assert (item.version, item.slug, item.reason) == (3, ITEM.slug, "gone, by its notice in the site")
    assert item.gone_at
    assert "1 gone since the backup, by the site's notice alone" in capsys.readouterr().out
    assert deployed.recover("--id", ITEM.id, "--force") == 0
    assert deployed.item() == replace(ITEM, version=5, aliases=(ALIAS,))


@pytest.mark.parametrize("options", [(), ("--damaged", "--force"), ("--id", ITEM.id, "--force")])
def test_a_takedown_is_undone_by_no_recovery(
    deployed: Deployed, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    taken = {**stone(2), "reason": TAKEDOWN, "order": f"url#{ITEM.id}", "note": "Surat redaksi"}
    deployed.put(taken)
    assert deployed.recover(*options) == 0
    assert deployed.table()[PK] == taken
    assert "1 taken down since the backup, and so left to make restore" in capsys.readouterr().out


def test_who_said_stop_is_known_again(deployed: Deployed) -> None:
    noted = Stops().with_stop("host#kabar.example", Stop("2026-01-01T00:00:00.000Z", "Surat direksi"))
    deployed.put(noted.to_item(), BACKUP)
    assert deployed.recover() == 0
    assert deployed.articles.stops().noted == noted.noted


@pytest.mark.parametrize("options", [(), ("--damaged",), ("--damaged", "--force")])
@pytest.mark.parametrize("now", [{}, {"host#warta.example": Stop("2026-01-02T00:00:00.000Z", "Surat")}])
def test_no_stop_is_lifted_or_put_back_by_a_backup(
    deployed: Deployed, options: tuple[str, ...], now: dict[str, Stop]
) -> None:
    old = {"host#kabar.example": Stop("2026-01-01T00:00:00.000Z", "Surat direksi")}
    deployed.put(Stops(1, old).to_item(), BACKUP)
    deployed.put(Stops(2, now).to_item())
    assert deployed.recover(*options) == 0
    assert deployed.articles.stops() == Stops(2, now)


def test_nor_is_the_end_of_a_retention(deployed: Deployed) -> None:
    deployed.put(replace(ITEM, version=2, retired="2026-01-02T00:00:00.000Z").to_item())
    assert deployed.recover("--damaged") == 0
    item = deployed.item()
    assert isinstance(item, ArticleItem)
    assert item.retired


def test_it_is_where_that_is_asked_for(deployed: Deployed) -> None:
    deployed.put(stone(2))
    deployed.show(2, gone=True)
    assert deployed.recover("--id", ITEM.id, "--force") == 0
    assert deployed.item() == replace(ITEM, version=3, aliases=(ALIAS,))


def test_a_tombstone_that_was_lost_comes_back(deployed: Deployed) -> None:
    deployed.put(stone(4))
    deployed.back_up()
    deployed.stack.dynamodb.delete_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": PK}})
    assert deployed.recover() == 0
    item = deployed.item()
    assert isinstance(item, Tombstone)
    assert (item.version, item.reason) == (5, "HTTP 410")


def test_what_was_written_since_stays_unless_it_is_named(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.put(replace(ITEM, version=5, title="Rusak").to_item())
    assert deployed.recover() == 0
    assert "1 written since the backup, and so left" in capsys.readouterr().out
    assert deployed.recover("--id", "cccccccccccccccc") == 0
    item = deployed.item()
    assert isinstance(item, ArticleItem)
    assert item.title == "Rusak"
    assert deployed.recover("--id", ITEM.id) == 0
    assert deployed.item() == replace(ITEM, version=6, aliases=(ALIAS,))


def test_what_feeds_have_told_since_is_kept_unless_that_is_forced(deployed: Deployed) -> None:
    ((feed, via),) = ITEM.via.items()
    later = replace(via, polled="2025-06-09T00:00:00.000Z", hints=("h3",))
    further = Via("warta", ITEM.url, "2025-06-09T00:00:00.000Z")
    deployed.put(replace(ITEM, version=5, title="Rusak", via={feed: later, "warta x": further}).to_item())
    assert deployed.recover("--damaged") == 0
    item = deployed.item()
    assert isinstance(item, ArticleItem)
    assert (item.title, item.via) == (ITEM.title, {feed: later, "warta x": further})
    assert deployed.recover("--damaged", "--force") == 0
    item = deployed.item()
    assert isinstance(item, ArticleItem)
    assert (item.version, item.via) == (7, ITEM.via)


def test_a_damaged_item_that_lost_its_version_is_written_over(deployed: Deployed) -> None:
    deployed.put({"pk": PK, "type": "article", "id": ITEM.id})
    deployed.show(3)
    assert deployed.recover("--damaged") == 0
    assert deployed.item() == replace(ITEM, version=4, aliases=(ALIAS,))


def test_whoever_writes_meanwhile_is_decided_about_anew(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.put(replace(ITEM, version=5, title="Rusak").to_item())
    put = Table.put

    def overtaken(table: Table, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        monkeypatch.setattr(Table, "put", put)
        deployed.put(stone(6))
        put(table, item, expected_version=expected_version)

    monkeypatch.setattr(Table, "put", overtaken)
    assert deployed.recover("--damaged") == 0
    assert isinstance(deployed.item(), Tombstone)


def test_an_item_that_others_write_again_and_again_fails_the_run(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.stack.dynamodb.delete_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": PK}})

    def refuse(*_: object, **__: object) -> None:
        raise ConditionFailed

    monkeypatch.setattr(Table, "put", refuse)
    assert deployed.recover() == 1
    assert "1 written by others again and again" in capsys.readouterr().out


def test_memories_of_feeds_come_back_and_what_is_asked_for_anyway_does_not(deployed: Deployed) -> None:
    feed = {"pk": "feed#kabar https://kabar.example/rss", "version": 4, "next_due": "2026"}
    deployed.put(feed, BACKUP)
    deployed.put({"pk": "robots#https://kabar.example", "expires": 1}, BACKUP)
    assert deployed.recover() == 0
    assert deployed.stack.items(FEED_TABLE) == {feed["pk"]: {**feed, "version": 5}}
    deployed.put({**feed, "version": 9, "next_due": "2027"}, FEED_TABLE)
    assert deployed.recover() == 0
    assert deployed.stack.items(FEED_TABLE)[str(feed["pk"])]["next_due"] == "2027"
    assert deployed.recover("--damaged") == 0
    assert deployed.stack.items(FEED_TABLE) == {feed["pk"]: {**feed, "version": 10}}


def test_a_killed_run_is_begun_again_and_writes_what_is_left(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pk in deployed.table():
        deployed.stack.dynamodb.delete_item(TableName=ARTICLE_TABLE, Key={"pk": {"S": pk}})
    put, left = Table.put, [None, KeyboardInterrupt()]

    def killed(table: Table, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        if death := left.pop(0):
            raise death
        put(table, item, expected_version=expected_version)

    monkeypatch.setattr(Table, "put", killed)
    with pytest.raises(KeyboardInterrupt):
        deployed.recover()
    assert len(deployed.table()) == 1
    monkeypatch.setattr(Table, "put", put)
    assert deployed.recover() == 0
    assert len(deployed.table()) == 3


def test_where_there_is_no_backup_or_no_stack_that_is_said(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--from", "nowhere", "--stack", "newswire"]) == 2
    assert "there is no table nowhere" in capsys.readouterr().err
    assert deployed.item() is not None
    assert main(["--from", BACKUP, "--stack", "other"]) == 2


def test_publish_follows_what_was_written_back_after_the_page_became_a_notice() -> None:
    world = World()
    item = world.add(1)
    world.refresh()
    assert world.publish(item) == set()
    page = world.page(item)
    del world.articles.records[item.id]
    world.articles.catch_up()
    record = {"dynamodb": {"SequenceNumber": "1", "OldImage": image(item)}}
    assert answer(world.run(), {"Records": [record]}) == {"batchItemFailures": []}
    assert world.page(item) != page

    back = replace(item, version=item.version + 1)
    world.articles.save(back)
    record = {"dynamodb": {"SequenceNumber": "2", "NewImage": image(back)}}
    assert answer(world.run(), {"Records": [record]}) == {"batchItemFailures": []}
    assert world.page(item) == page


def image(item: ArticleItem) -> dict[str, Any]:
    request: dict[str, Any] = Table(None, "any").put_request(item.to_item(), expected_version=None)  # type: ignore[arg-type]  # marshals alone
    marshalled: dict[str, Any] = request["Item"]
    return marshalled
