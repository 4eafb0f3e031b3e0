"""The operator's colour is readable wherever the stylesheet uses it, whatever the colour."""

from __future__ import annotations

import re
from itertools import product

import pytest

from functions.publish.accent import DARK_PAPER, LIGHT_PAPER, contrast, stylesheet, variants
from functions.publish.static_files import FOLDER, STYLE

EVERY = ["#" + "".join(channels) for channels in product(("00", "33", "80", "cc", "ff"), repeat=3)]
PAPERS = ("paper", "sheet", "tint")


def papers(mode: str) -> list[str]:
    """Return what our own stylesheet puts text on."""
    css = (FOLDER / STYLE).read_text(encoding="utf-8")
    light, dark = css.split("prefers-color-scheme: dark", 1)
    block = light if mode == "light" else dark
    return [re.findall(rf"--{name}: (#[0-9a-f]{{6}})", block)[0] for name in PAPERS]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#9f1d20", "#9f1d20", 1.0)],
)
def test_contrast_is_wcags(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("accent", EVERY)
def test_every_colour_is_readable_on_all_our_papers(accent: str) -> None:
    light, dark = variants(accent)
    assert min(contrast(light, paper) for paper in papers("light")) >= 4.5
    assert min(contrast(dark, paper) for paper in papers("dark")) >= 4.5


def test_the_papers_that_are_reckoned_with_are_the_worst_of_the_stylesheet() -> None:
    assert min(papers("light"), key=lambda paper: contrast(paper, "#000000")) == LIGHT_PAPER
    assert min(papers("dark"), key=lambda paper: contrast(paper, "#ffffff")) == DARK_PAPER


def test_a_colour_that_is_readable_is_kept() -> None:
    assert variants("#9f1d20")[0] == "#9f1d20"
    assert variants("#ff9a8f")[1] == "#ff9a8f"


def test_the_stylesheet_has_a_shade_for_each_scheme() -> None:
    light, dark = variants("#0b6b63")
    assert light != dark
    text = stylesheet("#0b6b63").decode()
    assert text.index(f":root{{--accent:{light}}}") < text.index("prefers-color-scheme:dark")
    assert f"--accent:{dark}" in text.split("prefers-color-scheme:dark")[1]


def test_the_shade_follows_the_theme_that_a_reader_has_chosen() -> None:
    light, dark = variants("#0b6b63")
    assert stylesheet("#0b6b63").decode().splitlines() == [
        f":root{{--accent:{light}}}",
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{--accent:{dark}}}}}",
        f":root[data-theme=dark]{{--accent:{dark}}}",
    ]
