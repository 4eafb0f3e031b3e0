"""Text for a terminal: the only module of ``local`` that prints.

What publishers write reaches a terminal by error messages, reasons and reports, and a terminal obeys the
control characters in it (ECMA-48): it could be made to show other lines than were printed.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, TextIO

# Controls (C0 but for tab and line feed, DEL, C1), what begins a line or changes its direction (Unicode
# Standard Annex 9), and surrogates, which no encoding takes.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(text: str) -> str:
    r"""Return ``text`` with everything that steers a terminal as ``\uXXXX``; line feeds and tabs stay.

    JSON stays JSON of the same meaning.
    """
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shown_line(text: str) -> str:
    """Return ``text`` as :func:`shown`, on one line: nobody can add a line of their own to a list."""
    return shown(" ".join(text.split()))


def say(text: str, stream: TextIO | None = None) -> None:
    """Print ``text`` as :func:`shown` and a line feed, to standard output unless said otherwise."""
    print(shown(text), file=stream, flush=True)


def say_error(text: str) -> None:
    """Print ``text`` as :func:`shown` to standard error."""
    say(text, sys.stderr)


def say_json(value: Any, indent: int | None = None) -> None:
    """Print a value as JSON that people can read."""
    say(json.dumps(value, ensure_ascii=False, indent=indent))
