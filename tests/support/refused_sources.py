"""What is said of a ``sources.yaml`` that is refused."""

from __future__ import annotations

import pytest

from newswire.sources_file import SourcesError, load_catalogue


def complaint(text: str) -> str:
    """Return the message."""
    with pytest.raises(SourcesError) as raised:
        load_catalogue(text)
    return str(raised.value)
