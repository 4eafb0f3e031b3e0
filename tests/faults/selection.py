"""Which cases are run: all of them, or as many as are wanted, drawn by a seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.faults.calls import Call
from tests.faults.modes import Mode, modes_of

Plan = Mapping[Call, tuple[Mode, ...]]


@dataclass(frozen=True, slots=True)
class Planned:
    """One case: a call of the invocation with this number is to fail in this way."""

    invocation: int
    call: Call
    mode: Mode


# What `make test` runs: each stage's last and only step that cannot be taken back, and what comes before it.
FEW = (
    ("FetchFunction", "SendMessageBatch", Mode.KILLED),
    ("FetchFunction", "SendMessageBatch", Mode.LOST_ONCE),
    ("FetchFunction", "SendMessageBatch", Mode.PARTIAL),
    ("FetchFunction", "PutItem", Mode.ANSWER_LOST),
    ("ExtractFunction", "PutObject", Mode.KILLED),
    ("ExtractFunction", "PutItem", Mode.KILLED),
    ("ExtractFunction", "PutItem", Mode.LOST_ONCE),
    ("ExtractFunction", "TransactWriteItems", Mode.KILLED),
    ("ExtractFunction", "TransactWriteItems", Mode.LOST_ONCE),
    ("ExtractFunction", "BatchGetItem", Mode.THROTTLED),
    ("PublishFunction", "PutObject", Mode.KILLED),
    ("PublishFunction", "PutObject", Mode.LOST_ONCE),
    ("PublishFunction", "PutObject", Mode.SLOW_DOWN),
    ("PublishFunction", "BatchGetItem", Mode.PARTIAL),
)


def all_cases(calls: Mapping[int, Sequence[Call]]) -> list[Planned]:
    """Return every case of the calls of each invocation."""
    return [
        Planned(number, call, mode)
        for number, some in calls.items()
        for call in some
        for mode in modes_of(call)
    ]


def few_cases(functions: Mapping[int, str], calls: Mapping[int, Sequence[Call]]) -> list[Planned]:
    """Return the cases of :data:`FEW`, each at the middle one of its calls."""
    found = []
    for function, operation, mode in FEW:
        such = [
            Planned(number, call, mode)
            for number, some in calls.items()
            for call in some
            if functions[number] == function and call.operation == operation
        ]
        found += such[len(such) // 2 :][:1]
    return found


def drawn(cases: Sequence[Planned], number: int, seed: str) -> list[Planned]:
    """Return ``number`` of the cases, or all if they are fewer, the same for the same seed."""
    # Not for secrets: the draw has to be repeatable.
    return random.Random(seed).sample(list(cases), min(number, len(cases)))  # noqa: S311


def plans(cases: Iterable[Planned], shares: int, seed: str) -> dict[tuple[int, int], Plan]:
    """Return the cases by invocation and share: those of one call are never parted.

    The seed shuffles the invocations, so that what is cut short has seen some of all.
    """
    found: dict[tuple[int, int], dict[Call, list[Mode]]] = defaultdict(lambda: defaultdict(list))
    shared: dict[tuple[int, Call], int] = {}
    counts: dict[int, int] = defaultdict(int)
    for case in cases:
        key = (case.invocation, case.call)
        if key not in shared:
            shared[key] = counts[case.invocation] % shares
            counts[case.invocation] += 1
        found[case.invocation, shared[key]][case.call].append(case.mode)
    keys = random.Random(seed).sample(sorted(found), len(found))  # noqa: S311 - as above
    return {key: {call: tuple(modes) for call, modes in found[key].items()} for key in keys}
