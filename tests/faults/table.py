"""The table of a run of the harness: calls and ways to fail, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.faults.calls import Call
from tests.faults.modes import Mode
from tests.faults.verdict import Result

_MODES = [mode for mode in Mode if mode is not Mode.SWALLOWED]

STAGES = {"FetchFunction": "fetch", "ExtractFunction": "extract", "PublishFunction": "publish"}
NAMED = 12  # names of what is wrong with one case
_WRONG = ("lost", "doubled", "differing", "dead", "broken")


def table(
    functions: Mapping[int, str], calls: Mapping[int, Sequence[Call]], results: Sequence[Result]
) -> str:
    """Return a row for each operation of each stage, and their sum.

    ``functions`` has the function of each invocation. Under the ways to fail stand the cases that were run.
    """
    rows = {
        (functions[number], call.operation): None for number, some in sorted(calls.items()) for call in some
    }
    head = ["stage", "operation", "calls", *(mode.value for mode in _MODES), *_WRONG, "schedules"]
    lines = [head]
    for function, operation in sorted(rows, key=lambda row: (list(STAGES).index(row[0]), row[1])):
        own = [one for one in results if functions[one.invocation] == function]
        number = sum(
            call.operation == operation
            for invocation, some in calls.items()
            if functions[invocation] == function
            for call in some
        )
        found = [one for one in own if one.call.operation == operation]
        lines.append([STAGES[function], operation, str(number), *_counts(found)])
    every = sum(len(some) for some in calls.values())
    lines.append(["all", "", str(every), *_counts(results)])
    return _aligned(lines)


def told_of(result: Result, functions: Mapping[int, str]) -> str:
    """Return, for a person, which case it was and what is wrong."""
    wrong = "; ".join(
        f"{len(names)} {kind}: {', '.join(names[:NAMED])}"
        for kind in _WRONG[:-1]
        if (names := getattr(result.verdict, kind))
    )
    place = f"{result.invocation} {STAGES[functions[result.invocation]]} {result.call}, {result.mode.value}"
    rest = "\n".join(text for text in (result.verdict.error, result.verdict.why) if text)
    return f"! {place}: {wrong} after {result.verdict.rounds} schedules\n{rest}".rstrip()


def _counts(results: Sequence[Result]) -> list[str]:
    verdicts = [one.verdict for one in results]
    return [
        *(str(sum(one.mode is mode for one in results)) for mode in _MODES),
        str(sum(len(one.lost) for one in verdicts)),
        str(sum(len(one.doubled) for one in verdicts)),
        str(sum(len(one.differing) for one in verdicts)),
        str(sum(len(one.dead) for one in verdicts)),
        str(sum(one.error is not None for one in verdicts)),
        str(max((one.rounds for one in verdicts), default=0)),
    ]


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index < 2 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
