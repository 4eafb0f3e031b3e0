"""One build for all tests of what sam makes, and the runtime emulator that runs it.

``make test`` and ``make test-artifacts`` set up what this needs: SAM in ``.venv-sam``, the libraries of
Lambda's runtime in ``.venv-runtime`` and the locked wheels in ``.wheels``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from local import building
from local.built_functions import Build
from local.programs import Unavailable, check_available

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def tools() -> None:
    """Skip, aloud, where nothing can be built or run."""
    try:
        check_available(ROOT)
    except Unavailable as error:
        pytest.skip(f"ARTEFACTS NOT TESTED: {error}")


@pytest.fixture(scope="session")
def build() -> Build:
    """Return the current build for this machine's processor."""
    folder, _ = building.built(ROOT)
    return Build(folder)
