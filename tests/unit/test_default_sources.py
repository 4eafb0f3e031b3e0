"""The sources.yaml that ships with the project: what an operator starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.public_hosts import refusal
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue

FILE = Path(__file__).resolve().parents[2] / "sources.yaml"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(FILE.read_text(encoding="utf-8"))


def test_the_default_sources_are_valid_and_in_both_languages(shipped: Catalogue) -> None:
    assert {source.language for source in shipped.sources} == {"id", "en"}
    assert len(shipped.sources) > 20


def test_nobody_is_carried_in_full_without_having_been_asked(shipped: Catalogue) -> None:
    assert {source.display for source in shipped.sources} == {"excerpt"}
    assert {source.index for source in shipped.sources} == {"noindex-news"}


def test_nobody_is_polled_until_the_operator_has_named_a_contact(shipped: Catalogue) -> None:
    reason = refusal(shipped)
    assert reason is not None
    assert "contact" in reason


def test_the_layer_carries_the_same_file() -> None:
    assert (FILE.parent / "shared" / "newswire" / "sources.yaml").read_bytes() == FILE.read_bytes()
