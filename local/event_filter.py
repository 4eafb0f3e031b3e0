"""Lambda's event filters: which records of a mapping reach its function.

Source: "Control which events Lambda sends to your function" in the AWS Lambda developer guide. A filter
is a JSON pattern: objects nest, a list holds alternatives, different keys must all match.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_ABSENT = object()


class FilterError(ValueError):
    """A pattern is not what Lambda takes; the message names the part and what is allowed."""


class EventFilter:
    """The filters of one mapping: a record passes when any of them matches, or when there are none."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_parsed(pattern) for pattern in patterns]

    def passes(self, record: Mapping[str, Any]) -> bool:
        """Tell whether the record, as the function would see it, is sent to the function."""
        return not self._patterns or any(_matches(pattern, record) for pattern in self._patterns)


def _parsed(pattern: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(pattern)
    except json.JSONDecodeError as error:
        raise FilterError(f"filter pattern {pattern!r} is not JSON: {error}") from error
    _check(parsed, pattern)
    checked: Mapping[str, Any] = parsed
    return checked


def _check(node: Any, pattern: str) -> None:
    if not isinstance(node, dict):
        raise FilterError(f"filter pattern {pattern!r}: {node!r} must be an object or a list of alternatives")
    for key, rule in node.items():
        if key == "$or" and isinstance(rule, list):
            for alternative in rule:
                _check(alternative, pattern)
        elif isinstance(rule, list):
            for test in rule:
                _check_test(test, pattern)
        else:
            _check(rule, pattern)


def _check_test(test: Any, pattern: str) -> None:
    known = len(test) == 1 and test.keys() <= _TESTS.keys() if isinstance(test, dict) else True
    if isinstance(test, list) or not known:
        allowed = f"a value, {', '.join(_TESTS)}"
        raise FilterError(f"filter pattern {pattern!r}: {test!r} is no test; allowed: {allowed}")


def _matches(pattern: Mapping[str, Any], record: Any) -> bool:
    return all(
        any(_matches(alternative, record) for alternative in rule)
        if key == "$or"
        else _rule_matches(rule, record.get(key, _ABSENT) if isinstance(record, dict) else _ABSENT)
        for key, rule in pattern.items()
    )


def _rule_matches(rule: Any, value: Any) -> bool:
    if isinstance(rule, dict):
        return _matches(rule, value)
    values = value if isinstance(value, list) else [value]
    return any(_test_matches(test, one) for test in rule for one in values)


def _test_matches(test: Any, value: Any) -> bool:
    if not isinstance(test, dict):
        return value is not _ABSENT and type(value) is type(test) and bool(value == test)
    ((name, argument),) = test.items()
    return _TESTS[name](argument, value)


def _exists(wanted: Any, value: Any) -> bool:
    # Only leaves exist for Lambda: {"exists": true} on an object never matches.
    return (value is not _ABSENT and not isinstance(value, dict)) is bool(wanted)


def _anything_but(argument: Any, value: Any) -> bool:
    excluded = argument if isinstance(argument, list) else [argument]
    return value is not _ABSENT and not any(_test_matches(one, value) for one in excluded)


def _numeric(comparisons: Any, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    pairs = zip(comparisons[::2], comparisons[1::2], strict=True)
    return all(_COMPARISONS[comparison](value, bound) for comparison, bound in pairs)


def _prefix(text: Any, value: Any) -> bool:
    return isinstance(value, str) and value.startswith(text)


def _suffix(text: Any, value: Any) -> bool:
    return isinstance(value, str) and value.endswith(text)


def _equals_ignore_case(text: Any, value: Any) -> bool:
    return isinstance(value, str) and value.casefold() == text.casefold()


_COMPARISONS = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "exists": _exists,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
}
