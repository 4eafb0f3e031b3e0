"""The feeds' memory is lost: every entry comes again, and what is stored and shown stays as it is."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.migrate.__main__ import main as migrate
from local.rebuild.__main__ import main as rebuild
from local.recover.__main__ import main as recover
from local.verify.__main__ import main as verify
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ArticleTable
from newswire.clock import instant
from newswire.tables import Table
from tests.e2e.pipeline import OwnEdition, Pipeline, pipeline
from tests.e2e.test_retention import START, feed, page
from tests.support.web_server import WebServer

SOURCES = """\
portal: {{name: Portal, url: 'https://portal.example', tagline: x, language: id, timezone: UTC, \
contact: redaksi@portal.example}}
categories: {{nasional: Nasional}}
defaults: {{display: full, index: index, request_gap: 0s, rechecks: []}}
sources:
  - {{id: kabar, name: Kabar, homepage: '{home}', feeds: ['{home}/rss'], category: nasional}}
"""
HEADLINES = {f"/berita/{number}": f"Berita nomor {number}" for number in range(1, 5)}
ENTRIES = [(title, path, "Mon, 05 Jan 2026 00:00:00 GMT") for path, title in HEADLINES.items()]


def files(folder: Path) -> dict[str, bytes]:
    """Return the files, by path, but for when the site's lists were looked at."""
    found = (one for one in folder.rglob("*") if one.is_file() and one.name != "turns.json")
    return {str(one.relative_to(folder)): one.read_bytes() for one in found}


def table(line: Pipeline) -> ArticleTable:
    stack = line.begun.stack
    return ArticleTable(Table(stack.clients.dynamodb, stack.tables["ArticleTable"]))


def content(line: Pipeline, ids: list[str]) -> dict[str, Any]:
    """Return what the articles are, whatever their feeds have told."""
    records = table(line).get_many(ids)
    return {
        one: (record.article_key, record.revision) if isinstance(record, ArticleItem) else record.reason
        for one, record in records.items()
    }


def test_feeds_are_read_as_for_the_first_time_and_nothing_is_doubled_or_undone(
    web: WebServer, tmp_path: Path
) -> None:
    home = web.url("", "kabar.localhost")
    web.replies |= {path: page(title) for path, title in HEADLINES.items()}
    web.replies["/rss"] = feed(home, *ENTRIES)
    out = tmp_path / "out"
    allowed = sorted(web.loopback("kabar.localhost"))
    with pipeline(out, OwnEdition(SOURCES.format(home=home), allowed, START)) as line:
        line.round()
        first, *others = sorted(line.articles().values(), key=lambda item: item.title)
        stone = Tombstone(first.id, first.version + 1, first.url, first.slug, "withdrawn", instant(START))
        table(line).retract([stone])
        line.run.clock.advance_to(START + timedelta(hours=2))
        line.round()
        ids = [first.id, *(one.id for one in others)]
        before = content(line, ids), files(out / "site"), files(out / "articles")
        assert len(others) == 3

        (state,) = line.feed_states().values()
        stack = line.begun.stack
        Table(stack.clients.dynamodb, stack.tables["FeedTable"]).delete(state["pk"])
        line.run.clock.advance_to(START + timedelta(hours=2, minutes=1))
        asked = len(web.paths())
        line.round()

        assert "/rss" in web.paths()[asked:]
        (state,) = line.feed_states().values()
        assert int(state["version"]) == 1
        assert (content(line, ids), files(out / "site"), files(out / "articles")) == before
        assert set(line.articles()) == {one.id for one in others}
    assert verify(["--out", str(out)]) == 0


def test_a_run_that_lost_articles_has_them_back_from_a_copy_of_its_folder(
    web: WebServer, tmp_path: Path
) -> None:
    home = web.url("", "kabar.localhost")
    web.replies |= {path: page(title) for path, title in HEADLINES.items()}
    web.replies["/rss"] = feed(home, *ENTRIES)
    out, copy = tmp_path / "out", tmp_path / "copy"
    allowed = sorted(web.loopback("kabar.localhost"))
    with pipeline(out, OwnEdition(SOURCES.format(home=home), allowed, START)) as line:
        line.round()
    shutil.copytree(out, copy)
    state = json.loads((out / "state" / "state.json").read_bytes())
    lost = [one for one in state["tables"]["ArticleTable"] if one["type"]["S"] == "article"][:2]
    kept = [one for one in state["tables"]["ArticleTable"] if one not in lost]
    state["tables"]["ArticleTable"] = kept
    (out / "state" / "state.json").write_text(json.dumps(state), encoding="utf-8")
    assert rebuild(["--out", str(out)]) == 0
    assert files(out / "site") != files(copy / "site")

    assert recover(["--from", str(copy), "--out", str(out)]) == 0

    assert files(out / "site") == files(copy / "site")
    state = json.loads((out / "state" / "state.json").read_bytes())
    back = {one["pk"]["S"]: one for one in state["tables"]["ArticleTable"]}
    assert [back[one["pk"]["S"]] for one in lost] == [{**one, "version": {"N": "2"}} for one in lost]
    assert migrate(["--out", str(out)]) == 0
    assert verify(["--out", str(out)]) == 0
