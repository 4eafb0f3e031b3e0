"""Compiles the templates of publish, by publish itself: as a program of its own, out of the artefacts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local.artifacts.leftovers import UnexpectedArtifact
from local.artifacts.preparing import Artifact

_FOLDER = Path("functions/publish/templates")
_PROGRAM = "import sys; from functions.publish.templating import precompile; print(precompile(sys.argv[1]))"


def precompile(artifacts: list[Artifact]) -> int:
    """Compile the templates of the artefact that has them, if any has; return how many they are.

    Raise :class:`UnexpectedArtifact` with the program's own words where that fails.
    """
    publish = [one for one in artifacts if (one.root / _FOLDER).is_dir()]
    if not publish:
        return 0
    path = os.pathsep.join(str(one.root.resolve()) for one in artifacts if one in publish or one.is_layer)
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own program
        [sys.executable, "-S", "-P", "-c", _PROGRAM, f"{publish[0].deployed}/{_FOLDER}"],
        # Without a seed the order in sets would tell two builds of the same templates apart.
        env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnexpectedArtifact(f"the templates do not compile:\n{done.stderr}")
    return int(done.stdout)
