"""What sam builds can be imported by the runtime's Python, from the artefact and the layer alone.

``make test`` sets up what this needs: SAM in ``.venv-sam`` and the locked wheels in ``.wheels``.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
WHEELS = ROOT / ".wheels"
# Kept between runs, so that only what changed is built again; `make clean` removes it.
ARTIFACTS = ROOT / ".artifacts"
LIBRARIES = {
    "fetch": ["fastfeedparser", "feedparser", "lxml.etree"],
    "extract": ["PIL.Image", "lxml.html.clean", "trafilatura"],
    "publish": ["babel.dates", "jinja2", "markdown_it"],
}
# What the Lambda runtime brings: boto3 and its dependencies.
RUNTIME_LIBRARIES = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six")
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


def _runs_the_runtimes_python(program: str | None) -> bool:
    """Tell whether it runs: a shim may be on PATH for a version that is not active."""
    return (
        program is not None
        and subprocess.run([program, "-c", ""], check=False, capture_output=True).returncode == 0
    )


@pytest.fixture(scope="module")
def runtime_python() -> str:
    """Return the runtime's Python, or skip with what to do."""
    program = shutil.which("python3.13")
    if program is None or not _runs_the_runtimes_python(program):
        pytest.skip("ARTEFACTS NOT TESTED: no python3.13 on PATH, the version of the Lambda runtime")
    if not SAM.exists() or not WHEELS.exists():
        pytest.skip("ARTEFACTS NOT TESTED: SAM or the wheels are not set up; `make test` does that")
    if platform.system() != "Linux":
        pytest.skip("ARTEFACTS NOT TESTED: Lambda's native modules load on Linux only")
    return program


@pytest.fixture(scope="module")
def sam(runtime_python: str) -> Callable[..., None]:
    """Return a function that runs sam with no index, so that no test reaches for the network."""
    environment = os.environ | {
        "PATH": f"{Path(runtime_python).parent}:{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }

    def run(*arguments: str) -> None:
        ARTIFACTS.mkdir(exist_ok=True)
        done = subprocess.run(
            [SAM, *arguments], cwd=ARTIFACTS, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def build(sam: Callable[..., None]) -> Path:
    """Build for this machine's processor and return the folder of the artefacts."""
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    folder = ARTIFACTS / "build"
    sam(
        "build",
        "--cached",
        *("--template", str(ROOT / "template.yaml")),
        *("--build-dir", str(folder)),
        *("--cache-dir", str(ARTIFACTS / "cache")),
        *("--parameter-overrides", f"Architecture={architecture}"),
    )
    return folder


@pytest.fixture(scope="module")
def runtime_libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the libraries of the runtime and none other."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME_LIBRARIES:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


def test_the_template_is_valid(sam: Callable[..., None]) -> None:
    sam("validate", "--lint", "--template", str(ROOT / "template.yaml"))


@pytest.mark.parametrize("stage", LIBRARIES)
def test_every_module_of_an_artefact_imports(
    build: Path, runtime_python: str, runtime_libraries: Path, tmp_path: Path, stage: str
) -> None:
    artefact, layer = build / f"{stage.capitalize()}Function", build / "NewswireLayer" / "python"
    environment: Mapping[str, str] = {
        "PYTHONPATH": os.pathsep.join(map(str, (artefact, layer, runtime_libraries))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "POWERTOOLS_DEV": "false",
    }
    done = subprocess.run(
        [runtime_python, "-S", "-c", IMPORT_ALL, stage, *LIBRARIES[stage]],  # -S: no site-packages
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


def test_extract_brings_its_rules_of_furniture(build: Path) -> None:
    rules = "functions/extract/furniture.toml"
    assert (build / "ExtractFunction" / rules).read_bytes() == (ROOT / rules).read_bytes()


def test_the_layer_brings_the_default_sources(build: Path) -> None:
    bundled = build / "NewswireLayer" / "python" / "newswire" / "sources.yaml"
    assert bundled.is_file()
    assert not bundled.is_symlink()
    assert bundled.read_bytes() == (ROOT / "sources.yaml").read_bytes()
