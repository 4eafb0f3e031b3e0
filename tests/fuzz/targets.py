"""The places where strangers' bytes come in, and what has to be true of whatever comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newswire.worker import WorkerLimits
from tests.fuzz import boundaries, seeds
from tests.fuzz.cases import Case

_PURE = "tests.fuzz.pure"


@dataclass(frozen=True, slots=True)
class Target:
    """One boundary. ``function`` is what a worker runs; ``judge`` returns an answer's shape or is `Broken`.

    ``may_fail`` are the beginnings of the reasons with which the boundary refuses by contract; another
    reason, also of a worker that died or was late, is a finding unless the worker is there to die:
    ``survives``.
    """

    name: str
    function: str
    params: Callable[[Case], dict[str, Any]]
    judge: Callable[[Case, Mapping[str, Any]], str]
    seeds: Callable[[], Mapping[str, Case]]
    words: Sequence[bytes]
    headers: Sequence[tuple[str, str]] = ()
    may_fail: tuple[str, ...] = ()
    survives: bool = False
    limits: WorkerLimits = field(default_factory=WorkerLimits)


def _pure(name: str, words: str = "") -> Target:
    """Return a target of code that runs in the function's own process, where nothing may go wrong."""
    return Target(
        name,
        f"{_PURE}:{name}",
        lambda _: {},
        lambda _, answer: str(answer["shape"]),
        lambda: seeds.of(name),
        seeds.words(words or name),
    )


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target(
            "feed",
            "functions.fetch.feed_documents:run",
            boundaries.feed_params,
            boundaries.judge_feed,
            lambda: seeds.of("feed"),
            seeds.words("feed"),
            seeds.FEED_HEADERS,
            ("parser failed: NotAFeed",),
            survives=True,
        ),
        Target(
            "page",
            "functions.extract.page_worker:run",
            boundaries.page_params,
            boundaries.judge_page,
            lambda: seeds.of("page"),
            seeds.words("page"),
            seeds.PAGE_HEADERS,
            survives=True,
        ),
        Target(
            "image",
            "functions.extract.page_worker:run",
            lambda _: {"task": "image"},
            boundaries.judge_image,
            lambda: seeds.of("image"),
            seeds.IMAGE_WORDS,
            may_fail=("parser failed: ",),  # whatever a decoder raises
            survives=True,
        ),
        _pure("robots_txt"),
        _pure("tdmrep"),
        _pure("message"),
        _pure("sources"),
        _pure("markup", words="page"),
    )
}
