"""Reservations of text and data mining: the W3C community group's TDM Reservation Protocol. No I/O.

A site says so in a file of rules, an answer in its header, a page in its meta elements; each later one
supersedes what it speaks of, and silence supersedes nothing ("Processing priority"). Values other than 0
and 1 say nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from functions.extract.path_patterns import matches, path_of, pattern_of
from newswire.urls import clean_link

_MAX_RULES = 1000
_MAX_POLICY = 1500  # characters
_STATED: dict[int | str, bool] = {0: False, 1: True, "0": False, "1": True}


class Rule(NamedTuple):
    """A pattern of paths, whether what it names is reserved, and the URL of its policy."""

    pattern: str
    reserved: bool | None
    policy: str | None


@dataclass(frozen=True, slots=True)
class Reservation:
    """Whether mining is reserved, ``None`` where nothing says so, and where the terms are."""

    reserved: bool | None = None
    policy: str | None = None


UNSAID = Reservation()


def read_rules(body: bytes) -> tuple[Rule, ...]:
    """Return the first 1,000 rules of a ``tdmrep.json`` in their order; none where it is no such file."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    rules = document[:_MAX_RULES] if isinstance(document, list) else []
    return tuple(
        _rule(one) for one in rules if isinstance(one, dict) and isinstance(one.get("location"), str)
    )


def reservation_at(rules: Iterable[Rule], url: str) -> Reservation:
    """Return what the file says of a URL: the first rule that matches decides."""
    found = next((rule for rule in rules if matches(rule.pattern, path_of(url))), None)
    return UNSAID if found is None else Reservation(found.reserved, found.policy)


def stated(reservation: str | None, policy: str | None, base: str) -> Reservation:
    """Return what the two values of a header or of meta elements say; ``base`` makes the policy absolute."""
    values = {_STATED.get(value.strip()) for value in (reservation or "").split(",")}
    reserved = values.pop() if len(values) == 1 else None
    return Reservation(reserved, None if reserved is False else _policy(policy, base))


def superseded(before: Reservation, by: Reservation) -> Reservation:
    """Return what holds after a source of higher priority has been heard."""
    reserved = before.reserved if by.reserved is None else by.reserved
    policy = before.policy if by.policy is None else by.policy
    return Reservation(reserved, None if reserved is False else policy)


def _rule(said: dict[str, Any]) -> Rule:
    value, policy = said.get("tdm-reservation"), said.get("tdm-policy")
    reserved = _STATED.get(value) if isinstance(value, int | str) else None
    pattern = pattern_of(said["location"].encode("utf-8", "surrogatepass"))
    return Rule(pattern, reserved, _policy(policy) if reserved and isinstance(policy, str) else None)


def _policy(address: str | None, base: str = "") -> str | None:
    link = clean_link(address, base) if address else None
    return link if link and len(link) <= _MAX_POLICY else None
