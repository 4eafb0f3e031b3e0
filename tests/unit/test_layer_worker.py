"""The process that parses what strangers send, and may die of it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from newswire import worker as worker_module
from newswire.worker import Worker, WorkerFailed, WorkerLimits
from tests.support.worker_tasks import RefusedSemaphore

TASKS = "tests.support.worker_tasks:run"
# No test waits for these: they only keep a broken worker from holding up the suite.
LIMITS = WorkerLimits(cpu_seconds=1, wall_seconds=10)


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker(TASKS, LIMITS) as made:
        yield made


def failure(worker: Worker, do: str, **more: Any) -> WorkerFailed:
    with pytest.raises(WorkerFailed) as raised:
        worker.call(b"", {"do": do, **more})
    return raised.value


def pid(worker: Worker) -> int:
    return int(worker.call(b"", {"do": "echo"})["pid"])


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_bytes_and_parameters_go_in_and_a_dictionary_comes_back(worker: Worker) -> None:
    answer = worker.call(b"\x00\xffbody", {"do": "echo", "many": ["é", None, 1]})
    assert (answer["size"], answer["text"]) == (6, "\x00\xffbody")
    assert answer["params"] == {"do": "echo", "many": ["é", None, 1]}


def test_a_document_larger_than_any_pipe_goes_in_whole(worker: Worker) -> None:
    assert worker.call(b"x" * 5_000_000, {"do": "echo"})["size"] == 5_000_000


def test_an_answer_larger_than_any_pipe_comes_back_whole(worker: Worker) -> None:
    assert len(worker.call(b"", {"do": "long", "size": 3_000_000})["text"]) == 3_000_000


def test_one_warm_process_serves_all_calls_in_another_process_than_ours(worker: Worker) -> None:
    processes = {pid(worker) for _ in range(3)}
    assert len(processes) == 1
    assert processes != {os.getpid()}


def test_a_failure_keeps_the_process(worker: Worker) -> None:
    before = pid(worker)
    failed = failure(worker, "raise")
    assert failed.reason == "parser failed: LookupError"
    assert str(failed).startswith("parser failed: LookupError: no such thing")
    assert len(str(failed)) < 400
    assert pid(worker) == before


def test_a_hang_ends_at_the_deadline_and_the_next_call_works(worker: Worker) -> None:
    before = pid(worker)
    started = time.monotonic()
    with pytest.raises(WorkerFailed) as raised:
        worker.call(b"", {"do": "hang"}, wall_seconds=0.2)
    assert time.monotonic() - started < 2
    assert raised.value.reason == "parser timed out"
    assert not alive(before)
    assert pid(worker) != before


def test_a_call_may_shorten_the_deadline_but_not_lengthen_it() -> None:
    with Worker(TASKS, WorkerLimits(wall_seconds=0.5)) as worker:
        worker.start()
        started = time.monotonic()
        with pytest.raises(WorkerFailed, match=r"^parser timed out$"):
            worker.call(b"", {"do": "hang"}, wall_seconds=60)
        assert time.monotonic() - started < 5


def test_a_busy_loop_ends_at_its_limit_of_cpu_time(worker: Worker) -> None:
    failed = failure(worker, "spin")
    assert str(failed) == "parser died: signal SIGPROF"
    assert pid(worker)


@pytest.mark.parametrize(
    ("do", "message"),
    [
        ("segfault", "parser died: signal SIGSEGV"),
        ("exit", "parser died: exit code 3"),
        ("unserialisable", "parser died: exit code 1"),
    ],
)
def test_a_death_is_told_with_its_cause_and_the_next_call_works(
    do: str, message: str, worker: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    assert str(failure(worker, do)) == message
    assert pid(worker)
    capfd.readouterr()


def test_memory_ends_at_its_limit_and_the_process_survives(worker: Worker) -> None:
    before = pid(worker)
    assert failure(worker, "allocate").reason == "parser failed: MemoryError"
    assert pid(worker) == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_a_process_that_keeps_half_of_its_memory_is_replaced() -> None:
    with Worker(TASKS, WorkerLimits(memory_bytes=400 * 1024 * 1024)) as worker:
        before = pid(worker)
        assert worker.call(b"", {"do": "keep", "size": 1024 * 1024}) == {}
        assert pid(worker) == before
        assert worker.call(b"", {"do": "keep", "size": 220 * 1024 * 1024}) == {}
        assert pid(worker) != before


def test_what_a_library_prints_does_not_reach_the_answer(
    worker: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    assert worker.call(b"", {"do": "print"}) == {}
    assert worker.call(b"next", {"do": "echo"})["text"] == "next"
    output = capfd.readouterr()
    assert output.out == ""
    assert "to standard output" in output.err
    assert "opinion" not in output.err


def test_the_child_knows_no_credentials(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    monkeypatch.setenv("ARTICLE_TABLE", "table")
    known: dict[str, str] = worker.call(b"", {"do": "environment"})["environment"]
    assert os.environ["AWS_SECRET_ACCESS_KEY"]
    assert not [name for name in known if name.startswith("AWS") or "TOKEN" in name or "KEY" in name]
    assert "ARTICLE_TABLE" not in known


def test_nobody_can_know_which_keys_of_a_dictionary_collide(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python hashes text with a secret of each process, unless somebody fixes it for convenience."""
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    assert "PYTHONHASHSEED" not in worker.call(b"", {"do": "environment"})["environment"]


@pytest.mark.parametrize(
    "answer",
    ["[]", "7", "null", "{}", '{"result": []}', '{"result": null}', "hello", "\ud83d", "[" * 100_000],
    ids=["list", "number", "null", "nothing", "wrong-result", "no-result", "text", "half", "deep"],
)
def test_a_child_that_was_taken_over_can_only_lie(answer: str, worker: Worker) -> None:
    with pytest.raises(WorkerFailed) as raised:
        worker.call(b"", {"do": "lie", "answer": answer.encode("utf-8", "replace").decode()})
    assert raised.value.reason == "parser died"
    assert pid(worker)


def test_an_endless_answer_is_not_read(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "ANSWER_LIMIT", 1000)
    assert failure(worker, "long", size=1000).reason == "parser died"
    assert pid(worker)


def test_started_ahead_the_first_call_finds_the_process_running(worker: Worker) -> None:
    worker.start()
    child = worker._child
    assert child is not None
    assert pid(worker) == child.process.pid


def test_starting_ahead_waits_for_nobody(worker: Worker) -> None:
    """A publisher is asked while another one's document is read."""
    with worker.turn():
        starting = threading.Thread(target=worker.start)
        starting.start()
        starting.join(20)
        assert not starting.is_alive()
    assert worker._child is None


def test_whoever_has_the_turn_ends_the_child_before_another_document_goes_to_it(worker: Worker) -> None:
    met: list[int] = []
    other = threading.Thread(target=lambda: met.append(pid(worker)))
    with worker.turn():
        ours = pid(worker)
        other.start()
        other.join(0.2)
        assert met == []
        worker.close()
    other.join(20)
    assert len(met) == 1
    assert met != [ours]


def test_closing_ends_the_child_and_may_be_repeated() -> None:
    worker = Worker(TASKS, LIMITS)
    worker.close()
    process = pid(worker)
    worker.close()
    worker.close()
    assert not alive(process)


def test_a_child_that_died_between_two_calls_is_replaced(worker: Worker) -> None:
    before = pid(worker)
    os.kill(before, 9)
    child = worker._child
    assert child is not None
    child.process.wait()
    assert pid(worker) != before


def test_a_function_that_does_not_exist_is_a_death(capfd: pytest.CaptureFixture[str]) -> None:
    with Worker("tests.support.worker_tasks:missing", LIMITS) as worker:
        assert str(failure(worker, "echo")) == "parser died: exit code 1"
    assert "has no attribute 'missing'" in capfd.readouterr().err


def test_feeds_are_parsed_where_semaphores_do_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda has no /dev/shm: neither the parent nor the child may need a semaphore."""
    monkeypatch.setattr("_multiprocessing.SemLock", RefusedSemaphore)
    feed = b"<rss version='2.0'><channel><item><title>T</title><link>https://kabar.example/1</link></item></channel></rss>"
    params = {
        "task": "parse",
        "url": "https://kabar.example/rss",
        "content_type": None,
        "timezone": "Asia/Jakarta",
    }
    with Worker("tests.support.worker_tasks:without_semaphores") as worker:
        assert "Function not implemented" in worker.call(b"", {"task": "check"})["semaphore"]
        assert worker.call(feed, params)["entries"][0]["title"] == "T"
