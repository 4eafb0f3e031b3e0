"""``python -m local.sources COMMAND …``, and ``make sources ARGS="COMMAND …"``."""

from __future__ import annotations

import sys

from local.sources.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
