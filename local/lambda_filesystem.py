"""The file system that a function sees in Lambda, where the kernel lets a user mount: Linux namespaces.

``/var/task`` is the artefact and ``/opt`` the layer, both read-only as all the rest; ``/tmp`` is empty and
has 512 MB; there is no ``/dev/shm`` (AWS Lambda developer guide, "Lambda execution environments" and "Working
with layers"). Of this machine only the system's programs and libraries and the runtime's Python are there,
and no time zones.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TASK = "/var/task"
LAYER = "/opt"
RAPID = "/var/rapid/aws-lambda-rie"

# Processes of their own as well, so that all of them end with the first one.
_NAMESPACES = ("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child")
_ROOT = "/media"  # in this mount namespace only; nothing that is shown lies there
_SCRIPT = """
set -eu
root=$1 task=$2 layer=$3 rapid=$4 python=$5 environment=$6
shift 6
show() {
    if [ -d "$1" ]; then mkdir -p "$root$2"; else mkdir -p "$root${2%/*}"; : >"$root$2"; fi
    mount --bind "$1" "$root$2"
    mount -o remount,bind,ro "$root$2"
}
mount -t tmpfs -o size=1m,mode=755 tmpfs "$root"
mkdir "$root/tmp" "$root/proc" "$root/dev" "$root/opt"
mount -t tmpfs -o size=512m,mode=1777 tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
for device in null zero full random urandom; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
for folder in /usr/bin /usr/lib /usr/lib64 /etc; do
    if [ -d $folder ]; then show $folder $folder; fi
done
for folder in /bin /lib /lib64; do
    if [ -L $folder ]; then cp -P $folder "$root$folder"; elif [ -d $folder ]; then show $folder $folder; fi
done
for folder in "$python" "$environment"; do
    case $folder in /usr) ;; *) show "$folder" "$folder" ;; esac
done
show "$task" /var/task
if [ -n "$layer" ]; then show "$layer" /opt; fi
show "$rapid" /var/rapid/aws-lambda-rie
mount -o remount,ro "$root"
exec unshare --root="$root" --wd=/var/task -- "$@"
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of this machine is shown: folders, and the emulator's program.

    ``environment`` is the virtual environment of the runtime's libraries, ``python`` the installation that
    it was made from; both keep their paths.
    """

    task: Path
    layer: Path | None
    rapid: Path
    python: Path
    environment: Path


def within(shown: Shown) -> list[str]:
    """Return the beginning of a command that runs the rest of it in this file system, in ``/var/task``."""
    folders = [shown.task, shown.layer, shown.rapid, shown.python, shown.environment]
    resolved = [str(folder.resolve()) if folder else "" for folder in folders]
    return [*_NAMESPACES, "sh", "-c", _SCRIPT, "sh", _ROOT, *resolved]


@cache
def refusal(shown: Shown) -> str | None:
    """Return why this machine cannot show it, ``None`` where it can. The answer is found out once."""
    try:
        done = subprocess.run(  # noqa: S603  # our own script
            [*within(shown), "true"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.strip() or f"exit status {done.returncode}"
