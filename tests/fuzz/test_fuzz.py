"""A short run over every seed and a few cases made of them, the same each time; ``make fuzz`` runs longer."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from newswire.worker import WorkerLimits
from tests.fuzz import __main__ as command
from tests.fuzz import seeds
from tests.fuzz.boundaries import Broken
from tests.fuzz.cases import Case, minimised
from tests.fuzz.fuzzing import fuzz
from tests.fuzz.mutation import Mutator
from tests.fuzz.targets import TARGETS, Target

MADE = 40  # cases of each target, besides its seeds
MADE_PICTURES = 10  # each takes a tenth of a second
WORKER = "tests.support.worker_tasks:run"
SMALL = WorkerLimits(cpu_seconds=1, wall_seconds=2)


@pytest.mark.parametrize("name", TARGETS)
def test_every_boundary_answers_with_a_document_or_a_documented_reason(name: str) -> None:
    target = TARGETS[name]
    number = len(target.seeds()) + (MADE_PICTURES if name == "image" else MADE)
    report = fuzz(target, "test", lambda tried: tried < number)
    assert [finding.problem for finding in report.findings.values()] == []
    assert report.cases == sum(report.outcomes.values()) == number
    assert len(report.outcomes) > 1


def misbehaving(do: str, *, survives: bool) -> Target:
    """Return a target whose worker does something for a body that begins with that word."""
    return Target(
        "misbehaving",
        WORKER,
        lambda case: {"do": do if case.body.startswith(b"bad") else "echo"},
        lambda _, answer: str(answer["text"][:3]),
        lambda: {"good": Case(b"good")},
        (b"bad",),
        survives=survives,
        limits=SMALL,
    )


@pytest.mark.parametrize("do", ["segfault", "exit", "spin"])
def test_a_worker_that_dies_is_survived_where_it_is_there_for_that_and_else_found(do: str) -> None:
    more = {"bad": Case(b"bad" * 40, {"content-type": "x"})}
    survived = fuzz(misbehaving(do, survives=True), "test", lambda tried: tried < 2, more)
    assert survived.findings == {}
    assert list(survived.survived.values()) == [more["bad"]]


def test_what_is_found_is_made_small() -> None:
    more = {"bad": Case(b"bad" + b"x" * 400, {"content-type": "x"})}
    report = fuzz(misbehaving("raise", survives=True), "test", lambda tried: tried < 2, more)
    (finding,) = report.findings.values()
    assert finding.problem.startswith("parser failed: LookupError: no such thing")
    assert finding.case == Case(b"bad")


def test_an_answer_that_must_not_be_is_found() -> None:
    def judge(_: Case, answer: object) -> str:
        raise Broken(f"{answer!r:.9}")

    target = replace(
        TARGETS["message"], judge=lambda case, answer: judge(case, answer) if not case.body else ""
    )
    report = fuzz(target, "test", lambda tried: tried < 20, {"empty": Case(b"")})
    assert [finding.case for finding in report.findings.values()] == [Case(b"")]


def test_the_same_seed_makes_the_same_cases() -> None:
    def made(seed: str) -> list[Case]:
        mutator = Mutator(random.Random(seed), seeds.words("feed"), seeds.FEED_HEADERS)  # noqa: S311 - on purpose
        pool = list(seeds.of("feed").values())
        return [mutator.made(pool[number % len(pool)], pool[0]) for number in range(200)]

    assert made("one") == made("one")
    assert made("one") != made("two")


def test_a_case_comes_back_from_its_file() -> None:
    for case in (Case(b"\x00{\n", {"content-type": "text/xml; charset=é"}), Case(b""), Case(b"{}\n{}", {})):
        assert Case.from_file(case.to_file()) == case
    assert Case.from_file(b'{"a": 1}\nx') == Case(b'{"a": 1}\nx')


def test_a_case_is_made_smaller_while_it_still_fails() -> None:
    case = Case(b"a" * 100 + b"needle" + b"b" * 77, {"content-type": "x", "x-robots-tag": "y"})
    assert minimised(case, lambda one: b"needle" in one.body) == Case(b"needle")


def test_the_command_tells_what_it_did_and_repeats_a_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = f"{tmp_path}/found"
    assert command.main(["--target", "tdmrep", "--cases", "20", "--seed", "7", "--save", saved]) == 0
    told = capsys.readouterr().out
    assert told.startswith("seed 7: tdmrep\n")
    assert "20 cases" in told
    path = told.rpartition(" in ")[2].strip()
    assert command.main(["--target", "tdmrep", "--repeat", path]) == 0
    assert capsys.readouterr().out == "nothing is wrong with it\n"
