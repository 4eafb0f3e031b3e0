"""``python -m benchmarks`` runs all benchmarks, ``python -m benchmarks <name> <options>`` one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from benchmarks import extract_memory, fetch_requests, hostile_pages

BENCHMARKS: dict[str, Callable[[Sequence[str]], None]] = {
    "extract_memory": extract_memory.main,
    "fetch_requests": fetch_requests.main,
    "hostile_pages": hostile_pages.main,
}


def main(arguments: Sequence[str]) -> int:
    """Run what is named, or all; return the exit status."""
    if not arguments:
        for run in BENCHMARKS.values():
            run(())
        return 0
    name, *options = arguments
    if name not in BENCHMARKS:
        print(f"no benchmark is called {name!r}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    BENCHMARKS[name](options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
