"""What runs inside the extract worker: pages, what sites ask of their visitors, and pictures."""

from __future__ import annotations

from typing import Any

from functions.extract import reservations, robots
from functions.extract.extraction import extract_page


def run(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do the task that ``params`` names: ``page``, ``robots``, ``tdmrep`` or ``image``."""
    if params["task"] == "robots":
        return {"rules": robots.read_rules(body)}
    if params["task"] == "tdmrep":
        return {"rules": reservations.read_rules(body)}
    if params["task"] == "image":
        from functions.extract.image_encoding import encode  # who copies no pictures never loads Pillow

        return encode(body)
    return extract_page(body, params)
