"""The steps of a rehearsal, in their order; each returns what it found, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.deploy.rules.every import RULES
from tests.deploy.rules.parameters import dependents
from tests.deploy.whole_stack import NESTED
from tests.rehearsal import building, deploying, packaging, smoke, tools
from tests.rehearsal.checks import alarms, complete, functions, triggers
from tests.rehearsal.cloud import Cloud
from tests.rehearsal.deploying import Deployed
from tests.rehearsal.faults import no_faults
from tests.rehearsal.found import Found
from tests.rehearsal.looking import everything, look
from tests.rehearsal.packaging import Package
from tests.rehearsal.plan import (
    BARE,
    CHANGED,
    CHECKS,
    EMAIL,
    NEIGHBOURS,
    PARAMETERS,
    STACK,
    schedule_events,
)
from tests.rehearsal.regions import NOT_EVERYWHERE, REGIONS
from tests.support.template_rules import refusals


@dataclass(slots=True)
class Rehearsal:
    """What the steps hand on to each other."""

    project: Path
    folder: Path
    cloud: Cloud
    build: Path = field(init=False)
    packaged: Path = field(init=False)
    package: Package = field(init=False)
    stack: Deployed = field(init=False)
    found: Found = field(init=False)

    def validate(self) -> str:
        """Let SAM look at the template as it was written."""
        region = self.cloud.environment["AWS_DEFAULT_REGION"]
        tools.sam(self.project, "validate", "--lint", "--template", "template.yaml", "--region", region)
        return "template.yaml is valid"

    def make(self) -> str:
        """Build what is deployed."""
        self.build, now = building.built(self.project, self.folder)
        return f"{tools.processor()}, {'built' if now else 'as it was built before'}"

    def upload(self) -> str:
        """Package the artefacts into a bucket."""
        self.packaged = packaging.package(self.project, self.build, self.cloud, self.folder)
        return f"uploaded to {packaging.BUCKET}"

    def translate(self) -> str:
        """Translate what was packaged, and hold the outcome against the rules of tests/deploy."""
        self.package = packaging.translate(self.packaged, PARAMETERS, self.cloud, self.folder)
        no_faults(refusals(self.package.outer.document, PARAMETERS))
        whole = self.package.whole
        no_faults(f"{rule}: {fault}" for rule, check in RULES.items() for fault in check(whole))
        no_faults(packaging.too_large(self.package))
        largest = max(self.package.archives.values(), key=lambda one: one.unzipped)
        return (
            f"{len(whole.resources)} resources keep {len(RULES)} rules; the largest archive has "
            f"{largest.unzipped / 1e6:.0f} MB, {largest.zipped / 1e6:.1f} MB zipped"
        )

    def lint(self) -> str:
        """Let cfn-lint look at what CloudFormation will get."""
        inner = set(self.package.outer.of_type(NESTED))
        no_faults(f"{name} is in NOT_EVERYWHERE and no stack" for name in NOT_EVERYWHERE.keys() - inner)
        no_faults(
            f"{name} is always made, and not every region can have it"
            for name in sorted(NOT_EVERYWHERE.keys() & inner)
            if "Condition" not in self.package.outer.resources[name]
        )
        everywhere = [file for file in self.package.files if file.stem not in NOT_EVERYWHERE]
        tools.cfn_lint(self.project, everywhere, REGIONS)
        tools.cfn_lint(self.project, self.package.files, REGIONS[:1])
        return f"{len(everywhere)} templates fit into {len(REGIONS)} regions, all of them into {REGIONS[0]}"

    def create(self) -> str:
        """Create the stack and look at everything in it."""
        self.stack = Deployed(STACK, self.package.url, deploying.values(self.package.outer))
        deploying.create(self.cloud, self.stack)
        self.found = look(self.cloud.client, STACK)
        no_faults(complete.complete(self.package.whole, self.found))
        no_faults(complete.within_limits(self.found))
        return f"{len(self.found.resources)} resources are there"

    def wire(self) -> str:
        """Check that what was created is connected."""
        checks = dict(self._checks())
        no_faults(f"{name}: {fault}" for name, faults in checks.items() for fault in faults)
        return f"{len(checks)} checks"

    def _checks(self) -> Iterator[tuple[str, Iterator[str]]]:
        found = self.found
        uploaded = {name: one.sha256 for name, one in self.package.archives.items()}
        yield "code", functions.packaged(found, uploaded)
        yield "schedules", triggers.scheduled(found, schedule_events(self.project))
        yield "subscription", alarms.subscribed(found, EMAIL)
        yield from ((name, check(found)) for name, check in CHECKS.items())

    def neighbours(self) -> str:
        """Create further stacks in the same account and region, and delete them again."""
        before = everything(self.cloud.client)
        for name, parameters in NEIGHBOURS.items():
            values = {**self.stack.parameters, **parameters}
            deploying.create(self.cloud, replace(self.stack, name=name, parameters=values))
            neighbour = look(self.cloud.client, name)
            no_faults(complete.complete(self.package.whole, neighbour, conditional=name != BARE))
            no_faults(f"{one}: {fault}" for one, check in CHECKS.items() for fault in check(neighbour))
            no_faults(complete.apart(self.found, neighbour))
            self._delete(neighbour)
        no_faults(f"{one} changed with a second stack" for one in everything(self.cloud.client) ^ before)
        no_faults(f"{one} changed with a second stack" for one in sorted(self._changed()))
        return f"{' and '.join(NEIGHBOURS)} came and went beside {STACK}"

    def update(self) -> str:
        """Change one parameter; nothing else changes."""
        parameter, value = CHANGED
        self.stack = replace(self.stack, parameters={**self.stack.parameters, parameter: value})
        deploying.update(self.cloud, self.stack)
        expected = dependents(self.package.whole, parameter)
        changed = self._changed()
        no_faults(f"{name} changed with {parameter}" for name in sorted(changed - expected))
        no_faults(f"{name} did not change with {parameter}" for name in sorted(expected - changed))
        before, self.found = self.found, look(self.cloud.client, STACK)
        no_faults(
            f"{name} was replaced"
            for name, one in before.resources.items()
            if one.physical != self.found.resources[name].physical
        )
        return f"{parameter}={value} changed {', '.join(sorted(changed))} alone"

    def smoke(self) -> str:
        """Let what was built carry a publisher's articles from the feed to pages, in this stack."""
        return smoke.played(self.cloud, self.package, self.found, self.build)

    def delete(self) -> str:
        """Delete the stack: what it retains stays, and goes as ``make destroy`` lets it go."""
        kept = self._delete(self.found)
        left = everything(self.cloud.client) - {("bucket", packaging.BUCKET)}
        no_faults(f"{kind} {name} is left" for kind, name in sorted(left))
        return f"kept {', '.join(sorted(kept))} until they were removed; nothing is left"

    def _changed(self) -> set[str]:
        now = look(self.cloud.client, STACK)
        return {name for name, one in self.found.resources.items() if now.resources.get(name) != one}

    def _delete(self, found: Found) -> set[str]:
        """Delete a stack and what it retains, and return that by logical id."""
        before = everything(self.cloud.client)
        deploying.delete(self.cloud, found.stack)
        kept = deploying.stores(self.package.whole)
        names = {found.resources[name].physical for name in kept}
        left = {name for _, name in everything(self.cloud.client)} & set(found.physical)
        no_faults(f"{name} was left by {found.stack}" for name in sorted(left - names))
        no_faults(f"{name} went with {found.stack}" for name in sorted(names - left))
        if before == everything(self.cloud.client):
            no_faults([f"{found.stack} is still there"])
        deploying.remove_stores(self.cloud, [found.resources[name] for name in kept])
        return kept


STEPS: Mapping[str, Callable[[Rehearsal], str]] = {
    "validate": Rehearsal.validate,
    "build": Rehearsal.make,
    "package": Rehearsal.upload,
    "translate": Rehearsal.translate,
    "cfn-lint": Rehearsal.lint,
    "create": Rehearsal.create,
    "wiring": Rehearsal.wire,
    "neighbours": Rehearsal.neighbours,
    "update": Rehearsal.update,
    "smoke": Rehearsal.smoke,
    "delete": Rehearsal.delete,
}
