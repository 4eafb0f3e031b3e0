"""Lists that are full after a few articles, so that a test need not publish hundreds."""

from __future__ import annotations

import pytest

from functions.publish import channel_candidates, channel_writing, channels


def shorten_lists(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let a list hold so many entries, and five however old they are."""
    for module in (channels, channel_candidates, channel_writing):
        monkeypatch.setattr(module, "LEAST_ENTRIES", 5, raising=False)
        monkeypatch.setattr(module, "MOST_ENTRIES", most)
