"""What ``make destroy`` does, in an order that may end anywhere and begin again.

First the stack, then what it stored: with the functions gone, nobody writes into what is being emptied, and
of a stack that is gone CloudFormation still knows what it kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.destroy import contents, stacks
from local.destroy.contents import Clients
from local.destroy.inventory import STORES, Plan, is_ours, lines, plan, title
from local.destroy.removal import Removal
from local.destroy.stacks import FoundStack, Resource
from local.stack_outputs import NoSuchStack


class NotAllowed(Exception):
    """Nothing was removed; the message says why."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where the stack is: CloudFormation, the services of its stores, and the region's name."""

    cloudformation: Any
    clients: Clients
    region: str


@dataclass(frozen=True, slots=True)
class Talk:
    """How the operator is told and asked; ``step`` is told often, and prints now and then."""

    say: Callable[[str], None]
    step: Callable[[str], None]
    agrees: Callable[[str], bool]
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Destruction:
    """One run of the command; with ``keeps_articles`` the articles' table and bucket stay."""

    cloud: Cloud
    talk: Talk
    keeps_articles: bool = False

    def run(self, name: str) -> None:
        """Show what a stack has, ask, and remove it.

        Raise ``NoSuchStack`` or :class:`NotAllowed` where nothing was done; ``NotDeleted`` or ``NotRemoved``
        where something is left: the same command goes on there.
        """
        try:
            stack = self._shown(name)
        except (BotoCoreError, ClientError) as error:
            raise NotAllowed(f"nothing was removed: {error}") from None
        if not self._agrees(stack.name):
            raise NotAllowed("nothing was removed: what was typed is not the stack's name")
        if not stack.is_gone:
            self.talk.say("CloudFormation deletes the stack; its distribution takes a quarter of an hour")
            stacks.delete(self.cloud.cloudformation, stack, self.talk.sleep, self.talk.step)
            self.talk.say("the stack is deleted")
        self._remove(self._plan(self._left(stack)))

    def _agrees(self, name: str) -> bool:
        try:
            return self.talk.agrees(name)
        except KeyboardInterrupt:
            raise NotAllowed("nothing was removed: interrupted") from None

    def _shown(self, name: str) -> FoundStack:
        stack = stacks.find(self.cloud.cloudformation, name, self.cloud.region, self._has_left)
        if stack.is_gone:
            found = self._left(stack)
            if not self._plan(found).stores:
                raise NoSuchStack(f"stack {name}: is deleted and has left nothing of Newswire's to remove")
        else:
            found = list(stacks.resources(self.cloud.cloudformation, stack.id))
            self._check(stack, found)
            found = [one for one in found if one.status != stacks.GONE]
        self._show(stack, found)
        return stack

    def _plan(self, found: Sequence[Resource]) -> Plan:
        return plan(found, keeps_articles=self.keeps_articles)

    def _check(self, stack: FoundStack, found: Sequence[Resource]) -> None:
        # Of a first deploy that was rolled back early there is nothing, not even a record of every store.
        holds_something = any(one.status != stacks.GONE for one in found)
        if holds_something and not is_ours(found):
            raise NoSuchStack(
                f"stack {stack.name}: lacks Newswire's tables and buckets, so it is not Newswire's"
            )
        if stack.is_busy:
            raise NotAllowed(
                f"nothing was removed: {stack.name} is {stack.status}; wait until that has ended"
            )
        if stack.protected:
            raise NotAllowed(
                f"nothing was removed: {stack.name} has termination protection. Take it away first: aws"
                " cloudformation update-termination-protection --no-enable-termination-protection"
                f" --stack-name {stack.name}"
            )

    def _show(self, stack: FoundStack, found: Sequence[Resource]) -> None:
        held = contents.amounts(self.cloud.clients, found)
        self.talk.say(title(stack, found, self.cloud.region))
        for line in lines(found, held, self._plan(found).kept) or ["  nothing that holds anything"]:
            self.talk.say(line)

    def _has_left(self, stack: FoundStack) -> bool:
        return bool(self._plan(self._left(stack)).stores)

    def _left(self, stack: FoundStack) -> list[Resource]:
        """Return the stores of a deleted stack that are still there, and no other stack's by now.

        A deleted stack of another program has left nothing that is ours, whatever its name.
        """
        cloudformation = self.cloud.cloudformation
        found = list(stacks.resources(cloudformation, stack.id))
        stores = [one for one in found if one.kind in STORES] if is_ours(found) else []
        left = []
        for one in stores:
            if one.status == stacks.GONE or not contents.exists(self.cloud.clients, one):
                continue
            owner = stacks.owner(cloudformation, one.physical)
            if owner in (None, stack.id):
                left.append(one)
            else:
                self.talk.say(f"{one.physical} belongs to {owner} by now, and stays")
        return left

    def _remove(self, wanted: Plan) -> None:
        removal = Removal(self.cloud.clients, self.talk.sleep, self.talk.step)
        for one in wanted.stores:
            removal.remove(one)
            self.talk.say(f"{one.physical} is removed")
        for one in wanted.kept:
            self.talk.say(f"{one.physical} stays")
