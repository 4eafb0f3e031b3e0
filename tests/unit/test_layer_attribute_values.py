"""Python values as DynamoDB's, compared with boto3's own conversion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from newswire.attribute_values import marshalled, plain

NUMBERS = st.integers(min_value=-(10**38) + 1, max_value=10**38 - 1) | st.decimals(
    min_value=-(10**20), max_value=10**20, allow_nan=False, places=10
)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text() | st.binary()
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@given(VALUES)
def test_values_go_as_boto3_sends_them_and_come_back_as_they_were(value: Any) -> None:
    sent = marshalled(value)
    assert sent == TypeSerializer().serialize(value)
    assert plain(sent) == value


def test_sets_that_others_wrote_are_read_as_boto3_reads_them() -> None:
    values: list[Any] = [{"SS": ["a", "b"]}, {"NS": ["1", "2.5"]}, {"BS": [b"a"]}]
    for value in values:
        assert plain(value) == TypeDeserializer().deserialize(value)


def test_tuples_are_lists_and_bytes_may_be_an_array() -> None:
    assert marshalled((1, bytearray(b"a"))) == {"L": [{"N": "1"}, {"B": b"a"}]}


@pytest.mark.parametrize("value", [1.5, {1, 2}, object(), [0.1], Decimal("NaN"), Decimal("Infinity")])
def test_what_dynamodb_has_no_type_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        marshalled(value)


@pytest.mark.parametrize("value", [10**38 + 1, Decimal("1e127"), Decimal("1e-170")])
def test_a_number_that_would_not_come_back_is_refused(value: int | Decimal) -> None:
    with pytest.raises(ArithmeticError):
        marshalled(value)


@pytest.mark.parametrize("value", [{}, {"X": "1"}, {"S": "a", "N": "1"}])
def test_what_is_no_attribute_value_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        plain(value)
