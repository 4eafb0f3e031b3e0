"""What a large portal is compared with: the template's settings, the queue after an outage, the shares."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from benchmarks.billing.amounts import Amounts
from benchmarks.scale import limits, outage, page, pressure
from benchmarks.scale.backlog import Pace, drained, publishers
from benchmarks.scale.memory_aws import MemoryAws
from benchmarks.scale.outage import Drain
from benchmarks.scale.portal import Took
from benchmarks.scale.pressure import Figures, Share, Traffic
from benchmarks.scale.publishing import Publishing
from benchmarks.scale.remedies import remedy
from benchmarks.scale.stages import Part, Stages
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket, Packed, WriteConflict
from newswire.tables import Table
from tests.support.publish_articles import item_of, make_article
from tests.support.publish_catalogues import catalogue

PACE = Pace(processor=0.1, waiting=0.9, gap=1.0, batch=10, at_once=2)


ROOT = Path(__file__).parents[2]


def _template() -> dict[str, Any]:
    found: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return found


def _figures() -> Figures:
    took = Took(10.0, 1.0, Counter({"PutObject": 100, "GetObject": 200}), Amounts({"read units": 100.0}), {})
    part = Part(100, 10, 15.0, 4.0, Amounts({"DynamoDB write unit": 1000.0, "SQS FIFO request": 100.0}))
    publishing = Publishing([took], took, replace(took, seconds=90.0), took, took, took, due=100)
    return Figures(Stages(part, part, part, 4000, 6000), publishing, took, 20_000)


def test_the_settings_are_those_of_the_template() -> None:
    template = _template()
    resources = template["Resources"]
    functions = {name: resources[f"{name}Function"]["Properties"] for name in ("Fetch", "Extract", "Publish")}
    memory = {name: one["MemorySize"] for name, one in functions.items()}
    shards = functions["Fetch"]["Events"]["Shards"]["Properties"]
    articles = functions["Extract"]["Events"]["Articles"]["Properties"]
    changes = functions["Publish"]["Events"]["Changes"]["Properties"]

    assert {one["Timeout"] for one in functions.values()} == {limits.TIMEOUT}
    assert memory == {
        "Fetch": limits.FETCH_MEMORY,
        "Extract": limits.EXTRACT_MEMORY,
        "Publish": limits.PUBLISH_MEMORY,
    }
    assert shards["ScalingConfig"]["MaximumConcurrency"] == limits.FETCHES
    assert articles["ScalingConfig"]["MaximumConcurrency"] == {"Ref": "ExtractRunsAtOnce"}
    assert template["Parameters"]["ExtractRunsAtOnce"]["Default"] == limits.EXTRACTS
    assert articles["BatchSize"] == limits.EXTRACT_BATCH
    assert changes["BatchSize"] == limits.STREAM_BATCH
    assert changes["MaximumBatchingWindowInSeconds"] == limits.WINDOW


@pytest.mark.parametrize("page", ["deploy", "operations"])
def test_a_large_portal_has_as_many_runs_of_extract_as_its_operator_is_told(page: str) -> None:
    parameter = _template()["Parameters"]["ExtractRunsAtOnce"]
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")

    assert parameter["MinValue"] <= limits.EXTRACTS_RAISED <= parameter["MaxValue"]
    assert f"{limits.EXTRACTS_RAISED} where" in parameter["Description"]
    assert f"`ExtractRunsAtOnce={limits.EXTRACTS_RAISED}`" in text


def test_a_batch_lasts_as_long_as_its_publisher_with_the_most_messages() -> None:
    assert PACE.seconds([1] * 10) == pytest.approx(1.9)  # ten on one processor, and a wait
    assert PACE.seconds([10]) == pytest.approx(19)  # ten in turn, nine pauses


def test_a_queue_of_many_publishers_is_worked_off_by_all_batches_at_once() -> None:
    assert drained([1] * 100, 0.0, PACE) == pytest.approx(5 * 1.9, abs=0.2)


def test_messages_of_one_publisher_are_in_one_batch_at_a_time() -> None:
    assert drained([100], 0.0, PACE) == pytest.approx(9 * 19, abs=1)  # the tenth is under way


def test_a_queue_that_gets_more_than_is_worked_off_is_never_empty() -> None:
    assert drained([1] * 100, 1000.0, PACE, longest=60.0) is None


def test_what_comes_meanwhile_is_worked_off_too() -> None:
    still, coming = drained([1] * 100, 0.0, PACE), drained([1] * 100, 5.0, PACE)
    assert still is not None
    assert coming is not None
    assert coming > still


def test_messages_are_of_publishers_by_how_many_feeds_they_have() -> None:
    assert publishers(100, (5, 3), 10) == [50, 30, 10, 10]
    assert sum(publishers(8333, (75, 60), 5000)) == 8333


def test_a_new_account_leaves_extract_what_the_others_do_not_take() -> None:
    large, new, quiet = outage.accounts(10)

    assert large.at_once == limits.EXTRACTS_RAISED
    assert new.at_once == 2
    assert quiet.at_once == limits.EXTRACTS


def test_how_many_batches_at_once_are_enough_is_the_least_that_ends_within_a_schedule() -> None:
    part, traffic = replace(_figures().stages.article, seconds=20.0), Traffic(5000, 100_000)
    least = outage.enough(traffic, part)

    assert least is not None
    assert least > limits.EXTRACTS
    endless = replace(part, seconds=part.seconds * 1000)
    assert outage.enough(traffic, endless) is None


def test_the_largest_publishers_pauses_are_no_reason_for_more_than_a_schedule() -> None:
    soonest = outage.soonest(Traffic(5000, 100_000), _figures().stages.article)
    assert soonest is not None
    assert soonest < limits.SCHEDULE


def test_every_share_has_a_remedy() -> None:
    allowed = limits.load()
    shares = pressure.shares(Traffic(5000, 100_000), _figures(), allowed.values)

    assert [share.at(1) for share in shares] == sorted((share.at(1) for share in shares), reverse=True)
    for share in shares:
        assert remedy(share)


def test_every_limit_of_the_file_is_compared_with_something() -> None:
    asked: set[str] = set()

    class Watched(dict[str, float]):
        def __getitem__(self, name: str) -> float:
            asked.add(name)
            return super().__getitem__(name)

    values = limits.load().values
    pressure.shares(Traffic(5000, 100_000), _figures(), Watched(values))
    assert values.keys() - asked == {"lambda concurrency, new account"}  # which the outage is held against


def test_what_waits_after_an_outage_is_held_against_what_a_fifo_queue_looks_through() -> None:
    shares = pressure.shares(Traffic(5000, 100_000), _figures(), limits.load().values)
    (waiting,) = [share for share in shares if share.what.startswith("articles that wait")]
    assert (waiting.used, waiting.most) == (8333, 120_000)
    assert waiting.at(100) > 1


def test_a_share_that_does_not_grow_is_the_same_in_a_larger_portal() -> None:
    grows = Share("a", "b", 1.0, 4.0, grows=True)

    assert grows.at(10) == 2.5
    assert replace(grows, grows=False).at(10) == 0.25


def test_the_page_tells_bars_shares_and_what_breaks_first() -> None:
    allowed, found = limits.load(), _figures()
    traffic = Traffic(5000, 100_000)
    shares = pressure.shares(traffic, found, allowed.values)
    drains = [Drain(outage.accounts(10)[0], 8333, 600.0), Drain(outage.accounts(10)[1], 8333, None)]

    text = page.as_markdown(traffic, found, shares, drains, allowed)

    assert "gone within 15 minutes in an account of 1,000 at once: ExtractRunsAtOnce 12: 10.0 min" in text
    assert "| never |" in text
    assert "the account has to allow" in text
    assert "## What breaks first" in text
    written = page.replaced(f"a\n{page.BEGIN}\nold\n{page.END}\nb\n", text)
    assert written.startswith(f"a\n{page.BEGIN}\n\n5,000 feeds")
    assert written.endswith(f"{page.END}\nb\n")
    with pytest.raises(ValueError, match="lacks the line"):
        page.replaced("nothing", text)


def test_the_stores_in_memory_keep_s3s_conditions() -> None:
    bucket = Bucket(MemoryAws().client("s3"), "site")
    assert bucket.get("a/b.html") is None
    tag = bucket.put(
        "a/b.html", Packed.of(b"one" * 2000, gzipped=True), content_type="text/html", if_none_match=True
    )

    with pytest.raises(WriteConflict):
        bucket.put("a/b.html", b"two", content_type="text/html", if_none_match=True)
    bucket.put("a/b.html", b"two", content_type="text/html", metadata={"edition": "1"}, if_match=tag)
    with pytest.raises(WriteConflict):
        bucket.put("a/b.html", b"three", content_type="text/html", if_match=tag)

    found = bucket.get("a/b.html")
    assert found is not None
    assert (found.body, dict(found.metadata)) == (b"two", {"edition": "1"})


def test_the_tables_in_memory_answer_as_article_table_asks() -> None:
    aws = MemoryAws()
    table = Table(aws.client("dynamodb"), "ArticleTable")
    articles, sources = ArticleTable(table), catalogue()
    items = [
        replace(
            item_of(make_article(sources, number, "harian"), sources),
            next_change=f"2026-01-02T0{number}:00:00.000Z",
        )
        for number in range(1, 6)
    ]
    for item in items:
        table.put_unconditionally(item.to_item())

    newest = articles.listed_before("by-owner", "harian", None, 3)
    assert [one.id for one in newest] == [item.id for item in items[:3]]
    older = articles.listed_before("by-owner", "harian", newest[-1].position, 3)
    assert [one.id for one in older] == [item.id for item in items[3:]]
    assert [one.id for one in articles.due_changes("2026-01-02T02:30:00.000Z", 9)] == [
        item.id for item in items[:2]
    ]
    assert articles.settle_change(items[0], None)
    assert not articles.settle_change(items[0], None)
    assert [one.id for one in articles.due_changes("2026-01-02T02:30:00.000Z", 9)] == [items[1].id]
    found = articles.get_many([items[0].id])[items[0].id]
    assert found.version == 2
    assert aws.calls["Query"] == 4
