"""``make trace`` on the demo's folder: an article by each of its addresses, a stranger's, and a feed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.trace.__main__ import main
from tests.e2e.conftest import Played


def traced(played: Played, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main(["--out", str(played.out), "--json", *arguments])
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return status, facts


def revised(played: Played) -> dict[str, Any]:
    """Return the item of an article that its publisher corrected."""
    return next(item for item in played.items().values() if item["revision"]["N"] == "2")


def test_an_article_is_found_by_every_address_of_it(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    state = json.loads((played.out / "state" / "state.json").read_text(encoding="utf-8"))
    alias = next(one for one in state["tables"]["ArticleTable"] if one["type"]["S"] == "alias")
    item = played.items()[alias["article"]["S"]]
    article_id, slug = item["id"]["S"], item["slug"]["S"]
    addresses = [
        article_id,
        alias["pk"]["S"].removeprefix("alias#"),
        item["url"]["S"],
        f"https://portal.example/a/{slug}-{article_id}.html",
        f"/json/{article_id}.json",
        *(one["M"]["url"]["S"] for one in item["via"]["M"].values()),
    ]
    for address in addresses:
        status, facts = traced(played, capsys, "--url", address)
        assert (status, facts["article"]) == (0, article_id), address


def test_an_article_tells_its_history_and_where_it_is_now(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    item = revised(played)
    article_id = item["id"]["S"]
    page = f"a/{item['slug']['S']}-{article_id}.html"

    status, facts = traced(played, capsys, "--id", article_id)

    assert status == 0
    assert facts["state"]["state"] == "live"
    assert [one["feed"] for one in facts["via"]] == list(item["via"]["M"])
    newest, first = facts["revisions"]
    assert (newest["revision"], first["revision"]) == (2, 1)
    assert (newest["file"], first["file"]) == ("as it was written", "as it was written")
    assert newest["key"] == item["article_key"]["S"]
    assert newest["correction"] is True
    assert facts["site"]["robots.txt"]["allows"] is True
    assert {one["key"]: one["state"] for one in facts["outputs"]["own"]} == {
        page: "published",
        f"json/{article_id}.json": "published",
    }
    messages = [line["message"] for line in facts["logs"]["lines"]]
    assert messages[0] == "enqueued"
    assert {"stored", "revised", "published"} <= set(messages)


def test_where_an_article_is_said_to_be_listed_is_where_its_id_is(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of the site is looked through here, which the trace never does."""
    names = {"catalogue.json", "sources.opml"}
    for item in played.items().values():
        article_id = item["id"]["S"]
        _, facts = traced(played, capsys, "--id", article_id)
        outputs = facts["outputs"]
        listing = {
            key
            for group in ("channels", "others", "archives", "partitions")
            for key in outputs[group].get("lists it", [])
        }
        own = {one["key"] for one in outputs["own"]}
        holding = {
            key
            for path in played.site.rglob("*")
            if path.is_file() and (key := path.relative_to(played.site).as_posix()) not in names | own
            if path.suffix in (".json", ".xml", ".html") and not key.startswith(("a/", "static/"))
            if article_id in path.read_text(encoding="utf-8", errors="replace")
        }
        by_link = {key for key in listing if key.endswith(".html")}
        assert holding - listing <= {"corrections.json"}, article_id
        assert listing - holding <= by_link, article_id


def test_of_a_withheld_article_it_says_where_it_is_no_more(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    (item,) = (one for one in played.items().values() if "withheld_since" in one)
    _, facts = traced(played, capsys, "--id", item["id"]["S"])
    assert facts["state"]["state"] == "withheld"
    assert facts["state"]["shown"] == "not carried"
    assert {one["state"] for one in facts["outputs"]["own"]} == {"notice (410)"}
    assert "lists it" not in facts["outputs"]["channels"]


def test_a_damaged_file_is_told(
    played: Played, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from local.saved_state import SavedObject, StateStore

    item = revised(played)
    real = StateStore.body

    def damaged(self: StateStore, saved: SavedObject) -> bytes:
        body = real(self, saved)
        return body.replace(b'"revision":1', b'"revision":9') if b"newswire/article/1" in body[:60] else body

    monkeypatch.setattr(StateStore, "body", damaged)
    _, facts = traced(played, capsys, "--id", item["id"]["S"])
    newest, first = facts["revisions"]
    assert (newest["file"], first["file"]) == ("as it was written", "broken")
    assert "SHA-256" in first["wrong"][0]


def test_of_an_address_that_was_never_seen_it_says_what_would_become_of_it(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    item = revised(played)
    url = item["url"]["S"].rpartition("/")[0] + "/belum-pernah?utm_source=x"
    status, facts = traced(played, capsys, "--url", url)
    assert (status, facts["article"]) == (1, None)
    assert facts["normalised"].endswith("/belum-pernah")
    assert facts["would belong to"]["source"] == item["owner"]["M"]["id"]["S"]
    assert facts["site"]["robots.txt"]["allows"] is True
    status, facts = traced(played, capsys, "--url", "https://nobody.example/1")
    assert (status, facts["would belong to"]) == (1, {"source": None, "domain": "nobody.example"})
    assert facts["site"]["robots.txt"] == "not asked yet"


def test_a_feed_is_told_by_its_source_and_by_its_address(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    key = next(iter(revised(played)["via"]["M"]))
    source_id, address = key.split(" ")[:2]
    status, by_source = traced(played, capsys, "--feed", source_id)
    assert status == 0
    assert key in [one["feed"] for one in by_source["feeds"]]
    status, by_address = traced(played, capsys, "--feed", address)
    (feed,) = by_address["feeds"]
    assert (status, feed["feed"], feed["health"], feed["failures"]) == (0, key, "ok", 0)
    assert feed["seen entries"] > 0
    assert any(line["message"] == "enqueued" for line in by_address["logs"]["lines"])


def test_a_person_reads_the_same_as_lines_that_steer_nothing(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(played.out), "--url", "https://x.example/\x1b]0;x\x07"]) == 1
    assert main(["--out", str(played.out), "--id", revised(played)["id"]["S"]]) == 0
    text = capsys.readouterr().out
    assert text.replace("\n", "").isprintable()
    assert "\nrevisions:\n  - revision: 2\n" in text


def test_wrong_arguments_end_with_status_2(
    played: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(played.out), "--url", "no address"]) == 2
    assert main(["--out", str(played.out), "--feed", "nobody"]) == 2
    assert main(["--out", str(tmp_path / "none"), "--id", "abcdefghijklmnop"]) == 2
    for arguments in ([], ["--id", "abcdefghijklmnop", "--feed", "x"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    assert "sources: " in capsys.readouterr().err
