"""Lambda's event filters, as the local run applies them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.event_filter import EventFilter, FilterError

ARTICLE = {"dynamodb": {"NewImage": {"type": {"S": "article"}, "version": {"N": "3"}}}, "eventName": "MODIFY"}


def passes(*patterns: Any, record: Any = ARTICLE) -> bool:
    return EventFilter([json.dumps(pattern) for pattern in patterns]).passes(record)


def new_image(test: Any) -> dict[str, Any]:
    return {"dynamodb": {"NewImage": {"type": {"S": [test]}}}}


def test_a_mapping_without_filters_passes_everything() -> None:
    assert EventFilter([]).passes(ARTICLE)


def test_any_one_of_several_patterns_lets_a_record_pass() -> None:
    assert passes(new_image("alias"), {"eventName": ["MODIFY"]})
    assert not passes(new_image("alias"), {"eventName": ["REMOVE"]})


def test_every_key_of_a_pattern_has_to_match() -> None:
    assert passes(new_image("article") | {"eventName": ["INSERT", "MODIFY"]})
    assert not passes(new_image("article") | {"eventName": ["INSERT"]})


@pytest.mark.parametrize(
    ("test", "value", "matches"),
    [
        ("article", "article", True),
        ("article", "alias", False),
        ({"prefix": "art"}, "article", True),
        ({"prefix": "art"}, "smart", False),
        ({"suffix": "cle"}, "article", True),
        ({"equals-ignore-case": "ARTICLE"}, "article", True),
        ({"anything-but": ["alias", "stub"]}, "article", True),
        ({"anything-but": ["alias", "article"]}, "article", False),
        ({"anything-but": {"prefix": "al"}}, "alias", False),
        ({"exists": True}, "article", True),
        ({"exists": False}, "article", False),
        ({"numeric": [">", 1, "<=", 3]}, 3, True),
        ({"numeric": [">", 3]}, 3, False),
        ({"numeric": ["=", 3]}, "3", False),
        (None, None, True),
        ("", "", True),
        (1, True, False),
        ("b", ["a", "b"], True),
    ],
)
def test_each_kind_of_test_is_understood(test: Any, value: Any, matches: bool) -> None:
    assert passes({"body": {"field": [test]}}, record={"body": {"field": value}}) is matches


def test_what_is_missing_matches_only_a_test_for_its_absence() -> None:
    assert passes({"dynamodb": {"OldImage": {"type": {"S": [{"exists": False}]}}}})
    assert not passes({"dynamodb": {"OldImage": {"type": {"S": ["article"]}}}})
    assert not passes({"dynamodb": {"OldImage": {"type": {"S": [{"anything-but": "x"}]}}}})


def test_an_object_is_no_leaf_and_so_does_not_exist() -> None:
    """As in EventBridge: ``exists`` works on leaf nodes only."""
    assert not passes({"dynamodb": {"NewImage": [{"exists": True}]}})


def test_or_takes_alternatives_over_different_keys() -> None:
    pattern = {"$or": [{"eventName": ["REMOVE"]}, new_image("article")]}
    assert passes(pattern)
    assert not passes({"$or": [{"eventName": ["REMOVE"]}, new_image("alias")]})


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{", "is not JSON"),
        ('{"eventName": "INSERT"}', "must be an object or a list of alternatives"),
        ('{"eventName": [{"wildcard": "*"}]}', "is no test; allowed: a value, exists, anything-but"),
        ('{"eventName": [{"prefix": "a", "suffix": "b"}]}', "is no test"),
    ],
)
def test_a_pattern_that_lambda_would_not_take_is_named(pattern: str, message: str) -> None:
    with pytest.raises(FilterError, match="filter pattern") as caught:
        EventFilter([pattern])
    assert message in str(caught.value)
