"""Units and dollars of the cost model, against the services' own words."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.billing import meter, model, tables, unconditional, units
from benchmarks.billing.amounts import Amounts
from benchmarks.billing.model import Bill
from benchmarks.billing.prices import load
from benchmarks.billing.scenario import Measured, Phase, Scenario
from benchmarks.billing.units import Index
from benchmarks.cost import SCENARIOS

ROOT = Path(__file__).parents[2]
INDEX = Index("recheck", "recheck_at")
SCENARIO = Scenario("test", feeds=100, articles_a_day=1000, served=10, ticks=2)


def item(size: int, **names: str) -> dict[str, dict[str, str]]:
    """Return an item of that many bytes."""
    plain = {"pk": {"S": "a"}, **{name: {"S": value} for name, value in names.items()}}
    return {**plain, "x": {"S": "x" * (size - units.item_bytes(plain) - 1)}}


@pytest.mark.parametrize(("size", "expected"), [(100, 1), (1024, 1), (1025, 2), (4096, 4)])
def test_a_write_is_billed_by_started_kilobyte(size: int, expected: int) -> None:
    assert units.write_units(None, item(size)) == expected
    assert units.write_units(None, item(size), transactional=True) == 2 * expected


def test_the_larger_of_both_images_counts_and_a_deletion_is_a_write() -> None:
    assert units.write_units(item(3000), item(100)) == 3
    assert units.write_units(item(3000), None) == 3
    assert units.write_units(None, None) == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, 0),
        ({}, {"recheck": "due", "recheck_at": "1"}, 1),
        ({"recheck": "due", "recheck_at": "1"}, {}, 1),
        ({"recheck": "due", "recheck_at": "1"}, {"recheck": "due", "recheck_at": "1"}, 0),
        ({"recheck": "due", "recheck_at": "1"}, {"recheck": "due", "recheck_at": "2"}, 2),
    ],
)
def test_an_index_entry_costs_what_it_moves(
    before: dict[str, str], after: dict[str, str], expected: int
) -> None:
    assert units.index_units(item(200, **before), item(200, **after), [INDEX]) == expected


def test_reads_are_billed_by_item_and_queries_by_what_they_find_together() -> None:
    found = [item(100), item(5000)]
    assert units.read_units(found, 1, consistent=True) == 1 + 2 + 1
    assert units.read_units(found, 1, consistent=False) == 2
    assert units.query_units([item(100)] * 40, consistent=False) == 0.5
    assert units.query_units([], consistent=False) == 0.5


def test_sizes_of_values_are_dynamodbs() -> None:
    """As in "Amazon DynamoDB item sizes and formats"."""
    assert units.item_bytes({"ab": {"S": "é"}}) == 2 + 2
    assert units.item_bytes({"n": {"N": "1234"}}) == 1 + 3
    assert units.item_bytes({"b": {"BOOL": True}, "l": {"L": [{"S": "abc"}]}}) == (1 + 1) + (1 + 3 + 1 + 3)
    assert units.item_bytes({"m": {"M": {"k": {"S": "v"}}}}) == 1 + 3 + 1 + 2


def test_messages_are_billed_by_started_64_kib() -> None:
    assert units.sqs_requests([]) == 1
    assert units.sqs_requests(["x" * 65536]) == 1
    assert units.sqs_requests(["x" * 60000, "x" * 60000]) == 2


def test_with_less_than_a_processor_only_the_work_takes_longer() -> None:
    assert model.wall_seconds(3.0, 1.0, 1769) == 3.0
    assert model.wall_seconds(3.0, 1.0, 1769 / 2) == 4.0
    assert model.wall_seconds(3.0, 1.0, 10240) == 3.0


def _measured() -> Measured:
    def phase(times: int, **bill: float) -> Phase:
        counted: Amounts[tuple[str, str]] = Amounts()
        for unit, number in bill.items():
            counted["ExtractFunction", unit.replace("_", " ")] = number
        return Phase(times, counted, Amounts(ExtractFunction=0.0), Amounts())

    parts = {
        "poll": phase(2, S3_GET=2),
        "extract": phase(10, S3_PUT=10, DynamoDB_write_unit=100),
        "publish": phase(10, S3_PUT=200),
        "refresh": phase(1, S3_GET=1000),
        "look": phase(10, DynamoDB_write_unit=50),
    }
    return Measured(parts, {"ExtractFunction": 1024})


def test_each_part_is_done_as_often_as_the_whole_portal_does_it() -> None:
    times = {name: model.times_a_day(name, SCENARIO, phase) for name, phase in _measured().phases.items()}
    assert times == {"poll": 96 * 10 / 2, "extract": 100, "publish": 100, "refresh": 24, "look": 600}


def test_each_article_of_a_large_portal_has_all_its_looks_too() -> None:
    large = Scenario("large", 5000, 100_000, 10, ticks=1)
    assert model.times_a_day("look", large, Phase(times=1)) == 600_000


def test_the_bill_is_the_sum_of_its_parts_and_of_its_services() -> None:
    bill = model.bill(SCENARIO, _measured(), load())
    assert bill.total == pytest.approx(sum(bill.parts.values()))
    puts = 30_000 * (1 + 20)
    assert bill.services["S3 PUT"] == pytest.approx(puts * 0.000005)
    writes = 30_000 * 10 + 6 * 30_000 * 5
    assert bill.services["DynamoDB writes"] == pytest.approx(writes * 0.000000625)
    kept = bill.services["storage"]
    assert kept > 0  # of the entries in the indexes: no other size was given
    assert bill.own - kept == pytest.approx(30_000 * (3 * 0.000005 + 10 * 0.000000625))
    assert bill.stored - kept == pytest.approx(puts * 0.000005 + writes * 0.000000625)
    assert bill.a_thousand(30.0) == pytest.approx(1.0)


def test_a_day_without_articles_has_the_polls_and_what_is_billed_anyway() -> None:
    bill = model.bill(SCENARIO, _measured(), load())
    reads = (96 * 10 + 24 * 1000) * 0.0000004
    assert bill.idle / 30 == pytest.approx(bill.parts[model.UNCONDITIONAL] / 30 + reads)


class Events:
    """Keeps what is registered, to call it as a client does."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}

    def register_first(self, name: str, handler: Any) -> None:
        """Keep a handler by the event's first word."""
        self.handlers[name.partition(".")[0]] = handler


@pytest.mark.parametrize("latency", [3600.0, 0.01])
def test_an_emulation_adds_only_what_it_takes_beyond_the_latency(
    latency: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    events = Events()
    metered = meter.Meter(events, None, {}, lambda *_: latency)
    model_of_call = SimpleNamespace(service_model=SimpleNamespace(service_name="s3"), name="GetObject")
    events.handlers["provide-client-params"](params={"Bucket": "b", "Key": "k"}, model=model_of_call)
    events.handlers["before-send"]()
    began = time.thread_time()
    while time.thread_time() - began < 0.05:
        pass
    events.handlers["after-call"](parsed={}, model=model_of_call)
    assert metered.emulated_cpu >= 0.05
    left_out = metered.emulated_cpu - metered.added
    assert left_out <= latency + 1e-9
    if latency > 1:
        assert slept
        assert metered.added < 0.05
    else:
        assert slept == []
        assert metered.added >= 0.04


def test_a_read_of_some_attributes_is_billed_by_whole_items() -> None:
    whole = item(5000, next_due="x")
    table = SimpleNamespace(
        get_item=lambda **_: {"Item": whole}, describe_table=lambda **_: {"Table": {"TableName": "t"}}
    )
    metered = meter.Meter(Events(), table, {"FeedTable": "t"}, lambda *_: 0.0)
    asked = {"RequestItems": {"t": {"Keys": [{"pk": {"S": "a"}}], "ProjectionExpression": "pk, next_due"}}}
    read = {"Responses": {"t": [{"pk": {"S": "a"}, "next_due": {"S": "x"}}]}}
    metered._table_call("BatchGetItem", asked, read, [], [])
    assert sum(metered.bill.values()) == 1.0  # 5,000 bytes are two units, and half of that


def test_replaced_versions_of_archives_are_kept_for_a_day_too() -> None:
    measured = _measured()
    before = model.bill(SCENARIO, measured, load()).services["storage"]
    written: Amounts[tuple[str, str]] = Amounts({("PublishFunction", "bytes put"): 1e9})
    measured.phases["archive"] = Phase(10, written)
    kept = model.bill(SCENARIO, measured, load()).services["storage"]
    assert kept - before == pytest.approx(1000 / 10 * load().dollars["S3 GB-month"])


def test_what_every_portal_has_is_billed_without_an_article() -> None:
    services = model.bill(SCENARIO, _measured(), load()).services
    assert services["dashboard"] == 3.0
    assert services["alarms"] == pytest.approx(2.2)


def test_cloudwatchs_allowances_take_off_what_they_cover_and_no_more() -> None:
    prices = load()
    assert unconditional.allowed(9, prices) == pytest.approx(9 * 0.3 + 10 * 0.1 + 3.0)
    assert unconditional.allowed(12, prices) == pytest.approx(10 * 0.3 + 10 * 0.1 + 3.0)
    bill = model.bill(SCENARIO, _measured(), prices)
    assert bill.allowances == pytest.approx(unconditional.allowed(0, prices))
    assert bill.total == pytest.approx(sum(bill.parts.values()))  # the bill itself is at list prices


def test_alarms_are_billed_by_the_metrics_that_the_stacks_alarms_read() -> None:
    text = (ROOT / "monitoring" / "alarms.yaml").read_text(encoding="utf-8")
    assert text.count(" MetricName:") == unconditional.ALARMS


def test_the_summary_has_each_portal_at_list_prices_and_with_the_allowances() -> None:
    bill = Bill(30_000, Amounts({"S3 PUT": 9.0}), Amounts({model.UNCONDITIONAL: 6.0}), 3.0, 4.5, 3.0)
    rows = tables.summary([(SCENARIO, bill)]).splitlines()[2:]
    assert rows == [
        "| test | 9.00 | 0.3000 | 0.20 | 0.30 | 3.00 | 2.00 |",
        "| with CloudWatch's allowances | 6.00 | 0.2000 | 0.10 | 0.20 | 2.00 | 1.33 |",
    ]


def test_tables_take_the_place_of_those_between_their_marks_and_of_nothing_else() -> None:
    page = "Words.\n<!-- small: written by make benchmark -->\n\nold\n\n<!-- end of small -->\nMore words.\n"
    new = tables.replaced(page, {"small": r"new \1"})
    assert new == page.replace("old", r"new \1")
    assert tables.replaced(new, {"small": "old"}) == page
    with pytest.raises(ValueError, match="lacks the line <!-- large"):
        tables.replaced(page, {"large": "new"})


def test_the_page_of_costs_has_a_place_for_every_table() -> None:
    text = (ROOT / "docs" / "costs.md").read_text(encoding="utf-8")
    assert tables.replaced(text, dict.fromkeys(("summary", *SCENARIOS), "x")) != text


def test_a_scenarios_tables_state_every_unit_of_every_part() -> None:
    measured = _measured()
    measured.memory["ExtractFunction"] = 1024
    measured.phases["look"].seconds["ExtractFunction"] = 1.0
    text = tables.of_scenario(SCENARIO, measured, model.bill(SCENARIO, measured, load()), load())
    assert "Measured: 10 articles, 10 looks, 2 polls." in text
    assert "| DynamoDB write unit | 0.0 | 10.0 | 0.0 | 0.0 | 5.0 |" in text
    assert "| S3 GET | 1.0 | 0.0 | 0.0 | 1,000.0 | 0.0 |" in text
    assert "| ExtractFunction, 1024 MB = 1 | 0.25 | 0.50 | 0.75 | 1.00 | 1.73 |" in text


def test_a_log_is_billed_once_arriving_and_for_the_month_that_it_is_kept() -> None:
    measured = _measured()
    measured.phases["extract"].bill["ExtractFunction", "log bytes"] = 1e6
    services = model.bill(SCENARIO, measured, load()).services
    assert services["logs"] == pytest.approx(1e6 * 100 * 30 / 1e9 * (0.5 + 0.03))


def test_every_price_has_a_unit_a_date_and_a_source() -> None:
    prices = load()
    assert prices.region == "us-east-1"
    assert prices.date.startswith("2026-")
    assert "list prices" in prices.source
    assert all(0 < dollars < 10 for dollars in prices.dollars.values())


def test_the_readme_tells_the_small_portals_days_as_the_table_has_them() -> None:
    table, readme = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/costs.md", "README.md"))
    small = table[table.index("| 50 feeds, 1,000 articles a day |") :].splitlines()[:2]
    whole, allowed = ([cell.strip() for cell in row.split("|")][4:6] for row in small)
    words = " ".join(readme.split())

    assert f"A day without articles costs {whole[0]} USD at list prices, {allowed[0]} where" in words
    assert f"a day with a thousand articles costs {whole[1]} and {allowed[1]}" in words
