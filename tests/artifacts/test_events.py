"""Every sample event does with what is deployed what it does with the source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from local.built_functions import Build, BuiltFunctions
from local.demo.server import DemoPublishers
from local.emulator import emulated
from local.inspection import Snapshot
from local.invoke import SAMPLE_START
from local.run import PROJECT
from local.stack import Stack
from newswire.urls import article_id
from tests.support.demo_outcome import DemoOutcome

PORT_SHIFT = 740
MODEL = "perpustakaan-terapung"
# In this order: what is published is what was extracted before.
EVENTS = (
    "fetch-sqs-shard",
    "fetch-schedule",
    "extract-sqs",
    "extract-sqs-poison",
    "publish-dynamodb-stream",
    "publish-schedule",
)
POISON = [
    "message is not JSON",
    "message schema is 'newswire/message/0'; 'newswire/message/1' is allowed",
    "message key 'source' is missing",
]
ALL_WELL: dict[str, list[Any]] = {"batchItemFailures": []}

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Done:
    """What a sample event was answered with, and what came of it, as ``make invoke`` shows it."""

    answer: Any
    objects: list[dict[str, Any]]
    items: list[dict[str, Any]]
    messages: list[dict[str, Any]]


@pytest.fixture(scope="module")
def done(build: Build) -> dict[str, Done]:
    with (
        emulated(PROJECT, SAMPLE_START, demo_port_shift=PORT_SHIFT) as emulator,
        BuiltFunctions(build.functions(emulator)) as functions,
    ):
        return {name: _invoked(name, functions, emulator.stack) for name in EVENTS}


def _invoked(name: str, functions: BuiltFunctions, stack: Stack) -> Done:
    before = Snapshot(stack)
    answer = functions.invoke(f"{name.partition('-')[0].capitalize()}Function", _event(name))
    return Done(answer, **before.changes())


def _event(name: str) -> Any:
    """Return the event for publishers on this test's ports, and thus with other articles' ids."""
    text = (PROJECT / "events" / f"{name}.json").read_text(encoding="utf-8")
    usual, shifted = (DemoPublishers(SAMPLE_START, shift) for shift in (0, PORT_SHIFT))
    for mine, theirs in zip(shifted.publishers, usual.publishers, strict=True):
        text = text.replace(theirs.origin, mine.origin)
    return json.loads(text.replace(_model_id(usual), _model_id(shifted)))


def _model_id(demo: DemoPublishers) -> str:
    return article_id(DemoOutcome(demo).edition(MODEL).url)


def test_every_sample_event_is_invoked() -> None:
    """``env.json`` is no event: it is the functions' environment for ``sam local``."""
    assert {path.stem for path in (PROJECT / "events").glob("*.json")} - {"env"} == set(EVENTS)


def test_fetch_polls_a_shard_and_sends_what_is_new(done: dict[str, Done]) -> None:
    shard = done["fetch-sqs-shard"]
    assert shard.answer == ALL_WELL
    assert {message["queue"] for message in shard.messages} == {"ArticleQueue"}
    assert {one["body"]["source"] for one in shard.messages} == {"angin-timur", "lumbung-niaga"}


def test_fetch_polls_on_schedule_what_was_not_polled_yet(done: dict[str, Done]) -> None:
    scheduled = done["fetch-schedule"]
    assert scheduled.answer["feeds_polled"] == 4
    assert scheduled.answer["sent"] == len(scheduled.messages) > 0
    assert not {one["body"]["source"] for one in scheduled.messages} & {"angin-timur", "lumbung-niaga"}


def test_extract_stores_the_article_of_a_message_word_for_word(done: dict[str, Done]) -> None:
    extracted = done["extract-sqs"]
    edition = DemoOutcome(DemoPublishers(SAMPLE_START, PORT_SHIFT)).edition(MODEL)
    assert extracted.answer == ALL_WELL
    (article,) = [one["body"] for one in extracted.objects if one["key"].startswith("articles/")]
    assert (article["url"], article["title"]) == (edition.url, edition.story.title)
    assert "Kapal pustaka Layar Aksara kembali berlayar ke tujuh pulau kecil" in article["text"]


def test_extract_gives_poison_to_the_dead_letters_with_its_reason(done: dict[str, Done]) -> None:
    poisoned = done["extract-sqs-poison"]
    assert poisoned.answer == ALL_WELL
    letters = [one for one in poisoned.messages if one["queue"] == "ArticleDeadLetterQueue"]
    assert [one["attributes"]["reason"] for one in letters] == POISON


def test_publish_shows_the_article_of_a_stream_record(done: dict[str, Done]) -> None:
    published = done["publish-dynamodb-stream"]
    assert published.answer == ALL_WELL
    assert {one["bucket"] for one in published.objects} == {"SiteBucket"}
    bodies = {one["key"]: one["body"] for one in published.objects}
    (page,) = [key for key in bodies if key.startswith("a/")]
    assert page.startswith(f"a/{MODEL}")
    assert page in bodies["feed.xml"]


def test_publish_refreshes_on_schedule(done: dict[str, Done]) -> None:
    refreshed = done["publish-schedule"]
    assert "batchItemFailures" not in refreshed.answer
    assert "about.html" in {one["key"] for one in refreshed.objects}
