"""Names that look alike have one skeleton, and others have their own."""

from __future__ import annotations

import pytest

from newswire.lookalikes import skeleton


@pytest.mark.parametrize(
    ("forged", "name"),
    [
        ("\u0422\u0435\u043c\u0440\u043e", "Tempo"),
        ("K\u043emp\u0430s", "KOMPAS"),
        ("\u0391\u039d\u03a4\u0391R\u0391", "Antara"),
        ("lNews", "iNews"),
        ("detikc0m", "detik.com"),
        ("De\u0301tik", "Detik"),
        ("Kornpas", "Kompas"),
        ("Kom\u200bpas", "Kompas"),
        ("\uff2bompas", "Kompas"),
    ],
)
def test_a_forged_name_has_the_skeleton_of_the_true_one(forged: str, name: str) -> None:
    assert forged != name
    assert skeleton(forged) == skeleton(name)


@pytest.mark.parametrize(
    ("one", "other"), [("Kompas", "Kompas TV"), ("Antara", "Antero"), ("Suara", "Swara")]
)
def test_other_names_have_other_skeletons(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_what_is_no_letter_is_nothing() -> None:
    assert skeleton(" \u200b-_.") == ""
