"""``make sources`` on files: validate, import and export as a person meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.run import PROJECT
from local.sources import importing
from local.sources.command import main
from newswire.sources_file import load_catalogue
from tests.support.catalogues import PORTAL, SOURCES_YAML

ENTRY = "{id: a, name: A, homepage: https://a.example, feeds: [https://a.example/1], category: ekonomi}"
OPML = """\
<opml version="1.0"><head><title>Kabar Kita</title></head><body>
<outline text="Dunia"><outline text="Lain" xmlUrl="https://lain.example/rss" htmlUrl="https://lain.example/"/></outline>
<outline text="Kabar" xmlUrl="https://kabar.example/rss"/>
<outline text="Rusak" xmlUrl="nowhere"/>
</body></opml>
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(f"# mine\n{SOURCES_YAML}", encoding="utf-8")
    return path


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.opml"
    path.write_text(OPML, encoding="utf-8")
    return path


def test_a_valid_file_is_summed_up_in_one_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(file)]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{file}: valid, 1 source, 1 feed, 2 categories\n"
    assert f"{file}: categories.ekonomi: no enabled source has this category" in printed.err


def test_a_file_that_is_not_valid_is_refused_with_its_lines(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(SOURCES_YAML.replace("nasional\n", "olahraga\n"), encoding="utf-8")
    assert main(["validate", str(file)]) == 2
    printed = capsys.readouterr()
    expected = "sources[kabar].category: 'olahraga' is no category; allowed: nasional, ekonomi"
    assert printed.err == f"{file}:10: {expected}\n"
    assert printed.out == ""


@pytest.mark.parametrize(
    ("body", "problem"),
    [(None, "No such file or directory"), (b"\xff\xfe\xff", "not UTF-8"), (b"#" * 5_000_000, "larger than")],
)
def test_a_file_that_cannot_be_read_is_refused(
    body: bytes | None, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "any.yaml"
    if body is not None:
        path.write_bytes(body)
    assert main(["validate", str(path)]) == 2
    assert f"{path}: " in (said := capsys.readouterr().err)
    assert problem in said


def test_an_import_alone_prints_a_whole_valid_file(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(feeds)]) == 0
    printed = capsys.readouterr()
    made = load_catalogue(printed.out)
    assert [one.id for one in made.sources] == ["lain", "kabar"]
    assert printed.err.splitlines() == [
        f"{feeds}: line 4: nowhere: left out; an absolute http(s) URL is allowed as xmlUrl",
        "2 feeds added: 2 new sources",
    ]


def test_an_import_into_a_file_keeps_its_words_and_its_permissions(
    file: Path, feeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.chmod(0o640)
    link = file.with_name("link.yaml")
    link.symlink_to(file)
    before = file.read_text(encoding="utf-8")
    assert main(["import", str(feeds), "--into", str(link)]) == 0
    after = file.read_text(encoding="utf-8")
    assert after.startswith("# mine\n")
    assert set(before.splitlines()) - set(after.splitlines()) == {
        "categories: {nasional: Nasional, ekonomi: Ekonomi}"
    }
    assert [one.id for one in load_catalogue(after).sources] == ["kabar", "lain"]
    assert (link.is_symlink(), file.stat().st_mode & 0o777) == (True, 0o640)
    assert sorted(one.name for one in file.parent.iterdir()) == ["feeds.opml", "link.yaml", "sources.yaml"]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "left out, it is known already (source kabar)" in printed.err
    assert printed.err.splitlines()[-1] == f"{link}: 1 feed added: 1 new source"


def test_a_file_to_which_nothing_is_added_is_not_written(file: Path, feeds: Path) -> None:
    assert main(["import", str(feeds), "--into", str(file)]) == 0
    before = file.stat()
    assert main(["import", str(feeds), "--into", str(file)]) == 0
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize(
    "text",
    [
        SOURCES_YAML.replace("https://kabar.example/rss", "ftp://kabar.example/rss"),
        f"{PORTAL}sources: [{ENTRY}]",
    ],
    ids=["not valid", "nowhere to add"],
)
def test_a_file_that_cannot_be_added_to_stays_untouched(text: str, file: Path, feeds: Path) -> None:
    file.write_text(text, encoding="utf-8")
    assert main(["import", str(feeds), "--into", str(file)]) == 2
    assert file.read_text(encoding="utf-8") == text


def test_an_addition_that_would_not_be_valid_leaves_the_file_untouched(file: Path, feeds: Path) -> None:
    """The file is at its size limit: what is added is more than it may have."""
    padding = "# " + "x" * (1024 * 1024 - len(file.read_bytes()) - 10) + "\n"
    file.write_text(padding + SOURCES_YAML, encoding="utf-8")
    before = file.read_bytes()
    assert main(["validate", str(file)]) == 0
    assert main(["import", str(feeds), "--into", str(file)]) == 2
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><opml/>', "line 1: declares entities of its own"),
        (b"<html></html>", "the root element is 'html'"),
        (b"<opml><body></body></opml>", "no feed in the OPML file"),
        (b" " * (importing.OPML_LIMIT + 1), "is larger than 4096 KiB"),
    ],
)
def test_an_opml_that_is_none_is_refused(
    body: bytes, problem: str, feeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds.write_bytes(body)
    assert main(["import", str(feeds)]) == 2
    assert problem in capsys.readouterr().err


def test_an_opml_that_kills_its_parser_is_refused(
    feeds: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds.write_bytes(b"SEGFAULT")
    monkeypatch.setattr(importing, "_PARSER", "tests.support.worker_tasks:feeds")
    assert main(["import", str(feeds)]) == 2
    assert f"{feeds}: could not be read as OPML: parser died: signal SIGSEGV" in capsys.readouterr().err


def test_an_export_is_imported_again(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(file)]) == 0
    exported = tmp_path / "out.opml"
    exported.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["import", str(exported)]) == 0
    (again,) = load_catalogue(capsys.readouterr().out).sources
    (kabar,) = load_catalogue(SOURCES_YAML).sources
    assert (again.id, again.name, again.feeds) == (kabar.id, kabar.name, kabar.feeds)


def test_the_command_runs_as_a_module_of_its_own(file: Path) -> None:
    path = os.pathsep.join([str(PROJECT), str(PROJECT / "shared")])
    done = subprocess.run(
        [sys.executable, "-m", "local.sources", "validate", str(file)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"{file}: valid, 1 source, 1 feed, 2 categories\n")


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["test"], ["put", "sources.yaml"]])
def test_a_wrong_argument_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
