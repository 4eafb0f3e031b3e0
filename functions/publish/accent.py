"""The operator's colour, made readable: WCAG 2.2 wants 4.5:1 between text and what it stands on (1.4.3)."""

from __future__ import annotations

import colorsys

LEAST_CONTRAST = 4.5
COMFORTABLE_CONTRAST = 6.0  # of a shade of ours: at the very limit, thin letters are still hard to read
# What the accent stands on, or under, in static/newswire.css: the worst of --paper, --sheet and --tint.
LIGHT_PAPER = "#f4f1eb"
DARK_PAPER = "#211f1d"
_STEPS = 256


def stylesheet(accent: str) -> bytes:
    """Return the rules that put a colour (``#rrggbb``) in place of the built-in one."""
    light, dark = variants(accent)
    return (
        f":root{{--accent:{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{--accent:{dark}}}}}\n"
        f":root[data-theme=dark]{{--accent:{dark}}}\n"
    ).encode()


def variants(accent: str) -> tuple[str, str]:
    """Return the colour as it is readable on the light paper, and on the dark one.

    Hue and saturation stay. A colour that is readable is kept; else its lightness is moved until it is
    comfortably so.
    """
    return _readable(accent, LIGHT_PAPER, -1), _readable(accent, DARK_PAPER, 1)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _readable(accent: str, paper: str, direction: int) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(accent))
    shades = (
        _hexadecimal(
            colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + direction * step / _STEPS)), saturation)
        )
        for step in range(1, _STEPS + 1)
    )
    if contrast(accent, paper) >= LEAST_CONTRAST:
        return accent
    return next(shade for shade in shades if contrast(shade, paper) >= COMFORTABLE_CONTRAST)


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hexadecimal(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
