"""Which files of an artefact are left out."""

from __future__ import annotations

import pytest

from local.artifacts.leftovers import Leftover, UnexpectedArtifact, unneeded

RULE = Leftover("babel", ("babel/locale-data/*.dat",), kept=("babel/locale-data/id.dat",))
BABEL = ["babel/core.py", "babel/locale-data/de.dat", "babel/locale-data/id.dat"]


def test_what_a_rule_names_goes_and_what_it_keeps_stays() -> None:
    assert unneeded(BABEL, [RULE], is_fresh=True) == {"babel/locale-data/de.dat"}


def test_a_rule_says_nothing_of_an_artefact_without_its_package() -> None:
    assert unneeded(["lxml/etree.so"], [RULE], is_fresh=True) == set()


def test_a_kept_file_that_is_missing_is_told() -> None:
    for is_fresh in (True, False):
        with pytest.raises(UnexpectedArtifact, match=r"babel has no babel/locale-data/id\.dat"):
            unneeded(BABEL[:2], [RULE], is_fresh=is_fresh)


def test_a_rule_that_matches_nothing_of_a_fresh_artefact_is_told() -> None:
    moved = Leftover("babel", ("babel/data/*.dat",))
    with pytest.raises(UnexpectedArtifact, match=r"babel has no babel/data/\*.dat"):
        unneeded(BABEL, [moved], is_fresh=True)


def test_what_was_left_out_before_is_not_missed() -> None:
    assert unneeded([BABEL[0], BABEL[2]], [RULE], is_fresh=False) == set()


@pytest.mark.parametrize(
    ("name", "goes"),
    [
        ("tld/tests/test_core.py", True),
        ("regex/py.typed", True),
        ("yaml/_yaml.pyi", True),
        ("pillow-13.0.0.dist-info/RECORD", True),
        ("pillow-13.0.0.dist-info/sboms/auditwheel.cdx.json", True),
        ("pillow-13.0.0.dist-info/METADATA", False),
        ("pillow-13.0.0.dist-info/licenses/LICENSE", False),
        ("six-1.17.0.dist-info/LICENSE", False),
        ("pytz-2026.6.dist-info/LICENSE.txt", False),
        ("functions/extract/furniture.toml", False),
        ("jinja2/tests.py", False),
        ("tests.py", False),
    ],
)
def test_of_any_package_tests_types_and_records_go_and_licences_stay(name: str, *, goes: bool) -> None:
    assert (name in unneeded([name], [], is_fresh=True)) == goes
