"""GitHub's workflows: what they may do, whose code they run, and that they run what the Makefile has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
FILES = {path.name: path for path in sorted(FOLDER.glob("*.y*ml"))}
WRITTEN = {"check.yml": {"contents": "read"}, "deploy.yml": {"contents": "read", "id-token": "write"}}


def _workflow(name: str) -> dict[str, Any]:
    # BaseLoader: to YAML 1.1 the key `on` is a boolean
    loaded: dict[str, Any] = yaml.load(FILES[name].read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return loaded


def _steps(name: str) -> Iterator[Mapping[str, Any]]:
    for job in _workflow(name)["jobs"].values():
        yield from job.get("steps", [])


def test_the_workflows_are_those_that_these_tests_know() -> None:
    assert FILES.keys() == WRITTEN.keys()


@pytest.mark.parametrize("name", FILES)
def test_a_workflow_may_do_no_more_than_it_needs(name: str) -> None:
    workflow = _workflow(name)
    assert workflow["permissions"] in ({}, "{}", {"contents": "read"})
    for job in workflow["jobs"].values():
        granted = job.get("permissions", workflow["permissions"])
        assert granted.items() <= WRITTEN[name].items()


@pytest.mark.parametrize("name", FILES)
def test_a_strangers_pull_request_never_runs_with_the_projects_own_rights(name: str) -> None:
    triggers = _workflow(name)["on"]
    assert triggers.keys() <= {"pull_request", "push", "workflow_call", "workflow_dispatch"}
    if "pull_request" in triggers:
        assert all(grant == "read" for grant in WRITTEN[name].values())


@pytest.mark.parametrize("name", FILES)
def test_nothing_uses_a_secret(name: str) -> None:
    text = FILES[name].read_text(encoding="utf-8")
    assert re.findall(r"\bsecrets\b|github\.token|GITHUB_TOKEN|access-key", text) == []


@pytest.mark.parametrize("name", FILES)
def test_foreign_code_is_pinned_by_its_commit_and_says_of_which_release(name: str) -> None:
    uses = re.findall(r"^\s*(?:- )?uses: (.+)$", FILES[name].read_text(encoding="utf-8"), re.MULTILINE)
    foreign = [one for one in uses if not one.startswith("./")]
    assert foreign
    assert [
        one for one in foreign if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", one)
    ] == []
    assert [one for one in uses if one.startswith("./") and not (ROOT / one).is_file()] == []


@pytest.mark.parametrize("name", FILES)
def test_no_text_of_others_becomes_a_part_of_a_command(name: str) -> None:
    commands = [step["run"] for step in _steps(name) if "run" in step]
    assert commands
    assert [one for one in commands if "${{" in one] == []
    values = [value for step in _steps(name) for value in step.get("env", {}).values()]
    assert [one for one in values if re.search(r"github\.(event\.|head_ref)", one)] == []


@pytest.mark.parametrize("name", FILES)
def test_what_runs_is_a_target_of_the_makefile(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    words = [step["run"].split() for step in _steps(name) if "run" in step]
    assert {command for command, *_ in words} == {"make"}
    assert {target for _, target, *_ in words} <= targets


@pytest.mark.parametrize("name", FILES)
def test_every_job_ends_and_no_checkout_keeps_its_credentials(name: str) -> None:
    jobs = [job for job in _workflow(name)["jobs"].values() if "steps" in job]
    assert all(int(job["timeout-minutes"]) <= 120 for job in jobs)
    checkouts = [step for step in _steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs)
    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


def test_every_supported_python_is_checked_beside_the_runtimes() -> None:
    (job,) = _workflow("check.yml")["jobs"].values()
    supported = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    versions = job["strategy"]["matrix"]["python"]
    assert f"Python {', '.join(versions[:-1])} or {versions[-1]}" in supported
    set_up = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/setup-python@"))
    runtime = re.search(r"Runtime: python([\d.]+)", (ROOT / "template.yaml").read_text(encoding="utf-8"))
    assert runtime is not None
    assert runtime[1] in set_up["with"]["python-version"].split()


def test_a_deploy_needs_a_role_a_check_and_the_environment_that_its_role_trusts() -> None:
    jobs = _workflow("deploy.yml")["jobs"]
    assert {job["if"] for job in jobs.values()} == {"vars.DEPLOY_ROLE != ''"}
    needs = {name: job.get("needs") for name, job in jobs.items()}
    assert needs == {"check": None, "build": "check", "deploy": "build"}
    assert jobs["check"]["uses"] == "./.github/workflows/check.yml"
    trust = _documented_trust()
    (statement,) = trust["Statement"]
    issuer = statement["Principal"]["Federated"].rpartition("/")[2]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": f"repo:OWNER/REPOSITORY:environment:{jobs['deploy']['environment']}",
        }
    }


def test_only_the_job_that_deploys_may_ask_for_the_roles_token() -> None:
    jobs = _workflow("deploy.yml")["jobs"]
    permissions = {name: job["permissions"] for name, job in jobs.items()}
    reading = {"contents": "read"}
    assert permissions == {"check": reading, "build": reading, "deploy": {**reading, "id-token": "write"}}
    assert [name for name, job in jobs.items() if "environment" in job] == ["deploy"]


def test_what_is_deployed_was_built_by_a_job_without_credentials() -> None:
    jobs = _workflow("deploy.yml")["jobs"]
    assert _order(jobs["build"]) == [
        "actions/checkout",
        "actions/setup-python",
        "make build",
        "actions/upload-artifact",
    ]
    assert _order(jobs["deploy"]) == [
        "actions/checkout",
        "actions/setup-python",
        "actions/download-artifact",
        "aws-actions/configure-aws-credentials",
        'make deploy ARGS="--config-env prod"',
    ]
    handed_over, taken = jobs["build"]["steps"][-1]["with"], jobs["deploy"]["steps"][2]["with"]
    assert taken == {"name": "build", "path": ".aws-sam/build"}
    assert taken.items() <= handed_over.items()
    assert handed_over["include-hidden-files"] == "true"  # .aws-sam is one


def _order(job: Mapping[str, Any]) -> list[str]:
    return [step.get("run", step.get("uses", "")).split("@")[0] for step in job["steps"]]


def _documented_trust() -> dict[str, Any]:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    (trust,) = [block for block in blocks if "AssumeRoleWithWebIdentity" in json.dumps(block)]
    found: dict[str, Any] = trust
    return found
