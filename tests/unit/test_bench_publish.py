"""The row of publish runs: what is compared, and that what a portal leaves out changes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks import publish_growth
from benchmarks.bench.publish import LIMIT, Rebuild, Run, as_row, median_of, run_of
from benchmarks.publish import Measured, measure
from benchmarks.publish_growth import grown
from functions.publish import archive_writing, day_archives, news_sitemap, search_rows, search_writing
from tests.support.short_lists import shorten_lists


def _run(calls: float = 100, cpu: float = 1.0) -> Run:
    return Run(calls, 2e6, 1e6, 5e5, 4e5, cpu)


def test_the_largest_portal_is_held_against_the_smallest() -> None:
    row = as_row({1000: _run(), 10_000: _run(cpu=9.0), 100_000: _run(calls=110, cpu=1.3)}, {})

    assert {bar.what: (round(bar.value, 2), bar.met) for bar in row.bars} == {
        "calls: 100,000 stored over 1,000": (1.1, True),
        "bytes read: 100,000 stored over 1,000": (1.0, True),
        "bytes written: 100,000 stored over 1,000": (1.0, True),
        "CPU: 100,000 stored over 1,000": (1.3, False),
    }
    assert {bar.limit for bar in row.bars} == {LIMIT}
    assert row.tables[0].rows[1] == ("10,000", "100", "2.00", "1.00", "0.50", "0.40", "9.00")


def test_a_rebuild_is_told_by_medians_with_how_often_it_ran() -> None:
    rebuilds = [Rebuild(cpu, cpu + 1, 7, 2_000_000) for cpu in (1.0, 9.0, 2.0)]
    assert median_of(rebuilds) == Rebuild(2.0, 3.0, 7, 2_000_000)
    row = as_row({1000: _run(), 100_000: _run()}, {1000: median_of(rebuilds)})
    assert row.tables[1].rows == (("1,000", "3", "7", "2.00", "2.00", "3.00"),)
    assert {"pelican", "feedgen"} <= set(row.peers)


def test_a_run_is_told_by_medians() -> None:
    calls = [Counter({"a": 1}), Counter({"a": 1, "b": 2})]
    measured = Measured(calls, [2, 4], [6, 8], [1, 2], [3, 4], [0.5, 0.7])
    assert run_of(measured) == Run(2, 3, 7, 1.5, 3.5, 0.6)


def test_what_is_stored_and_not_published_behind_the_first_day_changes_nothing_that_a_run_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=10)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_writing, "DayArchive", archive)
    monkeypatch.setattr(search_writing, "SearchSeries", lambda: search_rows.SearchSeries(20))
    monkeypatch.setattr(news_sitemap, "MOST_ROWS", 30)
    monkeypatch.setattr(publish_growth, "BUSY_DAY", 40)
    monkeypatch.setattr(publish_growth, "QUIET_DAY", 36)
    shorten_lists(monkeypatch, 20)
    found = []
    for shown in (36, 6):
        monkeypatch.setattr(publish_growth, "SHOWN_OF_A_DAY", shown)
        portal = grown([20, 148], 5)[148]
        assert len(portal.world.articles.records) == 148
        measured = Measured()
        measure(portal, measured)
        found.append(measured)

    all_of_them, some = found
    assert some.calls == all_of_them.calls
    assert some.read == pytest.approx(all_of_them.read, rel=0.01)
    assert some.written == pytest.approx(all_of_them.written, rel=0.01)


def test_larger_portals_share_the_articles_that_change_and_nothing_else_that_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"BUSY_DAY": 30, "QUIET_DAY": 10, "SHOWN_OF_A_DAY": 3}.items():
        monkeypatch.setattr(publish_growth, name, value)
    shorten_lists(monkeypatch, 10)
    portals = grown([20, 40, 60], 2)
    before = dict(portals[60].aws.objects)

    measure(portals[40], Measured())

    assert [len(one.world.articles.records) for one in portals.values()] == [20, 40, 60]
    assert len({tuple(one.id for one in portal.changed) for portal in portals.values()}) == 1
    assert portals[60].aws.objects == before
    assert portals[60].changed[0].version == 1


def test_a_larger_portal_has_more_than_its_first_day() -> None:
    with pytest.raises(ValueError, match="at least the 5,200 articles"):
        grown([1000, 2000], 50)
