"""datasketch beside our near-duplicates, by the peers' Python: ``-m benchmarks.peers_of_near_duplicates``.

A line of JSON comes in for each step: ``{"store": [text, …]}`` signs and inserts texts, whose numbers go on
from those before; ``{"look_up": [text, …]}`` signs texts and looks each up. A line goes out: ``cpu``, the
seconds of CPU that the step took without the reading of the line, and ``candidates``, the numbers found for
each text looked up. As its documentation shows: ``MinHash.bulk``, ``MinHashLSH`` and an insertion session.
"""

from __future__ import annotations

import json
import re
import sys
import time
from itertools import pairwise

from datasketch import MinHash, MinHashLSH

PERMUTATIONS = 128  # the default
THRESHOLD = 0.5  # of Jaccard: of a copy with a fifth dropped and 8 % of its words changed
_WORD = re.compile(r"\w+")


class Index:
    """An index in memory, as :class:`datasketch.MinHashLSH` makes one without being told otherwise."""

    def __init__(self) -> None:
        self._index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
        self._stored = 0

    def store(self, texts: list[str]) -> list[list[int]]:
        """Sign and insert texts; find nothing."""
        with self._index.insertion_session() as session:
            for made in _signed(texts):
                session.insert(self._stored, made)
                self._stored += 1
        return []

    def look_up(self, texts: list[str]) -> list[list[int]]:
        """Sign texts and return the candidates of each."""
        return [self._index.query(made) for made in _signed(texts)]


def main() -> None:
    """Answer until the parent closes the pipe."""
    index = Index()
    for line in sys.stdin:
        [(step, texts)] = json.loads(line).items()
        started = time.process_time()
        candidates = index.store(texts) if step == "store" else index.look_up(texts)
        spent = time.process_time() - started
        print(json.dumps({"cpu": spent, "candidates": candidates}), flush=True)


def _signed(texts: list[str]) -> list[MinHash]:
    return MinHash.bulk([_pairs(text) for text in texts], num_perm=PERMUTATIONS)  # type: ignore[no-any-return]


def _pairs(text: str) -> set[bytes]:
    words = _WORD.findall(text.lower())
    return {f"{one} {other}".encode() for one, other in pairwise(words)}


if __name__ == "__main__":
    main()
