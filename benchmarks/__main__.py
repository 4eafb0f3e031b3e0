"""``python -m benchmarks`` runs all benchmarks, ``python -m benchmarks <name> <options>`` one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from benchmarks import extract_cost, fetch_requests
from benchmarks.newsweb import NoMaterials

BENCHMARKS: dict[str, Callable[[Sequence[str]], None]] = {
    "extract_cost": extract_cost.main,
    "fetch_requests": fetch_requests.main,
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
    try:
        BENCHMARKS[name](options)
    except NoMaterials as missing:
        print(missing, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
