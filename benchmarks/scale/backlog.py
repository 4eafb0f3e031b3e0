"""How long a queue of articles takes to be worked off after an outage of extract (pure).

The queue gives out as many messages of a publisher as a batch holds before it takes those of another, and
none of a publisher who is being worked off: FIFO groups are publishers.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

_PAUSE = 0.1  # seconds after which a free consumer looks again


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast batches go.

    A message takes ``processor`` seconds and waits for ``waiting``; between two of one publisher lies a
    ``gap``. A batch has at most ``batch`` messages, and ``at_once`` of them are worked off side by side.
    """

    processor: float
    waiting: float
    gap: float
    batch: int
    at_once: int

    def seconds(self, groups: Sequence[int]) -> float:
        """Return how long a batch lasts that has so many messages of each of some publishers.

        Publishers are worked off side by side, each one's messages in turn; there is one processor.
        """
        own = self.processor + self.waiting
        longest = max(own * count + self.gap * (count - 1) for count in groups)
        return max(longest, self.processor * sum(groups) + self.waiting)


def drained(waiting: Sequence[int], a_second: float, pace: Pace, longest: float = 6 * 3600.0) -> float | None:
    """Return after how many seconds all is done or being done, ``None`` where that takes ``longest``.

    ``waiting`` are the messages of each publisher; ``a_second`` so many more come, of one after the other.
    """
    counts = list(waiting)
    turns = deque(number for number, count in enumerate(counts) if count)
    queued, locked = set(turns), set[int]()
    events: list[tuple[float, tuple[int, ...]]] = [(0.0, ()) for _ in range(pace.at_once)]
    come, following = 0, 0
    while events:
        now, done = heapq.heappop(events)
        for number in done:
            locked.discard(number)
            if counts[number] and number not in queued:
                turns.append(number)
                queued.add(number)
        while come < int(now * a_second):
            counts[following] += 1
            if following not in locked and following not in queued:
                turns.append(following)
                queued.add(following)
            come, following = come + 1, (following + 1) % len(counts)
        if now > longest:
            return None
        if not any(counts):
            return now
        if not turns:
            heapq.heappush(events, (now + _PAUSE, ()))  # the others end what there is
            continue
        taken: list[tuple[int, int]] = []
        room = pace.batch
        while room and turns:
            number = turns.popleft()
            queued.discard(number)
            part = min(room, counts[number])
            counts[number] -= part
            room -= part
            locked.add(number)
            taken.append((number, part))
        heapq.heappush(
            events, (now + pace.seconds([part for _, part in taken]), tuple(one for one, _ in taken))
        )
    return None


def publishers(messages: int, big: Sequence[int], feeds: int) -> list[int]:
    """Return how many of the messages are of each publisher, where each feed has as many.

    ``big`` are the numbers of feeds of the largest; each of the others has one feed.
    """
    sizes = [*big, *[1] * (feeds - sum(big))]
    made: list[int] = []
    given, seen = 0, 0
    for size in sizes:
        seen += size
        due = messages * seen // feeds
        made.append(due - given)
        given = due
    return made
