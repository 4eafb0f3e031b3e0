"""``python -m local.artifacts BUILD``: the last step of ``make build``, by the runtime's Python."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from local.artifacts.leftovers import UnexpectedArtifact
from local.artifacts.preparing import artifacts_of, check_python, prepare
from local.artifacts.service_models import write_models
from local.artifacts.templates import precompile
from local.terminal import say, say_error

_PROJECT = Path(__file__).resolve().parents[2]
_MEGABYTE = 1024 * 1024


def main(arguments: Sequence[str]) -> int:
    """Prepare the artefacts of a folder and return the exit status."""
    if len(arguments) != 1:
        say_error("usage: python -m local.artifacts BUILD")
        return 2
    build = Path(arguments[0])
    try:
        artifacts = artifacts_of(build)
        check_python(build)
        for one in map(prepare, artifacts):
            say(
                f"{one.name}: {one.compiled} modules compiled, {one.left_out} files of "
                f"{one.bytes_left_out / _MEGABYTE:.1f} MiB left out, {one.bytes_now / _MEGABYTE:.1f} MiB now"
            )
        say(f"{precompile(artifacts)} templates compiled")
        say(f"{write_models(artifacts, _PROJECT) / _MEGABYTE:.1f} MiB of service models unpacked")
    except UnexpectedArtifact as error:
        say_error(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
