"""``sam local`` tells each function what events/env.json says: SAM's own code resolves it, without Docker."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from local.template import Template

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / "events" / "env.json"
PYTHON = ROOT / ".venv-sam" / "bin" / "python"
STAGES = ("FetchFunction", "ExtractFunction", "PublishFunction")
# As samcli.commands.local.lib.local_lambda does it for one invocation
RESOLVE = """
import json, sys
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.local.lambdafn.env_vars import EnvironmentVariables
stacks, _ = SamLocalStackProvider.get_stacks(sys.argv[1])
overrides = json.load(open(sys.argv[2]))
print(json.dumps({
    one.name: EnvironmentVariables(
        one.name, one.memory, one.timeout, one.handler,
        variables=one.environment["Variables"], override_values=overrides.get(one.name, {}),
    ).resolve()
    for one in SamFunctionProvider(stacks).get_all()
}))
"""


def _environments() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(ENVIRONMENTS.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("function", STAGES)
def test_every_variable_of_the_template_is_told_and_no_other(stack: Template, function: str) -> None:
    declared = stack.resources[function]["Properties"]["Environment"]["Variables"]
    assert set(_environments()[function]) == set(declared)


def test_sam_gives_each_function_exactly_these_values() -> None:
    if not PYTHON.exists():
        pytest.skip("SAM LOCAL NOT TESTED: SAM is not set up; `make validate` does that")
    done = subprocess.run(
        [PYTHON, "-c", RESOLVE, ROOT / "template.yaml", ENVIRONMENTS],
        # No credentials, so that SAM asks nobody whose they are
        env={"PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true", "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    resolved = json.loads(done.stdout.splitlines()[-1])
    assert set(resolved) == set(STAGES)
    for function, told in _environments().items():
        assert {name: resolved[function].get(name) for name in told} == told
