"""The stack as CloudFormation gets it, for tests that assert the settings which the design relies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.template import Template
from tests.deploy import whole_stack

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def stack() -> Template:
    """Return the translated template under its default parameters, its inner stacks included."""
    return whole_stack.load(ROOT / "template.yaml")
