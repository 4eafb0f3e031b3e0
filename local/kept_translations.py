"""Translated templates, kept beside their sources as Python keeps what it has compiled.

One of a template: who asks for another translation replaces it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from local.files import replace_file

_FOLDER = "__pycache__"


def key_of(text: str, parameters: Mapping[str, str], program: bytes) -> str:
    """Return what tells a translation from one of another template, by other parameters or another program.

    ``program`` is the code that translates, by which samtranslator does.
    """
    said = [text, sorted(parameters.items()), version("aws-sam-translator"), program.hex()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def read(path: Path, key: str) -> dict[str, Any] | None:
    """Return the translation of the template at ``path`` that was kept under this key, if it was."""
    try:
        kept = json.loads(_file(path).read_bytes())
        document: dict[str, Any] | None = kept["document"] if kept["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):  # there is none, or none of ours
        return None
    return document


def write(path: Path, key: str, document: Mapping[str, Any]) -> None:
    """Keep a translation, where files can be written there, and JSON says all of it.

    YAML also knows keys that are numbers.
    """
    try:
        body = json.dumps({"key": key, "document": document}).encode()
    except (TypeError, ValueError):
        return
    if json.loads(body)["document"] != document:
        return
    with suppress(OSError):
        _file(path).parent.mkdir(exist_ok=True)
        replace_file(_file(path), body, durable=False)


def _file(path: Path) -> Path:
    return path.parent / _FOLDER / f"{path.name}.translated"
