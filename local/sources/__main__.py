"""``python -m local.sources COMMAND …``, and ``make sources ARGS="COMMAND …"``."""

from __future__ import annotations

import io
import sys

from local.sources.command import main

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character gets its number
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
