"""Rounds of a local run: schedules, queue and stream work as in Lambda until nothing is left."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.lambda_runtime import LambdaRuntime
from newswire import aws
from tests.support.local_project import LinesEdition, open_run


def site(folder: Path) -> list[str]:
    root = folder / "out" / "site"
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def state(folder: Path) -> dict[str, Any]:
    saved: dict[str, Any] = json.loads((folder / "out" / "state" / "state.json").read_bytes())
    return saved


def test_what_a_feed_brings_ends_as_a_page(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 store", "a-2 store", "b-1 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
        summary = run.summary()
    assert site(tmp_path) == ["a/a-1.html", "a/a-2.html", "a/b-1.html"]
    assert (tmp_path / "out/articles/a-1/1.json").read_text() == '{"body": "a-1 store"}'
    assert summary["feeds_polled"] == 2, "a poll that sent something is followed by another"
    assert summary["entries"] == 3
    assert summary["articles"] == {"page": 3, "feed": 0}
    assert summary["failures"] == {}
    assert summary["outputs_written"] == 3


def test_shards_are_polled_before_any_article_is_extracted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoked: list[tuple[str, bool]] = []
    invoke = LambdaRuntime.invoke

    def noted(runtime: LambdaRuntime, name: str, event: Any) -> Any:
        invoked.append((name, "Records" in event))
        return invoke(runtime, name, event)

    monkeypatch.setattr(LambdaRuntime, "invoke", noted)
    with open_run(tmp_path, LinesEdition(["a-1 store", "@b-1 store", "@c-1 store"])) as run:
        run.round(run.schedules, run.clock.advance_to)
    assert invoked[:4] == [
        ("FetchFunction", False),
        ("FetchFunction", True),
        ("FetchFunction", True),
        ("ExtractFunction", True),
    ]
    assert site(tmp_path) == ["a/a-1.html", "a/b-1.html", "a/c-1.html"]


def test_what_shards_find_is_counted_and_followed_by_another_poll(tmp_path: Path) -> None:
    with open_run(tmp_path, LinesEdition(["@a-1 store", "@b-1 store"])) as run:
        run.round(run.schedules, run.clock.advance_to)
        summary = run.summary()
    assert summary["feeds_polled"] == 4, "a poll, its two shards, and a poll that finds nothing more"
    assert summary["entries"] == 4
    assert summary["articles"] == {"page": 2, "feed": 0}


def test_a_shard_that_always_fails_ends_as_a_dead_letter_and_is_tried_at_the_next_start(
    tmp_path: Path,
) -> None:
    edition = LinesEdition(["@lost-1 store", "@b-1 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["failures"] == {"DeadShards: failed 3 times": 1}
    assert state(tmp_path)["dead_letters"][0]["group"] is None
    text = json.dumps(state(tmp_path)).replace('"body": "@lost-1 store"', '"body": "@found-1 store"')
    (tmp_path / "out/state/state.json").write_text(text)
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["failures"] == {}
    assert site(tmp_path) == ["a/b-1.html", "a/found-1.html"]
    assert state(tmp_path)["dead_letters"] == []


def test_leases_of_shards_end_with_the_run(tmp_path: Path) -> None:
    """The next start has a plan of its own; a lease of this one's could only stand in its way."""
    with open_run(tmp_path, LinesEdition(["@a-1 store"])) as run:
        run.round(run.schedules, run.clock.advance_to)
        table = run._stack.tables["FeedTable"]
        stored = run._stack.clients.dynamodb.scan(TableName=table)["Items"]
    assert {item["pk"]["S"] for item in stored} == {"feed#all", "shard#a-1 store"}
    assert [item["pk"]["S"] for item in state(tmp_path)["tables"]["FeedTable"]] == ["feed#all"]


def test_a_message_that_fails_comes_back_and_the_others_are_done(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 until=3 fail", "b-1 store", "c-1 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["failures"] == {}
    assert site(tmp_path) == ["a/a-1.html", "a/b-1.html", "a/c-1.html"]


def test_a_postponed_message_comes_back_when_the_runs_clock_says_so(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 until=2 postpone 90", "b-1 store"])
    waits: list[timedelta] = []
    with open_run(tmp_path, edition) as run:

        def wait(moment: datetime) -> None:
            waits.append(moment - run.clock.now())
            run.clock.advance_to(moment)

        run.round(run.schedules, wait)
    assert len(waits) == 1
    assert timedelta(seconds=80) < waits[0] <= timedelta(seconds=90)
    assert site(tmp_path) == ["a/a-1.html", "a/b-1.html"]


def test_nobody_waits_hours_for_a_postponed_message(tmp_path: Path) -> None:
    """The function is asked again and decides anew: only it knows whether the publisher may be asked."""
    edition = LinesEdition(["a-1 until=2 postpone 40000"])
    with open_run(tmp_path, edition) as run:
        before = run.clock.now()
        run.round(run.schedules, run.clock.advance_to)
        assert run.clock.now() - before < timedelta(minutes=5)
    assert site(tmp_path) == ["a/a-1.html"]


def test_without_waiting_a_postponed_message_stays_and_nothing_is_saved(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 until=2 postpone 90", "b-1 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, None)
        release = run.next_release()
        assert release is not None
        assert not (tmp_path / "out/state/state.json").exists()
        run.clock.advance_to(release)
        run.round([], None)
    assert site(tmp_path) == ["a/a-1.html", "a/b-1.html"]


def test_a_message_that_always_fails_ends_as_a_counted_dead_letter(tmp_path: Path) -> None:
    with open_run(tmp_path, LinesEdition(["a-1 fail", "b-1 store"])) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["failures"] == {"DeadLetters: failed 3 times": 1}
    assert state(tmp_path)["dead_letters"][0]["body"] == "a-1 fail"
    assert site(tmp_path) == ["a/b-1.html"]


def test_a_handler_that_raises_fails_its_whole_batch_and_is_counted(tmp_path: Path) -> None:
    with open_run(tmp_path, LinesEdition(["a-1 until=2 raise", "b-1 store"])) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["failures"] == {"ExtractFunction: RuntimeError": 1}
    assert site(tmp_path) == ["a/a-1.html", "a/b-1.html"]
    assert "RuntimeError: a-1 cannot be extracted" in (tmp_path / "out/log/ExtractFunction.log").read_text()


def test_a_buried_message_keeps_the_reason_that_its_function_gave(tmp_path: Path) -> None:
    with open_run(tmp_path, LinesEdition(["a-1 bury"])) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["failures"] == {"DeadLetters: not readable": 1}


def test_a_poisonous_record_is_given_up_and_takes_no_other_with_it(tmp_path: Path) -> None:
    """The mapping bisects and has finite retries; Lambda then tells the on-failure queue."""
    edition = LinesEdition(["a-1 store", "a-2 store", "poison-1 store", "z-1 store", "z-2 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["failures"] == {"PublishFailures: RetryAttemptsExhausted": 1}
    assert site(tmp_path) == ["a/a-1.html", "a/a-2.html", "a/z-1.html", "a/z-2.html"]
    letter = json.loads(state(tmp_path)["dead_letters"][0]["body"])
    assert letter["keys"] == [{"pk": {"S": "article#poison-1"}}]


def test_the_next_run_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 store", "b-1 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/site").rglob("*.html")}
    clock = state(tmp_path)["clock"]
    edition.lines.append("c-1 store")
    with open_run(tmp_path, edition) as run:
        assert run.clock.now() >= datetime.fromisoformat(clock)
        run.round(run.schedules, run.clock.advance_to)
        summary = run.summary()
    assert (summary["entries"], summary["outputs_written"]) == (1, 1)
    assert summary["articles"] == {"page": 3, "feed": 0}
    assert {path: path.stat().st_mtime_ns for path in times} == times
    (item,) = [item for item in state(tmp_path)["tables"]["FeedTable"] if item["pk"]["S"] == "feed#all"]
    assert item["raw"] == {"B": "AP8="}


def test_the_next_run_tries_again_what_failed_without_a_reason(tmp_path: Path) -> None:
    """Most often somebody has just repaired the function."""
    edition = LinesEdition(["a-1 fail", "b-1 bury"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
    text = json.dumps(state(tmp_path)).replace('"body": "a-1 fail"', '"body": "a-1 store"')
    (tmp_path / "out/state/state.json").write_text(text)
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
    assert site(tmp_path) == ["a/a-1.html"]
    assert [letter["body"] for letter in state(tmp_path)["dead_letters"]] == ["b-1 bury"]


def test_a_new_portal_address_renders_everything_anew(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 store"])
    with open_run(tmp_path, edition, "http://localhost:8000") as run:
        run.round(run.schedules, run.clock.advance_to)
    with open_run(tmp_path, edition, "http://localhost:9000") as run:
        run.round(run.schedules, run.clock.advance_to)
    assert (tmp_path / "out/site/a/a-1.html").read_text() == "a-1 at http://localhost:9000"
    with open_run(tmp_path, edition, "http://localhost:9000") as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["outputs_written"] == 0


def test_handlers_see_the_templates_environment_and_only_while_they_run(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 store"])
    seen: dict[str, str] = {}
    with open_run(tmp_path, edition) as run:
        aws.session().get_component("event_emitter").register(
            "before-call.s3.PutObject", lambda **_: seen.update(os.environ)
        )
        run.clock.advance_to(run.clock.now() + timedelta(hours=2))
        run.round(run.schedules, run.clock.advance_to)
    assert seen["LOOPBACK_ALLOWED"] == "publisher.localhost:1"
    assert seen["SITE_BUCKET"].startswith("newswire-")
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "newswire-PublishFunction"
    assert float(seen["CLOCK_OFFSET"]) < 0, "the demo's moment lies before this machine's"
    assert "SITE_BUCKET" not in os.environ
    assert "CLOCK_OFFSET" not in os.environ


def test_nothing_of_aws_is_sent_to_the_proxy_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with open_run(tmp_path, LinesEdition(["a-1 store"])) as run:
        run.round(run.schedules, run.clock.advance_to)
    assert site(tmp_path) == ["a/a-1.html"]
