"""The stack as CloudFormation gets it, for tests that assert the settings which the design relies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import template
from local.template import Template

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def stack() -> Template:
    """Return the translated template under its default parameters."""
    return template.load(ROOT / "template.yaml", {})
