"""What a local run keeps on disk survives being killed at any moment."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local import saved_bodies
from local.dead_letters import DeadLetter
from local.mirror import MirrorError
from local.progress import Progress
from local.saved_state import SavedObject, State, StateError, StateStore
from local.workspace import Workspace
from newswire import aws
from tests.support.local_project import LinesEdition, open_run

# The children only do file work and die.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


def killed(work: Callable[[], object]) -> bool:
    """Do the work in a child of this process and tell whether it was killed in the middle of it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "the child raised"
    return os.WIFSIGNALED(status)


def kill_at(count: int) -> Callable[..., None]:
    """Return a function that kills this process, as ``kill -9`` does, when called for that time."""
    calls = itertools.count(1)

    def call(*_: Any, **__: Any) -> None:
        if next(calls) == count:
            os.kill(os.getpid(), signal.SIGKILL)

    return call


def state_with(store: StateStore, name: str, number: int) -> State:
    bodies = {f"{index}.html": store.keep(f"{name} {index}".encode()) for index in range(number)}
    return State(
        clock=NOW,
        demo_start=NOW,
        portal_url="http://localhost:8000",
        tables={"T": [{"pk": {"S": name}}]},
        objects={
            "B": {key: SavedObject(sha256, {"ContentType": "text/html"}) for key, sha256 in bodies.items()}
        },
        dead_letters=(DeadLetter("Q", "{}", "not readable", "g", stated=True),),
    )


def contents(folder: Path) -> tuple[str, list[bytes]]:
    store = StateStore(folder)
    state = store.load()
    assert state is not None
    bodies = [store.body(saved) for saved in state.objects["B"].values()]
    return state.tables["T"][0]["pk"]["S"], bodies


def test_a_state_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    store = StateStore(tmp_path)
    with store.claimed():
        state = state_with(store, "old", 3)
        store.save(state)
    assert StateStore(tmp_path).load() == state
    assert contents(tmp_path) == ("old", [b"old 0", b"old 1", b"old 2"])


def kill_at_fsync(kill: Callable[[], None]) -> None:
    before(os, "fsync", kill)


def kill_at_rename(kill: Callable[[], None]) -> None:
    before(Path, "replace", kill)


def kill_at_statement(kill: Callable[[], None]) -> None:
    real = sqlite3.connect

    def connect(*values: Any, **names: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*values, **names)
        connection.set_trace_callback(lambda _: kill())
        return connection

    setattr(sqlite3, "connect", connect)  # noqa: B010 - the child dies with it


def before(target: Any, name: str, kill: Callable[[], None]) -> None:
    """Call ``kill`` before each call of the function of that name, for as long as this process lives."""
    real = getattr(target, name)

    def call(*values: Any) -> Any:
        kill()
        return real(*values)

    setattr(target, name, call)


@pytest.mark.parametrize("kills", [kill_at_fsync, kill_at_rename, kill_at_statement])
def test_a_kill_at_any_write_leaves_the_old_state_or_the_new(
    tmp_path: Path, kills: Callable[[Callable[[], None]], None]
) -> None:
    old, new = ("old", [b"old 0", b"old 1"]), ("new", [b"new 0", b"new 1", b"new 2"])
    seen = []
    for count in range(1, 60):
        folder = tmp_path / str(count)
        store = StateStore(folder)
        with store.claimed():
            store.save(state_with(store, "old", 2))

        def work(store: StateStore = store, count: int = count) -> None:
            kills(kill_at(count))
            store.save(state_with(store, "new", 3))

        if not killed(work):
            assert contents(folder) == new
            break
        seen.append(contents(folder))
        assert seen[-1] in (old, new)
    else:
        pytest.fail("the work never ended by itself")
    assert old in seen


@pytest.mark.parametrize(
    "operation",
    ["sqs.SendMessage", "sqs.DeleteMessage", "dynamodb.PutItem", "s3.PutObject"],
)
def test_a_kill_in_the_middle_of_a_round_loses_nothing(tmp_path: Path, operation: str) -> None:
    """The next run starts from the last completed round and ends as if nothing had happened."""
    edition = LinesEdition(["a-1 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
    edition.lines += ["b-1 store", "b-2 store", "c-1 store", "c-2 store"]

    def work() -> None:
        with open_run(tmp_path, edition) as run:
            aws.session().get_component("event_emitter").register(f"after-call.{operation}", kill_at(3))
            run._stack.clients.sqs.meta.events.register(f"after-call.{operation}", kill_at(3))
            run.round(run.schedules, run.clock.advance_to)

    assert killed(work)
    site = tmp_path / "out/site/a"
    assert [path.name for path in site.iterdir()] == ["a-1.html"]
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
        assert run.summary()["articles"] == {"page": 5, "feed": 0}
    assert sorted(path.name for path in site.iterdir()) == [
        "a-1.html",
        "b-1.html",
        "b-2.html",
        "c-1.html",
        "c-2.html",
    ]


def test_a_kill_after_saving_and_before_the_files_are_written_is_made_up_for(tmp_path: Path) -> None:
    edition = LinesEdition(["a-1 store"])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
    page, stray = tmp_path / "out/site/a/a-1.html", tmp_path / "out/site/stray/left.html"
    page.write_text("half a pa")
    stray.parent.mkdir()
    stray.touch()
    with open_run(tmp_path, edition):
        assert page.read_text() == "a-1 at http://localhost:8000"
        assert not stray.parent.exists()


def test_bytes_that_no_state_names_any_more_are_forgotten(tmp_path: Path) -> None:
    store = StateStore(tmp_path)
    with store.claimed():
        store.save(state_with(store, "old", 2))
        store.save(state_with(store, "new", 2))
    whole = (tmp_path / "objects.sqlite").read_bytes()
    assert whole.count(b"new ") == 2
    assert b"old " not in whole


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    with StateStore(tmp_path / "state").claimed():
        with (
            pytest.raises(StateError, match="is in use by another run") as caught,
            StateStore(tmp_path / "state").claimed(),
        ):
            pass
        assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "newswire/local-state/0"}', "[]"])
def test_a_state_of_another_version_says_how_to_go_on(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(
        StateError, match=r"state\.json: not a state of this version .* choose another folder with OUT="
    ):
        StateStore(tmp_path).load()


def test_damaged_bytes_are_never_served(tmp_path: Path) -> None:
    store = StateStore(tmp_path)
    with store.claimed():
        state = state_with(store, "old", 1)
        store.save(state)
    file = tmp_path / "objects.sqlite"
    whole = file.read_bytes()
    for damaged in (whole.replace(b"old 0", b"odd 0"), whole[:100], b""):
        file.write_bytes(damaged)
        with pytest.raises(StateError, match="missing or damaged"):
            store.body(state.objects["B"]["0.html"])
    file.unlink()
    with pytest.raises(StateError, match="missing or damaged"):
        store.body(state.objects["B"]["0.html"])


@pytest.mark.parametrize("strange", [b"a thesis" * 100, b""])
def test_a_file_that_no_run_has_written_is_told_of_as_that(tmp_path: Path, strange: bytes) -> None:
    (tmp_path / "state").mkdir()
    file = tmp_path / "state/objects.sqlite"
    file.write_bytes(strange)
    if not strange:
        with closing(sqlite3.connect(file)) as others:
            others.execute("CREATE TABLE bodies (number INTEGER)")
    before, store = file.read_bytes(), StateStore(tmp_path / "state")
    with (
        store.claimed(),
        pytest.raises(StateError, match=rf"objects\.sqlite: .*; remove {tmp_path} to start"),
    ):
        store.save(state_with(store, "new", 1))
    assert file.read_bytes() == before


@pytest.mark.parametrize("value", ["text", 5, None])
def test_a_value_of_another_kind_is_no_objects_bytes(tmp_path: Path, value: object) -> None:
    store = StateStore(tmp_path)
    with store.claimed():
        state = state_with(store, "old", 1)
        store.save(state)
    with closing(sqlite3.connect(tmp_path / "objects.sqlite")) as others, others:
        others.execute("CREATE TABLE other AS SELECT sha256, ? AS body FROM bodies", (value,))
        others.execute("DROP TABLE bodies")
        others.execute("ALTER TABLE other RENAME TO bodies")
    with pytest.raises(StateError, match="missing or damaged"):
        store.body(state.objects["B"]["0.html"])


def test_nobody_is_told_to_remove_a_state_that_is_only_in_use_or_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_bodies, "_PATIENCE", 0.0)
    store = StateStore(tmp_path)
    with store.claimed():
        state = state_with(store, "old", 1)
        store.save(state)
        with closing(sqlite3.connect(tmp_path / "objects.sqlite")) as others:
            others.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StateError, match="database is locked; see to that, or choose"):
                store.body(state.objects["B"]["0.html"])
        with limited_files(20_000), pytest.raises(StateError, match="; see to that, or choose"):
            store.save(replace(state, objects={"B": {"x": SavedObject(store.keep(bytes(200_000)), {})}}))
    assert contents(tmp_path) == ("old", [b"old 0"])


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as where the disk is full."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_state_with_a_file_for_each_object_goes_on(tmp_path: Path) -> None:
    """As earlier versions left it."""
    store = StateStore(tmp_path)
    with store.claimed():
        store.save(state_with(store, "old", 2))
    (tmp_path / "objects.sqlite").unlink()
    for body in (b"old 0", b"old 1"):
        sha256 = hashlib.sha256(body).hexdigest()
        (tmp_path / "objects" / sha256[:2]).mkdir(parents=True)
        (tmp_path / "objects" / sha256[:2] / sha256).write_bytes(body)
    assert contents(tmp_path) == ("old", [b"old 0", b"old 1"])  # who only looks takes nothing over
    assert not (tmp_path / "objects.sqlite").exists()
    with StateStore(tmp_path).claimed():
        assert contents(tmp_path) == ("old", [b"old 0", b"old 1"])
    assert not (tmp_path / "objects").exists()
    assert contents(tmp_path) == ("old", [b"old 0", b"old 1"])


def test_the_demos_state_is_not_mixed_with_real_feeds(tmp_path: Path) -> None:
    edition = LinesEdition([])
    with open_run(tmp_path, edition) as run:
        run.round(run.schedules, run.clock.advance_to)
    with pytest.raises(StateError, match="holds a run of the demo and this one is of real feeds"):
        Workspace(tmp_path / "out", Progress(sys.stderr)).load(demo=False)


def test_files_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out/site").mkdir(parents=True)
    (tmp_path / "out/site/thesis.html").touch()
    with pytest.raises(MirrorError, match="holds files that no run has written"):
        Workspace(tmp_path / "out", Progress(sys.stderr)).load(demo=True)
    assert (tmp_path / "out/site/thesis.html").exists()


def test_a_saved_state_is_plain_json(tmp_path: Path) -> None:
    store = StateStore(tmp_path)
    with store.claimed():
        store.save(state_with(store, "old", 1))
    document = json.loads((tmp_path / "state.json").read_bytes())
    assert document["objects"]["B"]["0.html"]["ContentType"] == "text/html"
