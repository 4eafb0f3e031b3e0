"""JSON of what others wrote: compact, UTF-8, without the characters that XML and HTML cannot carry."""

from __future__ import annotations

import json
from typing import Any

from newswire.text import xml_text


def json_text(value: Any) -> str:
    """Return ``value`` as JSON, its keys in their order; every text in it is stripped to XML 1.0."""
    return json.dumps(_printable(value), ensure_ascii=False, separators=(",", ":"))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return xml_text(value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return value
