"""HTML by the Nu HTML checker, which is what the W3C's validator runs."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

JAR = Path(__file__).with_name("node_modules") / "vnu-jar" / "build" / "dist" / "vnu.jar"


def missing() -> str | None:
    """Return what is not installed, ``None`` where all is there."""
    if shutil.which("java") is None:
        return "java (apt-get install default-jre-headless)"
    return None if JAR.is_file() else f"{JAR.name}: npm, which installs it (apt-get install npm)"


def html_faults(pages: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each error in these files."""
    command = ["java", "-jar", str(JAR), "--format", "json", "--exit-zero-always", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for message in json.loads(done.stderr)["messages"]:
        if message["type"] != "info":
            place = f"{message.get('url', '')}:{message.get('lastLine', '?')}"
            yield f"{place.removeprefix('file:')}: {message['message']}"
