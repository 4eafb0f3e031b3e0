"""How the comparison of extractors judges what its sides took and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bench.pages import BARE, OURS, Side, Standing, bars_of, judged, note
from benchmarks.extract_stage import ExtractStage
from benchmarks.newsweb import labelled_pages
from functions.extract.wiring import PARSER
from newswire.article import Article
from newswire.worker import Worker
from tests.support.labelled_pages import frozen_web


def side(*samples: tuple[str, int, float | None, float]) -> Side:
    made = Side()
    for page, number, seconds, mark in samples:
        note(made, (page, number), seconds, mark)
    return made


def test_a_ratio_is_of_the_pages_that_both_did_in_the_same_round() -> None:
    bare = side(("a", 0, 2.0, 1.0), ("b", 0, 90.0, 1.0), ("a", 1, 4.0, 1.0), ("b", 1, 90.0, 1.0))
    peer = side(("a", 0, 3.0, 1.0), ("a", 1, 4.0, 1.0))
    assert judged({BARE: bare, "peer": peer})["peer"].ratio == pytest.approx((1.5 + 1.0) / 2)


def test_a_page_that_failed_has_no_time_but_counts_in_the_quality() -> None:
    bare = side(("a", 0, 0.020, 1.0), ("b", 0, 0.020, 1.0))
    peer = side(("a", 0, 0.010, 1.0), ("b", 0, None, 0.0))
    found = judged({BARE: bare, "peer": peer})["peer"]
    assert (found.pages, found.failed, found.f1) == (2, 1, 0.5)
    assert found.milliseconds == pytest.approx(10.0)
    assert found.ratio == pytest.approx(0.5)


@pytest.mark.parametrize(("ratio", "f1", "met"), [(0.8, 0.9485, (True, True)), (0.81, 0.947, (False, False))])
def test_the_bars_hold_the_stage_to_bare_trafilatura(ratio: float, f1: float, met: tuple[bool, bool]) -> None:
    standings = {OURS: Standing(9, 16.0, ratio, f1, 0), BARE: Standing(9, 20.0, 1.0, 0.95, 0)}
    assert tuple(bar.met for bar in bars_of("fundus", standings)) == met


def test_the_stage_stores_a_page_by_its_own_wiring(tmp_path: Path) -> None:
    page = labelled_pages(frozen_web(tmp_path))[0]
    with Worker(PARSER) as worker, ExtractStage(worker) as stage:
        assert stage.store(page, page.body()) is None
        stored = stage.stored()
        assert stage.store(page, b"<p>Short</p>") == "no title"
        assert stage.stored() is None
    assert stored is not None
    article = Article.from_json(stored)
    assert (article.title, article.origin, article.url) == ("Harga beras turun", "page", page.url)
