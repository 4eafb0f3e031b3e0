"""A function's environment: read once, checked where it is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newswire.settings import Environment, SettingsError


@pytest.mark.parametrize("values", [{}, {"ARTICLE_TABLE": ""}])
def test_a_missing_variable_is_named_with_the_place_that_sets_it(values: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as raised:
        Environment(values).required("ARTICLE_TABLE")
    assert str(raised.value) == "environment variable ARTICLE_TABLE is not set; template.yaml sets it"


def test_an_optional_variable_is_empty_where_it_is_not_set() -> None:
    assert Environment({}).optional("PORTAL_URL") == ""
    assert (
        Environment({"PORTAL_URL": "https://kabar.example"}).optional("PORTAL_URL") == "https://kabar.example"
    )


def test_pairs_are_lower_case_without_spaces_and_empty_entries() -> None:
    values = {"LOOPBACK_ALLOWED": " Localhost:8000, ,127.0.0.1:81,"}
    assert Environment(values).pairs("LOOPBACK_ALLOWED") == {"localhost:8000", "127.0.0.1:81"}
    assert Environment({}).pairs("LOOPBACK_ALLOWED") == frozenset()


def test_seconds_may_be_missing_negative_or_fractional() -> None:
    assert Environment({}).seconds("CLOCK_OFFSET") == timedelta(0)
    assert Environment({"CLOCK_OFFSET": "-1.5"}).seconds("CLOCK_OFFSET") == timedelta(seconds=-1.5)


@pytest.mark.parametrize("value", ["soon", "1h", "inf", "nan"])
def test_what_is_no_number_of_seconds_is_named(value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Environment({"CLOCK_OFFSET": value}).seconds("CLOCK_OFFSET")
    expected = f"environment variable CLOCK_OFFSET is {value!r}; a number of seconds is allowed"
    assert str(raised.value) == expected
