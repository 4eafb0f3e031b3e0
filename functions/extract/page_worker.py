"""What runs inside the extract worker: pages, robots files and feeds' own HTML."""

from __future__ import annotations

from typing import Any

from functions.extract import robots
from functions.extract.extraction import extract_page


def run(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do the task that ``params`` names: ``page`` or ``robots``."""
    if params["task"] == "robots":
        return {"allowed": robots.allows(body, params["url"])}
    return extract_page(body, params)
