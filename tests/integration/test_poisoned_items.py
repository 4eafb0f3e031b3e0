"""Items of ArticleTable that cannot be read, and records of its stream: left out, told, in nobody's way."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from newswire.article_table import ArticleTable
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.delivered_story import Functions
from tests.support.extract_world import World, entry
from tests.support.fetch_feeds import NOW as FETCH_NOW
from tests.support.fetch_run import FetchRuns, at
from tests.support.publish_articles import item_of, make_article
from tests.support.publish_catalogues import catalogue
from tests.support.told_story import link, serve, sources_yaml

# What a later release, or a hand, may have written.
SPOILED: Mapping[str, Mapping[str, Any]] = {
    "pemilik": {"owner": {"id": "kabar", "name": "Kabar", "homepage": "https://k.example", "since": "2030"}},
    "kapan": {"listed": "kapan-kapan"},
    "judul": {"title": Decimal(7)},
    "keadaan": {"state": ...},
    "gambar": {"image_copies": [{"stem": Decimal(1), "widths": "lebar"}]},
    "pengenal": {"id": ..., "slug": ...},
}


@pytest.fixture
def functions(world: World, monkeypatch: pytest.MonkeyPatch) -> Functions:
    """Return extract and publish with three publishers."""
    deployed = Functions(world, monkeypatch)
    deployed.deploy(sources_yaml(world))
    return deployed


def pages(functions: Functions) -> dict[str, Any]:
    """Return the article pages by their headline."""
    site = functions.site().items()
    return {key.removeprefix("a/").rpartition("-")[0]: one for key, one in site if key.startswith("a/")}


def test_items_that_cannot_be_read_are_left_out_of_lists_keep_their_pages_and_hold_no_other_back(
    functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    world = functions.world
    names = [*SPOILED, "baik"]
    messages = [entry(serve(world, name, f"Laporan tentang {name}."), title=name) for name in names]
    assert functions.extract(*messages) == []
    assert functions.publish_new() == []
    before, known = pages(functions), functions.articles()
    rows = Table(world.stack.dynamodb, ARTICLE_TABLE)
    items = rows.get_many(f"article#{known[name].id}" for name in SPOILED)
    for name, spoiled in SPOILED.items():
        functions.overwrite(known[name].id, **spoiled)
    serve(world, "baik", "Laporan yang lebih baik.")
    assert functions.extract(entry(link(world, "baik"), poll=1, title="baik sekali")) == []
    capsys.readouterr()

    assert functions.publish_new() == []
    told = capsys.readouterr().out
    answer = functions.refresh()

    assert answer["articlesFailed"] == 0
    assert answer["EntriesDropped"] == len(SPOILED)
    assert '"RecordsSkipped":[3.0]' in told.replace(" ", ""), "when, pictures, id: what the stream tells of"
    after = pages(functions)
    assert {name: after[name] for name in SPOILED} == {name: before[name] for name in SPOILED}
    index = functions.site()["index.html"][0].decode()
    assert "baik sekali" in index
    assert not [name for name in SPOILED if f">{name}<" in index]

    for item in items.values():
        rows.put_unconditionally(item)
    assert functions.publish_new() == []
    index = functions.site()["index.html"][0].decode()
    assert [name for name in SPOILED if f">{name}<" in index] == list(SPOILED), "mended, they are back"


def test_records_that_are_no_articles_are_counted_and_passed_over(
    functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    assert functions.extract(entry(serve(functions.world, "baik", "Laporan."), title="baik")) == []
    article = {"type": {"S": "article"}}
    broken: list[Any] = [
        {},
        {"dynamodb": None},
        {"dynamodb": {"SequenceNumber": "1"}},
        {"dynamodb": {"SequenceNumber": "2", "NewImage": {**article, "id": "x"}}},
        {"dynamodb": {"SequenceNumber": "3", "NewImage": {**article, "id": {"N": "7"}}}},
        {"dynamodb": {"SequenceNumber": "4", "NewImage": [], "OldImage": "x"}},
        "x",
    ]
    assert functions.publish([*broken, *functions.stream()]) == []
    assert f'"RecordsSkipped":[{len(broken)}.0]' in capsys.readouterr().out
    assert "baik" in pages(functions)


def test_an_article_that_cannot_be_read_keeps_no_other_from_being_looked_at_again(fetch: FetchRuns) -> None:
    sources = catalogue()
    rows = ArticleTable(Table(fetch.stack.dynamodb, ARTICLE_TABLE))
    for number in (1, 2):
        article = make_article(sources, number, "harian")
        rows.commit(item_of(article, sources, recheck_at=at(FETCH_NOW)), expected_version=None)
    spoiled, good = (make_article(sources, number, "harian") for number in (1, 2))
    table = Table(fetch.stack.dynamodb, ARTICLE_TABLE)
    (item,) = table.get_many([f"article#{spoiled.id}"]).values()
    table.put_unconditionally(item | {"owner": "Harian"})
    totals = fetch.poll()
    assert (totals.rechecks, totals.failures["article unreadable"]) == (1, 1)
    assert [message.body["article_id"] for message in fetch.messages()] == [good.id]
    (told,) = fetch.log("article cannot be read")
    assert told["article_id"] == spoiled.id
