"""One article, followed by its id through the logs of the three functions, from its feed to its page."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.conftest import Played

STAGES = ("FetchFunction", "ExtractFunction", "PublishFunction")


def lines(played: Played, function: str) -> list[dict[str, Any]]:
    """Return the structured lines of a function's log."""
    text = (played.out / "log" / f"{function}.log").read_text(encoding="utf-8")
    assert text.isascii()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def named(played: Played, function: str, article_id: str) -> list[dict[str, Any]]:
    """Return the lines that are about an article, by its own field or in a list of several."""
    return [
        line
        for line in lines(played, function)
        if line.get("article_id") == article_id or article_id in line.get("article_ids", [])
    ]


def revised(played: Played) -> dict[str, Any]:
    """Return an article that was stored from its page and corrected by its publisher."""
    return next(one for one in played.articles() if one["origin"] == "page" and one["revision"] == 2)


def test_an_article_is_followed_by_its_id_from_its_feed_to_its_page(played: Played) -> None:
    article_id = revised(played)["id"]
    item = played.items()[article_id]
    page = f"a/{item['slug']['S']}-{article_id}.html"

    fetched, extracted, published = (named(played, stage, article_id) for stage in STAGES)

    first, *later = fetched
    assert (first["message"], first["feed"]) == ("enqueued", next(iter(item["via"]["M"])))
    assert {line["message"] for line in later} <= {"enqueued", "re-checks enqueued"}
    assert [line["message"] for line in extracted][:2] == ["received", "stored"]
    stored = extracted[1]
    assert (stored["kind"], stored["origin"], stored["revision"]) == ("entry", "page", 1)
    assert stored["url"] == item["url"]["S"]
    assert [line["revision"] for line in extracted if line["message"] == "revised"] == [2]
    entered = published[0]
    assert entered["message"] == "published"
    assert {page, f"json/{article_id}.json"} <= set(entered["wrote"])
    day = item["listed"]["S"][:10]
    assert {"feed.json", f"sitemap-{day}.xml", f"search/{day}.json"} <= set(entered["entered"])
    times = [line["timestamp"] for line in (first, stored, entered)]
    assert times == sorted(times)
    assert any(page in line["wrote"] for line in published[1:])  # the correction


def test_what_leaves_is_told_with_the_lists_that_it_left(played: Played) -> None:
    (item,) = (item for item in played.items().values() if "withheld_since" in item)
    article_id = item["id"]["S"]
    assert named(played, "ExtractFunction", article_id)[-1]["message"] == "withheld"
    last = named(played, "PublishFunction", article_id)[-1]
    assert f"a/{item['slug']['S']}-{article_id}.html" in last["wrote"]
    assert {"feed.json", f"search/{item['listed']['S'][:10]}.json"} <= set(last["left"])
    assert "entered" not in last


def test_every_article_that_is_shown_can_be_followed(played: Played) -> None:
    """No page without its lines: of each, every stage has said something under its id."""
    told = {stage: json.dumps(lines(played, stage)) for stage in STAGES}
    lost = {
        (stage, article_id)
        for stage in STAGES
        for article_id in played.items()
        if article_id not in told[stage]
    }
    assert lost == set()
