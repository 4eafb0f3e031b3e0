"""Near-duplicates: texts that differ by an edit share a band of their signatures, others do not."""

from __future__ import annotations

import base64
import random
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from local.demo.story_files import load_publishers
from newswire.near_duplicates import BANDS, LEAST_WORDS, bands, signature, similarity

SHARED = Path(__file__).resolve().parents[2] / "shared"
STORIES = [
    (publisher.language, story.text)
    for publisher in load_publishers()
    for story in publisher.stories
    if not story.original
]
TEXTS = [text for _, text in STORIES]
SEED = 4
EDITS = 40  # of each story
RECALL = 0.95
FALSE_POSITIVES = 0.001  # of the pairs of unrelated texts
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def signed(text: str) -> str:
    found = signature(text)
    assert found is not None
    return found


def edited(text: str, rng: random.Random, words: list[str]) -> str:
    """Drop each sentence with a probability of up to 20 %, and change up to 8 % of the words left."""
    dropped, changed = rng.uniform(0, 0.2), rng.uniform(0, 0.08)
    sentences = SENTENCE_END.split(text)
    kept = [sentence for sentence in sentences if rng.random() >= dropped] or sentences
    return " ".join(rng.choice(words) if rng.random() < changed else word for word in " ".join(kept).split())


def candidates(one: str, other: str) -> bool:
    return not set(bands(one)).isdisjoint(bands(other))


@pytest.mark.parametrize("language", ["id", "en"])
def test_edited_texts_are_candidates(language: str) -> None:
    rng = random.Random(SEED)  # noqa: S311 - the same edits in every run
    words = " ".join(TEXTS).split()
    pairs = [
        (signed(text), signed(edited(text, rng, words)))
        for own, text in STORIES
        if own == language
        for _ in range(EDITS)
    ]
    assert len(pairs) >= 4 * EDITS
    assert sum(candidates(one, other) for one, other in pairs) / len(pairs) >= RECALL
    assert sum(similarity(one, other) for one, other in pairs) / len(pairs) > 0.7


def test_unrelated_texts_are_hardly_ever_candidates() -> None:
    rng = random.Random(SEED)  # noqa: S311 - the same texts in every run
    words = " ".join(TEXTS).split()
    made = [" ".join(rng.choices(words, k=rng.randint(LEAST_WORDS, 800))) for _ in range(300)]
    pairs = list(combinations([signed(text) for text in TEXTS + made], 2))
    found = [pair for pair in pairs if candidates(*pair)]
    assert len(found) / len(pairs) <= FALSE_POSITIVES
    assert all(similarity(*pair) < 0.5 for pair in found)


def test_an_articles_own_revision_is_a_candidate() -> None:
    revised = [
        (story.text, story.revision.text)
        for publisher in load_publishers()
        for story in publisher.stories
        if story.revision
    ]
    assert revised
    for before, after in revised:
        assert candidates(signed(before), signed(after))
        assert 0.5 < similarity(signed(before), signed(after)) < 1


def test_case_punctuation_and_white_space_make_no_difference() -> None:
    text = TEXTS[0]
    assert signed(text.upper().replace(".", " …\n").replace(",", " – ")) == signed(text)


def test_the_same_text_is_wholly_similar_and_shares_every_band() -> None:
    one = signed(TEXTS[0])
    assert similarity(one, one) == 1
    assert len(set(bands(one))) == BANDS
    assert len(one) == 64


def test_equal_values_in_different_bands_are_not_shared() -> None:
    one, turned = signed(TEXTS[0]), signed(TEXTS[0])[8:] + signed(TEXTS[0])[:8]
    assert not candidates(one, turned)


def test_two_bands_have_one_value_in_common_at_most() -> None:
    values = [bytes((number, number)) for number in range(24)]

    def changed(*places: int) -> int:
        other = [b"zz" if place in places else value for place, value in enumerate(values)]
        lost = set(bands(base64.b64encode(b"".join(values)).decode()))
        return len(lost - set(bands(base64.b64encode(b"".join(other)).decode())))

    assert {changed(place) for place in range(24)} == {4}
    assert {changed(*pair) for pair in combinations(range(24), 2)} == {7, 8}


@pytest.mark.parametrize("text", ["", "…", "Harga beras turun.", "kata " * (LEAST_WORDS - 1)])
def test_a_text_of_a_few_words_has_no_signature(text: str) -> None:
    assert signature(text) is None


def test_a_short_text_and_its_edit_are_candidates_although_most_bins_are_empty() -> None:
    words = TEXTS[0].split()
    short = " ".join(words[:LEAST_WORDS])
    assert candidates(signed(short), signed(" ".join(words[: LEAST_WORDS + 1])))
    assert signature("kata " * LEAST_WORDS) is not None


@pytest.mark.parametrize(
    "text",
    [
        "東京都は二十日、新しい地下鉄の路線を来年の春に開くと発表した。",
        "กรุงเทพมหานครประกาศเปิดรถไฟฟ้าสายใหม่ในปีหน้า",
        "\ud800 a" * 40,
    ],
)
def test_scripts_without_spaces_and_broken_text_are_signed(text: str) -> None:
    assert similarity(signed(text), signed(text)) == 1


def test_the_signature_is_the_same_in_every_process_and_release() -> None:
    text = " ".join(str(number) for number in range(200))
    code = f"from newswire.near_duplicates import signature; print(signature({text!r}))"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SHARED), "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert printed == signature(text) == "InqV8ADvaVMMs51eLQRy0MsgXl8Zki/gPGUZZ6jnGaVAmYMdEm0R53OtR3KlXYZJ"
