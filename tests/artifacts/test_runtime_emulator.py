"""The runtime emulator treats a function as AWS does: one that fails, hangs, says too much or dies."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.runtime_emulator import BuiltFunction, EmulatorUnavailable, RuntimeEmulator
from tests.artifacts.conftest import unavailable
from tests.artifacts.processes import RUNTIME, descendants, only, wait_for

ROOT = Path(__file__).parents[2]
LIMIT = 6 * 1024 * 1024  # of a synchronous answer, "Lambda quotas"
PROBE = """
import json, os, pathlib, signal, sys, time, uuid

def sleep(seconds): time.sleep(seconds)
def answer(size): return "x" * (size - 2)
def kill(): os.kill(os.getpid(), signal.SIGKILL)
def leave(status): sys.exit(status)
def fail(): raise LookupError("nothing there")
def look(): return {"environment": dict(os.environ), "path": sys.path, "folder": os.getcwd()}

def write(folder):
    path = pathlib.Path(folder, uuid.uuid4().hex)
    try:
        path.write_bytes(b"x")
    except OSError as error:
        return error.strerror
    return "written"

def context_of(event, context):
    names = ("function_name", "memory_limit_in_mb", "aws_request_id", "invoked_function_arn")
    return {name: getattr(context, name) for name in names} | {"left": context.get_remaining_time_in_millis()}

def handler(event, context):
    print(json.dumps({"asked": event}))
    if event == ["context"]:
        return context_of(event, context)
    name, *arguments = event
    return globals()[name](*arguments)
"""
TIMEOUT = 2

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> BuiltFunction:
    if reason := unavailable():
        pytest.skip(f"ARTEFACTS NOT TESTED: {reason}")
    task = tmp_path_factory.mktemp("task")
    (task / "probe.py").write_text(PROBE, encoding="utf-8")
    variables = {"AWS_LAMBDA_FUNCTION_NAME": "stack-Probe", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"}
    return BuiltFunction("probe.handler", task, None, TIMEOUT, {**variables, "AWS_REGION": "us-east-1"})


@pytest.fixture(scope="module")
def probe(function: BuiltFunction) -> Iterator[RuntimeEmulator]:
    with RuntimeEmulator(function) as running:
        yield running


@pytest.fixture
def confined(probe: RuntimeEmulator) -> RuntimeEmulator:
    if not probe.confined:
        pytest.skip("LAMBDA'S FILE SYSTEM NOT TESTED: the kernel lets this user make no namespaces")
    return probe


def _kind(probe: RuntimeEmulator, *event: Any) -> tuple[str, str]:
    error = probe.invoke(list(event)).error
    assert error is not None
    return error.kind, error.message


def _is_well(probe: RuntimeEmulator) -> bool:
    return bool(probe.invoke(["answer", 5]).answer == "xxx")


def test_an_answer_comes_with_the_lines_that_were_logged_meanwhile(probe: RuntimeEmulator) -> None:
    done = probe.invoke(["answer", 12])
    assert (done.answer, done.error) == ("x" * 10, None)
    assert [json.loads(line) for line in done.logs] == [{"asked": ["answer", 12]}]


def test_what_a_handler_raises_is_an_error_with_its_class_and_a_log_line_in_json(
    probe: RuntimeEmulator,
) -> None:
    done = probe.invoke(["fail"])
    assert done.error is not None
    assert (done.error.kind, done.error.message) == ("LookupError", "nothing there")
    line = json.loads(done.logs[-1])
    assert (line["level"], line["errorType"], line["errorMessage"]) == (
        "ERROR",
        "LookupError",
        "nothing there",
    )
    assert _is_well(probe)


def test_an_invocation_ends_at_its_time_out_and_the_next_one_has_a_new_process(
    probe: RuntimeEmulator,
) -> None:
    assert _is_well(probe)
    before = only(probe.pid, RUNTIME)
    assert _kind(probe, "sleep", 60) == ("Sandbox.Timedout", f"Task timed out after {TIMEOUT}.00 seconds")
    assert _is_well(probe)
    assert only(probe.pid, RUNTIME) != before


def test_an_answer_of_six_megabytes_is_passed_on_and_a_larger_one_is_an_error(probe: RuntimeEmulator) -> None:
    assert len(probe.invoke(["answer", LIMIT]).answer) == LIMIT - 2
    kind, message = _kind(probe, "answer", LIMIT + 101)  # Lambda allows a hundred bytes more than it says
    assert kind == "Function.ResponseSizeTooLarge"
    assert "exceeded maximum allowed payload size" in message
    assert _is_well(probe)


@pytest.mark.parametrize(
    ("event", "why"), [(["kill"], "signal: killed"), (["leave", 3], "exit status 3")], ids=["kill", "exit"]
)
def test_a_runtime_that_dies_is_an_error_and_the_next_invocation_has_a_new_one(
    probe: RuntimeEmulator, event: list[Any], why: str
) -> None:
    kind, message = _kind(probe, *event)
    assert kind == "Runtime.ExitError"
    assert message.endswith(f"Runtime exited with error: {why}")
    assert _is_well(probe)


def test_a_handler_is_told_who_it_is_and_how_long_it_may_last(probe: RuntimeEmulator) -> None:
    first, second = (probe.invoke(["context"]).answer for _ in range(2))
    assert (first["function_name"], first["memory_limit_in_mb"]) == ("stack-Probe", "256")
    assert first["invoked_function_arn"].endswith(":function:stack-Probe")
    assert first["aws_request_id"] != second["aws_request_id"]
    assert 0 < first["left"] <= TIMEOUT * 1000


def test_nothing_of_this_environment_reaches_the_function(
    function: BuiltFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NEWSWIRE_OF_THIS_MACHINE", "1")
    with RuntimeEmulator(function) as running:
        seen = running.invoke(["look"]).answer
    assert "NEWSWIRE_OF_THIS_MACHINE" not in seen["environment"]
    assert "PYTHONPATH" not in seen["environment"]
    assert seen["folder"] == seen["environment"]["LAMBDA_TASK_ROOT"] == seen["path"][0]
    assert [one for one in seen["path"] if Path(one).is_relative_to(ROOT)] == [
        str(ROOT / ".venv-runtime" / "lib" / "python3.13" / "site-packages")
    ]


@pytest.mark.parametrize("folder", ["/var/task", "/opt", "/", "/var", "/usr/lib", "/etc"])
def test_a_function_may_write_nowhere_but_in_tmp(confined: RuntimeEmulator, folder: str) -> None:
    assert confined.invoke(["write", folder]).answer == "Read-only file system"
    assert confined.invoke(["write", "/tmp"]).answer == "written"  # noqa: S108  # the function's


def test_there_is_no_shared_memory(confined: RuntimeEmulator) -> None:
    assert confined.invoke(["write", "/dev/shm"]).answer == "No such file or directory"  # noqa: S108  # as above


def test_an_environment_ends_with_the_process_that_started_it(
    function: BuiltFunction, confined: RuntimeEmulator
) -> None:
    assert confined.confined  # elsewhere the emulator ends, and the runtime with its next request
    script = (
        "import json, sys, time\nfrom pathlib import Path\n"
        "from local.runtime_emulator import BuiltFunction, RuntimeEmulator\n"
        "with RuntimeEmulator(BuiltFunction('probe.handler', Path(sys.argv[1]), None, 60, {})) as running:\n"
        "    running.invoke(['answer', 5]); print(running.pid, flush=True); time.sleep(60)\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", script, function.task], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    environment = descendants(int(started.stdout.readline()))
    assert environment
    started.kill()
    started.communicate()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in environment))


def test_what_the_emulator_needs_is_named_where_it_is_missing(
    function: BuiltFunction, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("local.execution_environment.PROJECT", tmp_path)
    with pytest.raises(EmulatorUnavailable, match=r"no runtime emulator in \.venv-sam: make test-artifacts"):
        RuntimeEmulator(function).start()
