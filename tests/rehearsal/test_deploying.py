"""What a rehearsal's account does with a stack: as CloudFormation, in what the steps rely on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local.template import Template
from tests.deploy import whole_stack
from tests.deploy.rules.parameters import dependents
from tests.rehearsal import deploying
from tests.rehearsal.checks import complete
from tests.rehearsal.cloud import Cloud
from tests.rehearsal.conftest import ROOT
from tests.rehearsal.deploying import Deployed
from tests.rehearsal.faults import StepFailed
from tests.rehearsal.looking import everything, look
from tests.rehearsal.plan import BARE, NEIGHBOURS


@pytest.mark.parametrize("parameter", ["LogRetentionDays", "AlarmEmail"])
def test_an_update_changes_what_depends_on_the_parameter_and_nothing_else(
    cloud: Cloud, deployed: Deployed, parameter: str
) -> None:
    value = {"LogRetentionDays": "7", "AlarmEmail": "other@kabar.example"}[parameter]
    stack = replace(deployed, name=f"with-{parameter}")
    deploying.create(cloud, stack)
    before = look(cloud.client, stack.name)
    deploying.update(cloud, replace(stack, parameters={**stack.parameters, parameter: value}))
    after = look(cloud.client, stack.name)

    changed = {name for name, one in after.resources.items() if before.resources[name] != one}
    whole = whole_stack.load(ROOT / "template.yaml")
    assert changed - {"AlarmsStack"} == dependents(whole, parameter) - {"AlarmsStack"}
    assert changed


def test_a_stack_without_what_can_be_left_out_has_nothing_of_it(cloud: Cloud, deployed: Deployed) -> None:
    stack = replace(deployed, name=BARE, parameters={**deployed.parameters, **NEIGHBOURS[BARE]})
    deploying.create(cloud, stack)
    whole = whole_stack.load(ROOT / "template.yaml")
    found = look(cloud.client, BARE)
    assert list(complete.complete(whole, found, conditional=False)) == []
    assert not found.of_type(
        "AWS::CloudFront::Distribution", "AWS::Budgets::Budget", "AWS::SNS::Subscription"
    )


def test_an_update_without_a_change_is_refused(cloud: Cloud, deployed: Deployed) -> None:
    with pytest.raises(StepFailed, match="the change set is FAILED: The submitted information"):
        deploying.update(cloud, deployed)


def test_a_second_stack_shares_nothing_with_the_first_and_leaves_it_alone(
    cloud: Cloud, outer: Template, deployed: Deployed
) -> None:
    first, account = look(cloud.client, deployed.name), everything(cloud.client)
    deploying.create(cloud, replace(deployed, name="Second-1"))
    second = look(cloud.client, "Second-1")
    assert list(complete.apart(first, second)) == []

    deploying.delete(cloud, "Second-1")
    kept = {second.resources[name].physical for name in deploying.stores(outer)}
    assert {name for _, name in everything(cloud.client) - account} == kept
    deploying.remove_stores(cloud, [second.resources[name] for name in deploying.stores(outer)])
    assert everything(cloud.client) == account
    assert look(cloud.client, deployed.name) == first
