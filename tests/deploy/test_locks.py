"""The requirements files: complete, hashed, the same versions everywhere, and no registry's address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAMBDA_LOCKS = sorted([ROOT / "shared" / "requirements.txt", *ROOT.glob("functions/*/requirements.txt")])
LOCKS = [*LAMBDA_LOCKS, *sorted(ROOT.glob("requirements-*.txt"))]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _pins(lock: Path) -> dict[str, str]:
    """Return each distribution's pinned version."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ]+)", "\n".join(lines), re.MULTILINE))


def test_there_is_one_lock_per_function_and_one_for_the_layer() -> None:
    assert [_name(lock) for lock in LAMBDA_LOCKS] == [
        "functions/extract/requirements.txt",
        "functions/fetch/requirements.txt",
        "functions/publish/requirements.txt",
        "shared/requirements.txt",
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=_name)
def test_every_requirement_is_pinned_and_hashed(lock: Path) -> None:
    requirements = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    loose = [entry for entry in requirements if "==" not in entry or "--hash=sha256:" not in entry]
    assert [entry for entry in loose if not entry.startswith("--no-binary ")] == []


@pytest.mark.parametrize("lock", LOCKS, ids=_name)
def test_only_the_peers_that_are_published_as_sources_alone_are_built_here(lock: Path) -> None:
    built = re.findall(r"^--no-binary (.*)$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    assert built == (
        ["feedgen", "hurry-filesize", "langdetect", "pypydispatcher"]
        if lock.name == "requirements-peers.txt"
        else []
    )


@pytest.mark.parametrize("lock", LOCKS, ids=_name)
def test_no_lock_names_a_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("lock", LAMBDA_LOCKS, ids=_name)
def test_what_is_deployed_is_what_is_tested(lock: Path) -> None:
    tested = _pins(ROOT / "requirements-dev.txt")
    differing = {
        name: (version, tested.get(name))
        for name, version in _pins(lock).items()
        if tested.get(name) != version
    }
    assert differing == {}, "run make lock"


@pytest.mark.parametrize("lock", LOCKS, ids=_name)
def test_a_lock_holds_what_its_source_asks_for(lock: Path) -> None:
    source = lock.with_suffix(".in").read_text(encoding="utf-8")
    wanted = re.findall(r"^([a-z0-9][a-z0-9-]*)", source, re.MULTILINE)
    assert set(wanted) <= set(_pins(lock)), "run make lock"
