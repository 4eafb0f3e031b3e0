"""The near-duplicates' row: what its texts are made of, and how what was found is judged."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from benchmarks.bench import near_duplicates, near_texts
from benchmarks.bench.near_duplicates import OURS, THEIRS, Found, Took
from benchmarks.bench.near_texts import Copies
from benchmarks.newsweb import NoMaterials

POOL = [" ".join(f"{place}w{number}" for number in range(20)) + "." for place in range(50)]


def dealt(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same texts in every run


def test_sentences_are_those_of_labelled_articles_each_once(tmp_path: Path) -> None:
    long, other = "Harga beras di pasar turun lagi.", "One two three four five six seven."
    pages = [
        {"kind": "page", "lang": "id", "gold": {"text": f"{long} Pendek saja.\n{long}"}},
        {"kind": "page", "gold": {"text": other}},
        {"kind": "page", "gold": {"text": "Text of another tool is no label here.", "level": "snapshot"}},
        {"kind": "page", "gold": {"text": "東京都は二十日 one two three four five six."}},
        {"kind": "feed", "gold": {"text": "Not a page but a feed it is."}},
        {"kind": "page"},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"entries": pages}))
    assert near_texts.sentences(tmp_path) == {"id": [long], "others": [other]}


def test_without_the_frozen_web_it_is_said_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NoMaterials, match="frozen web is not in"):
        near_texts.sentences(tmp_path)


def test_each_sentence_is_dealt_before_one_is_dealt_again() -> None:
    texts = near_texts.recombined(POOL, 10, dealt(1))
    assert all(len(text.split()) >= near_texts.WORDS for text in texts)
    used = [sentence for text in texts for sentence in text.split("\n")]
    assert len(used) == 2 * len(POOL)
    assert set(used[: len(POOL)]) == set(POOL)


def test_a_copy_keeps_most_of_its_original() -> None:
    text = near_texts.recombined(POOL, 1, dealt(2))[0]
    copies = [near_texts.edited(text, ["another"], dealt(seed)) for seed in range(40)]
    kept = [sum(word in text for word in copy.split()) / len(text.split()) for copy in copies]
    assert min(kept) > 0.4
    assert 0.75 < sum(kept) / len(kept) < 0.95


def test_half_of_what_is_looked_up_are_copies_and_half_strangers() -> None:
    stored, asked = near_duplicates.texts({"id": POOL[:10], "others": POOL[10:]}, 100, 20)
    assert len(stored) == 100
    assert len(asked.texts) == 20
    assert len({of for of in asked.of if of is not None}) == 10
    for text, of in zip(asked.texts, asked.of, strict=True):
        assert text not in stored
        if of is not None:
            assert len(set(text.split()) & set(stored[of].split())) > 60


def test_texts_are_the_same_in_every_run() -> None:
    pool = {"id": POOL[:10], "others": POOL[10:]}
    assert near_duplicates.texts(pool, 50, 10) == near_duplicates.texts(pool, 50, 10)


def test_a_candidate_counts_once_and_is_right_where_it_is_the_original() -> None:
    asked = Copies(("a", "b", "c", "d"), (7, 8, None, None))
    assert near_duplicates.found(asked, [[7, 7, 3], [], [5], []]) == Found(0.5, 0.75, 0.5)


def test_the_ratio_is_the_median_of_the_steps_and_seconds_are_those_of_all() -> None:
    took = {OURS: Took([1.0, 1.0, 9.0], [0.0, 1.0, 0.0]), THEIRS: Took([2.0, 2.0, 2.0], [0.0, 0.0, 0.0])}
    nothing = dict.fromkeys(took, Found(0.9, 0.5, 0.1))
    row = near_duplicates.as_row("how", took, nothing)
    assert [bar.value for bar in row.bars if bar.what == "CPU over datasketch's"] == [1.0]
    assert row.tables[0].rows[0][:3] == (OURS, "11.0", "1.00")
