"""``make sources`` and ``make run`` know the files that a ``sources.yaml`` names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.demo.server import DemoPublishers
from local.editions import DemoEdition, FileEdition, SourcesRefused
from local.sources.command import main
from newswire.catalogue import SOURCES_KEY
from newswire.sources_file import load_catalogue
from tests.support.aws_stack import ARTICLE_BUCKET, Stack
from tests.support.catalogues import SOURCES_YAML

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 6"><path d="M0 0h9v9z"/></svg>'
OWN = '  logo: logo.svg\n  accent: "#0b6b63"\n  pages: [redaksi]\n'
TEXT = SOURCES_YAML.replace("categories:", f"{OWN}categories:", 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "redaksi.md").write_text("# Redaksi\n", encoding="utf-8")
    (tmp_path / "pages" / "konsep.md").write_text("a draft that nobody named", encoding="utf-8")
    return path


def put(file: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["put", str(file), "--bucket", ARTICLE_BUCKET]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_files_go_beside_the_sources_and_what_changes_is_said(
    stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert put(file, capsys) == [
        "+ the file, which goes before the one bundled with the build",
        "+ logo.svg",
        "+ pages/redaksi.md",
        f"s3://{ARTICLE_BUCKET}/{SOURCES_KEY}: put, 1 source, 1 feed, 2 categories, 1 page",
    ]
    assert stack.objects() == {
        SOURCES_KEY: TEXT.encode(),
        "config/logo.svg": LOGO.encode(),
        "config/pages/redaksi.md": b"# Redaksi\n",
    }
    head = stack.s3.head_object(Bucket=ARTICLE_BUCKET, Key="config/pages/redaksi.md")
    assert head["ContentType"] == "text/markdown; charset=utf-8"
    assert "has this file already" in put(file, capsys)[-1]


def test_a_page_that_alone_has_changed_is_put_alone(
    stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(file, capsys)
    before = stack.s3.head_object(Bucket=ARTICLE_BUCKET, Key=SOURCES_KEY)["LastModified"]
    (file.parent / "pages" / "redaksi.md").write_text("# Susunan Redaksi\n", encoding="utf-8")
    assert put(file, capsys)[0] == "~ pages/redaksi.md"
    assert stack.objects()["config/pages/redaksi.md"] == b"# Susunan Redaksi\n"
    assert stack.s3.head_object(Bucket=ARTICLE_BUCKET, Key=SOURCES_KEY)["LastModified"] == before


@pytest.mark.usefixtures("stack")
def test_changed_keys_of_the_operators_own_are_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(file, capsys)
    file.write_text(TEXT.replace("#0b6b63", "#0b6b64").replace("tagline: ", "tagline: x "), encoding="utf-8")
    assert put(file, capsys)[0] == "~ portal: tagline, accent"


def test_files_that_cannot_be_used_are_named_by_line_and_key_and_nothing_is_put(
    stack: Stack, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file.parent / "pages" / "redaksi.md").unlink()
    (file.parent / "logo.svg").write_text("<svg/>", encoding="utf-8")
    for command in (["validate", str(file)], ["put", str(file), "--bucket", ARTICLE_BUCKET]):
        assert main(command) == 2
        first, second = capsys.readouterr().err.splitlines()
        assert first.startswith(f"{file}:8: portal.logo: logo.svg has the element svg, which is not for")
        assert second == f"{file}:10: portal.pages: pages/redaksi.md is missing"
    assert stack.objects() == {}


def test_validate_tells_of_shades_and_of_scripts_that_the_policy_stops(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = (
        "  head_html: <script src=https://a.cdn.example/x.js></script><script src=https://b.example/y.js></script>"
        '<link rel=stylesheet href="https://b.example/z.css">\n'
        '  csp: {script: ["*.cdn.example"]}\n'
    )
    file.write_text(TEXT.replace("categories:", f"{own}categories:", 1), encoding="utf-8")
    assert main(["validate", str(file)]) == 0
    said = [line.removeprefix(f"{file}: ") for line in capsys.readouterr().err.splitlines()]
    assert [line for line in said if line.startswith(("portal.accent", "portal.csp"))] == [
        "portal.accent: #0b6b63 is unreadable on dark paper: #12b0a3 is shown there",
        "portal.csp.script: browsers will not load https://b.example/y.js of head_html; name its host here",
        "portal.csp.style: browsers will not load https://b.example/z.css of head_html; name its host here",
    ]


def test_a_run_refuses_files_as_it_refuses_sources(file: Path) -> None:
    file.write_text(TEXT.replace("redaksi@portal.example", "redaksi@portal.test.id"), encoding="utf-8")
    assert FileEdition(file).own_files().keys() == {"logo.svg", "pages/redaksi.md"}
    (file.parent / "logo.svg").unlink()
    with pytest.raises(SourcesRefused, match=r"sources\.yaml:8: portal\.logo: logo\.svg is missing"):
        FileEdition(file).own_files()


def test_the_demos_portal_has_a_logo_an_accent_and_two_pages() -> None:
    edition = DemoEdition(DemoPublishers(datetime(2026, 1, 5, tzinfo=UTC)))  # not served: no port is needed
    own = load_catalogue(edition.sources_yaml()).own
    assert own.accent
    assert own.pages == ("redaksi", "pedoman-media-siber")
    assert edition.own_files().keys() == {"logo.svg", "pages/redaksi.md", "pages/pedoman-media-siber.md"}
