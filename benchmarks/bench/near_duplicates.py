"""Which texts are nearly the same: our signature and its bands beside datasketch, over 100,000 texts."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from benchmarks.bench import near_texts, peers
from benchmarks.bench.near_texts import Copies
from benchmarks.bench.rounds import median_ratio
from benchmarks.bench.rows import Bar, Row, Table
from benchmarks.newsweb import MATERIALS
from newswire.near_duplicates import bands, signature

STORED = 100_000
LOOKED_UP = 10_000  # half of them edited copies of stored texts
STEPS = 10  # in which both sides take turns
OURS, THEIRS = "Newswire", "datasketch"
_PEER = "benchmarks.peers_of_near_duplicates"
_HOW = """\
{stored:,} texts of about {words} words are put together from {pool:,} different sentences of the frozen
web's labelled pages, {indonesian:,} of them Indonesian, each used about as often as any other. All are
signed and stored. Then {looked_up:,} are signed and looked up: half are edited copies of stored ones (each
sentence dropped with a probability of up to 20 %, up to 8 % of the words changed), half strangers made of
the same sentences. Both sides hash pairs of neighbouring words and keep their index in memory. datasketch
is used as its documentation shows: `MinHash.bulk` with 128 permutations, `MinHashLSH` with a threshold of
0.5, an insertion session. Its own process counts its CPU, without start-up and pipe. Sides take turns every
tenth of the texts; the ratio is the median of these ten. Recall is the share of copies whose original is a
candidate; a candidate is what the index answers, before anybody compares. datasketch needs numpy and scipy,
keeps 512 bytes of each text where we keep 48, and lets scripts without spaces be one word (such texts are
left out).
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What one side found: `recall` of the copies, and `candidates` and `false` ones among them, a lookup."""

    recall: float
    candidates: float
    false: float


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of CPU that one side took in each step to sign and store, and to sign and look up."""

    store: Sequence[float]
    look_up: Sequence[float]

    @property
    def steps(self) -> list[float]:
        """Return both, by step."""
        return [sum(both) for both in zip(self.store, self.look_up, strict=True)]


Step = Callable[[str, Sequence[str]], tuple[float, list[list[int]]]]
"""``store`` or ``look_up`` some texts: seconds of CPU, and the candidates of each that is looked up."""


def measure() -> Row:
    """Run both sides in turns over the same texts."""
    pool = near_texts.sentences(MATERIALS)
    stored, asked = texts(pool, STORED, LOOKED_UP)
    with _datasketch() as theirs:
        took, found = _both({OURS: _ours(), THEIRS: theirs}, stored, asked)
    return as_row(
        _HOW.format(
            stored=len(stored),
            looked_up=len(asked.texts),
            pool=sum(map(len, pool.values())),
            indonesian=len(pool["id"]),
            words=round(sum(len(text.split()) for text in stored) / len(stored)),
        ),
        took,
        found,
    )


def texts(pool: dict[str, list[str]], stored: int, looked_up: int) -> tuple[list[str], Copies]:
    """Return what is stored and what is looked up; languages have as many texts as sentences."""
    rng = random.Random(22)  # noqa: S311 - the same texts in every run
    strangers, copies = looked_up // 2, looked_up - looked_up // 2
    made: list[list[str]] = []
    whole = sum(map(len, pool.values()))
    for of_language in pool.values():
        count = round((stored + strangers) * len(of_language) / whole)
        made.append(near_texts.recombined(of_language, count, rng))
    mixed = [text for of_language in made for text in of_language]
    rng.shuffle(mixed)
    kept = mixed[strangers:]
    return kept, near_texts.lookups(kept, mixed[:strangers], copies, rng)


def found(asked: Copies, candidates: Sequence[Sequence[int]]) -> Found:
    """Return what the candidates of each text looked up are worth."""
    pairs = list(zip(asked.of, map(set, candidates), strict=True))
    planted = sum(of is not None for of, _ in pairs)
    right = sum(of in numbers for of, numbers in pairs if of is not None)
    every = sum(len(numbers) for _, numbers in pairs)
    return Found(right / planted, every / len(pairs), (every - right) / len(pairs))


def _both(
    sides: dict[str, Step], stored: Sequence[str], asked: Copies
) -> tuple[dict[str, Took], dict[str, Found]]:
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    answers: dict[str, list[list[int]]] = {name: [] for name in sides}
    for what, whole in (("store", stored), ("look_up", asked.texts)):
        for number in range(STEPS):
            part = whole[len(whole) * number // STEPS : len(whole) * (number + 1) // STEPS]
            for name in sides if number % 2 else reversed(sides):
                cpu, candidates = sides[name](what, part)
                seconds[name, what].append(cpu)
                answers[name] += candidates
    took = {name: Took(seconds[name, "store"], seconds[name, "look_up"]) for name in sides}
    return took, {name: found(asked, answers[name]) for name in sides}


def _ours() -> Step:
    """Give our side: a table from each band to the texts that have it."""
    index: dict[str, list[int]] = defaultdict(list)
    numbers = iter(range(STORED))

    def step(what: str, part: Sequence[str]) -> tuple[float, list[list[int]]]:
        candidates: list[list[int]] = []
        started = time.process_time()
        for text in part:
            signed = signature(text)
            of_text = () if signed is None else bands(signed)
            if what == "store":
                number = next(numbers)
                for band in of_text:
                    index[band].append(number)
            else:
                candidates.append(list({found for band in of_text for found in index.get(band, ())}))
        return time.process_time() - started, candidates

    return step


@contextmanager
def _datasketch() -> Iterator[Step]:
    """Give datasketch in a process of its own, which ends with the block."""
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        peers.command(_PEER),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=peers.environment(),
        encoding="utf-8",
    ) as child:
        try:
            yield lambda what, part: _asked(child.stdin, child.stdout, {what: part})
        finally:
            child.kill()


def _asked(
    stdin: IO[str] | None, stdout: IO[str] | None, step: dict[str, Sequence[str]]
) -> tuple[float, list[list[int]]]:
    if stdin is None or stdout is None:
        raise RuntimeError("a child with pipes has no pipes")
    stdin.write(json.dumps(step) + "\n")
    stdin.flush()
    line = stdout.readline()
    if not line:
        raise RuntimeError(f"{_PEER} died")
    answer: dict[str, Any] = json.loads(line)
    return answer["cpu"], answer["candidates"]


def as_row(how: str, took: dict[str, Took], found: dict[str, Found]) -> Row:
    """Return what was measured, with its bars."""
    ratio = median_ratio(took[OURS].steps, took[THEIRS].steps)
    return Row(
        title="Near-duplicates: signature and lookup",
        how=" ".join(how.split()),
        tables=(_table(took, found),),
        bars=(
            Bar("recall less datasketch's", found[OURS].recall - found[THEIRS].recall, "≥", -0.01),
            Bar("CPU over datasketch's", ratio, "≤", 1.1),
            Bar("candidates a lookup", found[OURS].candidates, "≤", 1.0),
        ),
        figures={
            "CPU ratio": ratio,
            **{f"{name} CPU seconds": sum(side.steps) for name, side in took.items()},
            **{f"{name} recall": side.recall for name, side in found.items()},
            **{f"{name} candidates": side.candidates for name, side in found.items()},
            **{f"{name} false candidates": side.false for name, side in found.items()},
        },
        peers=("datasketch", "numpy", "scipy"),
    )


def _table(took: dict[str, Took], found: dict[str, Found]) -> Table:
    return Table(
        "CPU in seconds of all texts; candidates and those among them that are no original, a lookup:",
        ("", "sign and store", "sign and look up", "recall", "candidates", "false ones"),
        tuple(
            (
                name,
                f"{sum(took[name].store):.1f}",
                f"{sum(took[name].look_up):.2f}",
                f"{found[name].recall:.4f}",
                f"{found[name].candidates:.2f}",
                f"{found[name].false:.3f}",
            )
            for name in took
        ),
    )
