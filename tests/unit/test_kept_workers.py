"""An execution environment's parser outlives an invocation, as long as nothing speaks against it."""

from __future__ import annotations

import pytest

from newswire import kept_workers
from newswire.worker import Worker

ECHO = "tests.support.worker_tasks:run"


def pid(worker: Worker) -> int:
    return worker._running().process.pid


def test_the_next_invocation_finds_the_same_child() -> None:
    with kept_workers.lent(ECHO) as worker:
        worker.call(b"one", {"do": "echo"})
        first = pid(worker)
    with kept_workers.lent(ECHO) as worker:
        assert pid(worker) == first


def test_a_child_that_was_started_ahead_is_the_one_that_is_lent() -> None:
    kept_workers.start(ECHO)
    with kept_workers.lent(ECHO) as worker:
        child = worker._child
        assert child is not None
        worker.call(b"one", {"do": "echo"})
        assert worker._child is child


def test_an_invocation_that_fails_leaves_no_child() -> None:
    with kept_workers.lent(ECHO) as worker:
        first = pid(worker)
    with pytest.raises(KeyError), kept_workers.lent(ECHO):
        raise KeyError
    with kept_workers.lent(ECHO) as worker:
        assert pid(worker) != first


def test_a_child_is_replaced_after_so_many_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_workers, "DOCUMENTS", 2)
    seen = []
    for _ in range(4):
        with kept_workers.lent(ECHO) as worker:
            worker.call(b"one", {"do": "echo"})
            seen.append(pid(worker))
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_an_answer_that_nobody_took_is_not_the_next_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    with kept_workers.lent(ECHO) as worker:
        first = pid(worker)
        with monkeypatch.context() as patched:
            patched.setattr("newswire.worker._read", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                worker.call(b"one", {"do": "echo"})
        assert pid(worker) != first


def test_forgotten_workers_have_ended() -> None:
    with kept_workers.lent(ECHO) as worker:
        process = worker._running().process
    kept_workers.forget()
    assert process.poll() is not None
