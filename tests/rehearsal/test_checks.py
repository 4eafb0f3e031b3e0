"""The checks of a deployed stack, each proven to notice what it is for."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from local.template import Template
from tests.deploy import whole_stack
from tests.rehearsal.checks import alarms, complete, functions, triggers
from tests.rehearsal.conftest import ROOT, archive
from tests.rehearsal.found import Found
from tests.rehearsal.found_mutations import changed, found_mutations
from tests.rehearsal.plan import CHECKS, EMAIL, schedule_events


def _scheduled(found: Found) -> Iterator[str]:
    return triggers.scheduled(found, schedule_events(ROOT))


ALL: Mapping[str, Callable[[Found], Iterator[str]]] = {**CHECKS, "schedules": _scheduled}
CODE = base64.b64encode(hashlib.sha256(archive("app.py")).digest()).decode()


@pytest.fixture(scope="module")
def whole() -> Template:
    return whole_stack.load(Path(ROOT / "template.yaml"))


@pytest.mark.parametrize("check", ALL)
def test_the_stack_passes_the_check(found: Found, check: str) -> None:
    assert list(ALL[check](found)) == []


@pytest.mark.parametrize("check", ALL)
def test_the_check_notices_every_way_to_break_the_stack(found: Found, check: str) -> None:
    tried = [(what, worse) for name, what, worse in found_mutations(found) if name == check]
    unnoticed = [what for what, worse in tried if not list(ALL[check](worse))]
    assert tried
    assert unnoticed == []


def test_every_change_is_for_a_check(found: Found) -> None:
    assert Counter(check for check, _, _ in found_mutations(found)).keys() == ALL.keys()


def test_everything_of_the_template_is_made(whole: Template, found: Found) -> None:
    assert list(complete.complete(whole, found)) == []


@pytest.mark.parametrize("name", ["FetchFunctionPoll", "CachePolicy", "SilentFetch", "FetchQueuePolicy"])
def test_what_was_not_made_is_named(whole: Template, found: Found, name: str) -> None:
    rest = {key: one for key, one in found.resources.items() if key != name}
    gone = {**found.resources, name: replace(found.resources[name], state=None)}
    kind = found.resources[name].kind
    assert list(complete.complete(whole, replace(found, resources=rest))) == [f"{name} ({kind}) was not made"]
    assert list(complete.complete(whole, replace(found, resources=gone))) == [f"{name} ({kind}) is not there"]


def test_what_hangs_on_a_condition_is_wanted_where_the_condition_holds_and_not_elsewhere(
    whole: Template, found: Found
) -> None:
    faults = set(complete.complete(whole, found, conditional=False))
    assert {"Distribution was not to be made", "Budget was not to be made"} <= faults
    bare = {name: one for name, one in found.resources.items() if "Condition" not in whole.resources[name]}
    assert list(complete.complete(whole, replace(found, resources=bare), conditional=False)) == []


def test_what_two_stacks_share_is_named(found: Found) -> None:
    other = replace(found, stack="other")
    alone = {name: replace(one, physical=f"other-{name}") for name, one in found.resources.items()}
    shared = {**alone, "FetchQueue": found.resources["FetchQueue"]}
    url = found.resources["FetchQueue"].physical
    assert list(complete.apart(found, replace(other, resources=alone))) == []
    assert list(complete.apart(found, replace(other, resources=shared))) == [
        f"FetchQueue is {url} in both rehearsal and other"
    ]


def test_an_environment_or_a_policy_that_is_too_large_is_named(found: Found) -> None:
    assert list(complete.within_limits(found)) == []
    told = changed(
        found,
        "FetchFunction",
        "state",
        lambda state: state["Environment"]["Variables"].__setitem__("PORTAL_URL", "x" * 4096),
    )
    granted = changed(
        found,
        "FetchRole",
        "state",
        lambda state: state["Policies"].__setitem__("more", {"Statement": [{"Sid": "x" * 10_240}]}),
    )
    (fault,) = complete.within_limits(told)
    assert fault.startswith("FetchFunction has an environment of ")
    (fault,) = complete.within_limits(granted)
    assert fault.startswith("FetchRole has policies of ")


def test_code_that_was_not_packaged_and_a_missing_layer_are_named(found: Found) -> None:
    uploaded = dict.fromkeys(found.of_type(functions.FUNCTION), CODE)
    assert list(functions.packaged(found, uploaded)) == []
    other = {**uploaded, "FetchFunction": "of-another"}
    assert list(functions.packaged(found, other)) == ["FetchFunction has other code than was packaged for it"]
    bare = changed(found, "ExtractFunction", "state", lambda state: state.__setitem__("Layers", []))
    assert list(functions.packaged(bare, uploaded)) == ["ExtractFunction has not the layer"]


def test_an_operator_who_is_told_nothing_is_named(found: Found) -> None:
    assert list(alarms.subscribed(found, EMAIL)) == []
    assert list(alarms.subscribed(found, "other@kabar.example")) == ["nobody tells other@kabar.example"]
