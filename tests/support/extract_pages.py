"""Pages that are JSON, and the small parser that stands in for the extractor of real ones.

:func:`run` has the extract worker's interface, so that a real worker process can run it as well.
"""

from __future__ import annotations

import json
import os
import signal
from typing import Any

from functions.extract import page_worker, reservations, robots
from functions.extract.reservations import Reservation
from functions.extract.robots_directives import directives_in, header_texts

HTML = "text/html; charset=utf-8"
KILLER = b"kill the parser"
EXTRACTOR = "test/1"
TEXT = "Harga beras turun lima persen.\nPedagang menyambut baik."

_BLANK: dict[str, Any] = {
    "canonical_url": None,
    "title": "Judul di halaman",
    "authors": [],
    "published": None,
    "updated": None,
    "language": None,
    "categories": [],
    "tags": [],
    "excerpt": None,
    "images": [],
    "site_name": None,
    "directives": {},
    "paywalled": False,
    "attributions": [],
    "foreign_canonical_url": None,
    "furniture": "",
    "whole_page": None,
    "further_pages": [],
    "notice": False,
}


def page_body(text: str = TEXT, **fields: Any) -> bytes:
    """Return a page with this text and these of the extractor's fields."""
    return json.dumps({"text": text, **fields}).encode()


def extracted(text: str = TEXT, **fields: Any) -> dict[str, Any]:
    """Return what the extractor says of such a page."""
    html = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return {**_BLANK, "text": text, "html": html, "extractor": EXTRACTOR, **fields}


def run(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do what the extract worker does; die of a killer page or picture."""
    if params["task"] == "robots":
        return {"rules": robots.read_rules(body)}
    if params["task"] == "tdmrep":
        return {"rules": reservations.read_rules(body)}
    if body.endswith(KILLER):
        os.kill(os.getpid(), signal.SIGKILL)
    if params["task"] == "image":
        return page_worker.run(body, params)
    known = directives_in(header_texts(params["robots_tag"]), Reservation(*params["tdm"]), None)
    return extracted(**{"directives": known.to_map(), **json.loads(body)})
