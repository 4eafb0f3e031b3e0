"""Both themes are readable wherever text stands, and both ways of switching to the dark one are the same."""

from __future__ import annotations

import re

import pytest

from functions.publish.accent import contrast
from functions.publish.static_files import FOLDER, STYLE

CSS = (FOLDER / STYLE).read_text(encoding="utf-8")
LIGHT = ":root"
DARK_DEVICE = ":root:not([data-theme=light])"
DARK_READER = ":root[data-theme=dark]"
PAPERS = ("paper", "sheet", "tint")


def tokens(selector: str) -> dict[str, str]:
    """Return the colours that the first rule of a selector sets."""
    block = re.search(rf"{re.escape(selector)} {{(.*?)}}", CSS, re.DOTALL)
    assert block
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block[1]))


@pytest.mark.parametrize("selector", [LIGHT, DARK_DEVICE, DARK_READER])
@pytest.mark.parametrize("text", ["ink", "soft", "accent"])
def test_text_stands_out_from_every_paper(selector: str, text: str) -> None:
    colours = tokens(selector)
    assert min(contrast(colours[text], colours[paper]) for paper in PAPERS) >= 4.5


@pytest.mark.parametrize("selector", [LIGHT, DARK_DEVICE])
def test_what_is_written_on_the_accent_stands_out_from_it(selector: str) -> None:
    colours = tokens(selector)
    assert contrast(colours["paper"], colours["accent"]) >= 4.5


def test_the_readers_dark_is_the_devices() -> None:
    assert tokens(DARK_READER) == tokens(DARK_DEVICE)
    assert tokens(DARK_READER).keys() == tokens(LIGHT).keys()
