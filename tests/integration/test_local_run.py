"""``make run`` as a person meets it: the commands, their last line, their exit status."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local import editions
from local.demo.server import DemoPublishers
from local.run import PROJECT, main
from tests.support.demo_outcome import DemoOutcome

# Not the demo's usual ports: somebody may be looking at it while the tests run.
PORT_SHIFT = 1300
COMMAND = (
    f"import sys; from local.run import main; sys.exit(main(sys.argv[1:], demo_port_shift={PORT_SHIFT}))"
)
OUTCOME = DemoOutcome(DemoPublishers(datetime.now(UTC)))
ENVIRONMENT = {"PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "shared")])}


@dataclass(frozen=True)
class Ended:
    """A finished command."""

    status: int
    output: str
    errors: str

    @property
    def summary(self) -> dict[str, Any]:
        """Return the last line of the output."""
        summary: dict[str, Any] = json.loads(self.output.splitlines()[-1])
        return summary


@contextmanager
def running(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run(*arguments: str | Path) -> Ended:
    with running(*arguments) as process:
        output, errors = process.communicate(timeout=120)
        return Ended(process.returncode, output, errors)


def files(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for name in ("site", "articles")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Play the demo to its end, once for all tests of this file."""
    out = tmp_path_factory.mktemp("demo") / "out"
    return out, run("--once", "--out", out)


def test_the_demo_plays_to_its_end_and_says_what_it_did(demo: tuple[Path, Ended]) -> None:
    _, ended = demo
    assert ended.status == 0, ended.errors
    assert len(ended.output.splitlines()) == 1, "functions log into files"
    assert list(ended.summary) == [
        "feeds_polled",
        "entries",
        "articles",
        "failures",
        "outputs_written",
        "seconds",
    ]
    assert ended.summary["articles"] == OUTCOME.articles()
    assert ended.summary["failures"] == {}
    assert "Traceback" not in ended.errors


def test_the_demo_leaves_its_site_and_its_archive_as_files(demo: tuple[Path, Ended]) -> None:
    out, _ = demo
    assert {"index.html", "404.html", "feed.xml", "sitemap.xml", "robots.txt"} <= {
        path.name for path in (out / "site").iterdir()
    }
    articles = list((out / "articles").glob("*/*.json"))
    assert len(articles) == OUTCOME.files()
    assert all(json.loads(path.read_bytes())["schema"] == "newswire/article/1" for path in articles)


def test_the_same_command_again_asks_only_whether_anything_is_new(demo: tuple[Path, Ended]) -> None:
    out, _ = demo
    before = files(out)
    again = run("--once", "--out", out)
    assert (again.status, again.summary["feeds_polled"]) == (0, OUTCOME.feeds)
    assert (again.summary["entries"], again.summary["outputs_written"]) == (0, 0)
    assert again.summary["articles"] == OUTCOME.articles()
    assert files(out) == before


def refused(capfd: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """Return the status and the errors of a command that ends before it starts anything."""
    status = main([str(argument) for argument in arguments], demo_port_shift=PORT_SHIFT)
    output, errors = capfd.readouterr()
    assert output == ""
    return status, errors


def test_real_feeds_do_not_continue_a_demo(
    demo: tuple[Path, Ended], capfd: pytest.CaptureFixture[str]
) -> None:
    path = PROJECT / "local/demo/sources.yaml"
    status, errors = refused(capfd, "--sources", path, "--once", "--out", demo[0])
    assert status == 1
    assert "holds a run of the demo and this one is of real feeds" in errors


def test_sources_that_are_invalid_end_with_status_2_and_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text("portal: {name: Kabar}\ncategories: {}\nsources: [{id: A B}]\n")
    ended = run("--sources", path, "--once", "--out", tmp_path / "out")
    assert (ended.status, ended.output) == (2, "")
    assert f"{path}:1: portal" in ended.errors
    assert f"{path}:3: sources" in ended.errors
    assert "Traceback" not in ended.errors
    assert not (tmp_path / "out").exists()


def test_sources_that_are_missing_end_with_status_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = refused(capfd, "--sources", tmp_path / "none.yaml", "--once", "--out", tmp_path / "out")
    assert found == (2, f"{tmp_path}/none.yaml: No such file or directory\n")


def test_public_hosts_are_refused_with_an_example_contact(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sources.yaml"
    text = (PROJECT / "local/demo/sources.yaml").read_text()
    path.write_text(text.replace("http://angin-timur.localhost:8801", "https://www.angin-timur.id"))
    status, errors = refused(capfd, "--sources", path, "--once", "--out", tmp_path / "out")
    assert status == 2
    assert "portal.contact is redaksi@kabar.example, an address that reaches nobody" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("port", ["0x", "99999", "-1"])
def test_a_port_that_is_none_is_refused(port: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([f"--port={port}"])
    assert caught.value.code == 2
    assert f"{port!r} is no port; a number from 1 to 65535 is allowed" in capfd.readouterr().err


def test_a_busy_port_is_one_line_that_names_the_cure(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = refused(capfd, "--port", str(port), "--out", tmp_path / "out")
    assert found == (1, f"port {port} is in use: choose another, as in make run PORT={port + 1}\n")


def test_a_demo_that_runs_already_is_one_line_that_names_the_cure(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with editions.demo(datetime.now(UTC), PORT_SHIFT):
        status, errors = refused(capfd, "--once", "--out", tmp_path / "out")
    assert status == 1
    assert len(errors.splitlines()) == 1
    assert errors.endswith("needs it: end what uses it, most likely another make run\n")


def read(url: str) -> tuple[int, str]:
    """Return status and text of an address."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", parts.path)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_the_portal_is_served_with_links_to_itself_until_ctrl_c(tmp_path: Path) -> None:
    url = f"http://localhost:{free_port()}"
    with running("--port", url.rpartition(":")[2], "--out", tmp_path / "out") as process:
        assert process.stderr is not None
        first_round = next(line for line in process.stderr if " in all (" in line)
        assert f"{OUTCOME.feeds} feeds asked" in first_round
        status, home = read(f"{url}/")
        assert status == 200
        assert url in home
        status, missing = read(f"{url}/nowhere.html")
        assert status == 404
        assert missing == read(f"{url}/404.html")[1]
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, ""), errors
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith("Ended. The same command continues")
