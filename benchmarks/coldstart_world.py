"""What cold starts are measured in: a build for this machine, events, and stores as they were before each."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from local.emulator import Emulator
from local.execution_environment import EmulatorUnavailable

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / ".artifacts"
_PUBLISHER = re.compile(r"(?<=\.localhost:)\d+")
_KEPT = "config/"  # the sources, which the emulator put there


def build() -> Path:
    """Build and prepare the artefacts for this machine's processor, as ``make build`` does for Lambda's."""
    sam, python = PROJECT / ".venv-sam/bin/sam", PROJECT / ".venv-runtime/bin/python"
    if not (sam.exists() and python.exists()):
        raise EmulatorUnavailable("SAM or the runtime is not set up: make benchmark ARGS=coldstart does that")
    folder = FOLDER / "coldstart"
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    FOLDER.mkdir(exist_ok=True)
    wheels = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(PROJECT / ".wheels"), "SAM_CLI_TELEMETRY": "0"}
    _run(
        [
            *(str(sam), "build", "--cached", "--template", str(PROJECT / "template.yaml")),
            *("--build-dir", str(folder), "--cache-dir", str(FOLDER / "cache")),
            *("--parameter-overrides", f"Architecture={architecture}"),
        ],
        {**os.environ, **wheels, "AWS_DEFAULT_REGION": "us-east-1"},
    )
    # pip left the runtime's own libraries as they are; nothing can be written where the emulator shows them.
    libraries = next((PROJECT / ".venv-runtime/lib").glob("python*/site-packages"))
    _run([str(python), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(libraries)], {})
    prepared = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}
    _run([str(python), "-m", "local.artifacts", str(folder)], prepared)
    return folder


def zip_bytes(folder: Path) -> int:
    """Return how large a folder is as `zip -9` makes it."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return packed.tell()


@dataclass(frozen=True, slots=True)
class World:
    """The stack with the demo publishers, on ports ``shift`` above those that the sample events name."""

    emulator: Emulator
    shift: int

    def event(self, name: str) -> Any:
        """Return a sample event."""
        text = (PROJECT / "events" / f"{name}.json").read_text(encoding="utf-8")
        return json.loads(_PUBLISHER.sub(lambda port: str(int(port[0]) + self.shift), text))

    def forget(self, buckets: Mapping[str, str], tables: Mapping[str, str]) -> None:
        """Empty these stores but for the sources; what waits in queues is nobody's here."""
        clients = self.emulator.stack.clients
        for name in tables.values():
            for item in clients.dynamodb.scan(TableName=name)["Items"]:
                clients.dynamodb.delete_item(TableName=name, Key={"pk": item["pk"]})
        for name in buckets.values():
            for one in clients.s3.list_objects_v2(Bucket=name).get("Contents", []):
                if not one["Key"].startswith(_KEPT):
                    clients.s3.delete_object(Bucket=name, Key=one["Key"])

    def forget_all(self) -> None:
        """Empty every store but for the sources."""
        self.forget(self.emulator.stack.buckets, self.emulator.stack.tables)

    def forget_site(self) -> None:
        """Empty what publish writes, and keep the articles."""
        stack = self.emulator.stack
        self.forget(
            {name: one for name, one in stack.buckets.items() if name == "SiteBucket"},
            {name: one for name, one in stack.tables.items() if name != "ArticleTable"},
        )


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own tools
        command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise EmulatorUnavailable(f"{' '.join(command[:2])} failed:\n{done.stdout}{done.stderr}")
