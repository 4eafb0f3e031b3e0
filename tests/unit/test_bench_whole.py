"""The row of the whole local run."""

from __future__ import annotations

from benchmarks.bench.rounds import Spent
from benchmarks.bench.whole import OURS, THEIRS, chosen, row

OUR_SUMMARY = {"articles": {"page": 7, "feed": 2}, "outputs_written": 40}
THEIR_SUMMARY = {"entries": 9, "pages": 6, "from_feed": 3, "files": 20}


def test_every_indonesian_source_and_the_five_named_ones_are_chosen_and_nothing_else_changes() -> None:
    document = {
        "portal": {"name": "Frozen"},
        "sources": [
            {"id": "indonesian-detik.com"},
            {"id": "fundus-uk"},
            {"id": "fundus-it"},
            {"id": "goose3"},
        ],
    }
    kept = [{"id": "indonesian-detik.com"}, {"id": "fundus-uk"}]
    assert chosen(document) == {"portal": {"name": "Frozen"}, "sources": kept}


def test_a_bar_is_the_median_of_each_rounds_ratio() -> None:
    spent = {
        OURS: [Spent(10, 4), Spent(30, 9), Spent(20, 8)],
        THEIRS: [Spent(20, 8), Spent(10, 3), Spent(10, 10)],
    }
    made = row(spent, {OURS: OUR_SUMMARY, THEIRS: THEIR_SUMMARY}, 3)
    assert [bar.value for bar in made.bars] == [2.0, 0.8]
    assert [bar.met for bar in made.bars] == [False, True]


def test_the_table_says_what_each_side_made_and_the_text_how_much_there_was() -> None:
    spent = {OURS: [Spent(10, 4)], THEIRS: [Spent(20, 8)]}
    made = row(spent, {OURS: OUR_SUMMARY, THEIRS: THEIR_SUMMARY}, 3)
    assert made.tables[0].rows == (
        (OURS, "10.0", "4.0", "7", "2", "40"),
        (THEIRS, "20.0", "8.0", "6", "3", "20"),
    )
    assert "3 feeds with 9 entries" in made.how
