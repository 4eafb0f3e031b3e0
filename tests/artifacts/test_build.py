"""What sam builds can be imported by the runtime's Python, from the artefact and the layer alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from local.built_functions import LAYER, Build

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / ".venv-runtime" / "bin" / "python"
LIBRARIES = {
    "fetch": ["fastfeedparser", "feedparser", "lxml.etree"],
    "extract": ["PIL.Image", "lxml.html.clean", "trafilatura"],
    "publish": ["babel.dates", "jinja2", "markdown_it"],
}
IMPORT_ALL = """
import importlib, pkgutil, sys
stage, *libraries = sys.argv[1:]
for name in (f"functions.{stage}", "newswire"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)
        print(module.name)
for name in libraries:
    importlib.import_module(name)
    print(name, sys.modules[name.partition(".")[0]].__file__)
"""

pytestmark = pytest.mark.slow


def test_the_template_is_valid(sam: Callable[..., None]) -> None:
    sam("validate", "--lint", "--template", str(ROOT / "template.yaml"))


@pytest.mark.parametrize("stage", LIBRARIES)
def test_every_module_of_an_artefact_imports(build: Build, tmp_path: Path, stage: str) -> None:
    artefact, layer = build.folder / f"{stage.capitalize()}Function", build.folder / LAYER / "python"
    environment: Mapping[str, str] = {
        "PYTHONPATH": os.pathsep.join(map(str, (artefact, layer))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "POWERTOOLS_DEV": "false",
    }
    done = subprocess.run(
        [RUNTIME, "-c", IMPORT_ALL, stage, *LIBRARIES[stage]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"functions.{stage}.app" in done.stdout.splitlines()
    for library in LIBRARIES[stage]:
        (origin,) = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(f"{library} ")]
        assert Path(origin).is_relative_to(artefact), "comes from outside of the artefact"


def test_extract_brings_its_rules_of_furniture(build: Build) -> None:
    rules = "functions/extract/furniture.toml"
    assert (build.folder / "ExtractFunction" / rules).read_bytes() == (ROOT / rules).read_bytes()


def test_the_layer_brings_the_default_sources(build: Build) -> None:
    bundled = build.folder / LAYER / "python" / "newswire" / "sources.yaml"
    assert bundled.is_file()
    assert not bundled.is_symlink()
    assert bundled.read_bytes() == (ROOT / "sources.yaml").read_bytes()


def test_lambdas_user_may_read_every_file(build: Build) -> None:
    """It is none of those whom this machine knows; the archive keeps the modes that files have here."""
    needed = {path: 0o005 if path.is_dir() else 0o004 for path in build.folder.rglob("*")}
    unreadable = [path for path, bits in needed.items() if path.stat().st_mode & bits != bits]
    assert unreadable == [], "build with umask 022"
