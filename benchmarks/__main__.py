"""``python -m benchmarks`` runs all benchmarks, ``python -m benchmarks <name> <options>`` one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from benchmarks import (
    coldstart,
    cost,
    extract_cost,
    extract_memory,
    fetch_requests,
    hostile_pages,
    publish,
    publish_memory,
    quality,
    search,
)
from benchmarks.extractors import NoPeers
from benchmarks.newsweb import NoMaterials
from local.execution_environment import EmulatorUnavailable

BENCHMARKS: dict[str, Callable[[Sequence[str]], None]] = {
    "coldstart": coldstart.main,
    "cost": cost.main,
    "extract_cost": extract_cost.main,
    "extract_memory": extract_memory.main,
    "fetch_requests": fetch_requests.main,
    "hostile_pages": hostile_pages.main,
    "publish": publish.main,
    "publish_memory": publish_memory.main,
    "quality": quality.main,
    "search": search.main,
}


def main(arguments: Sequence[str]) -> int:
    """Run what is named, or all; return the exit status, 2 where something could not be run."""
    name, *options = arguments or ("",)
    if name and name not in BENCHMARKS:
        print(f"no benchmark is called {name!r}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    status = 0
    for run in [BENCHMARKS[name]] if name else BENCHMARKS.values():
        try:
            run(options)
        except (EmulatorUnavailable, NoMaterials, NoPeers) as missing:
            print(missing, file=sys.stderr)
            status = 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
