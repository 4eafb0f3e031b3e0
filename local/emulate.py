"""``python -m local.emulate``: the stack for ``sam local``, on fixed ports until Ctrl-C.

``events/env.json`` tells containers where everything is.
"""

from __future__ import annotations

import platform
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from local import aws_server, docker_bridge
from local.aws_server import AwsPortInUse
from local.demo.server import DemoPublishers
from local.editions import SourcesUnavailable
from local.emulator import Emulator, emulated
from local.lambda_runtime import FunctionError
from local.run import FAILED, PROJECT
from local.sample_article import store_first_revision
from local.template import TemplateError
from local.terminal import say, say_error

PORT = 8800  # beside the demo publishers'
END = "Ctrl-C ends; nothing is kept."
_INTEL = "--parameter-overrides Architecture=x86_64"
SAMPLES = (
    ("FetchFunction", "fetch-schedule"),
    ("FetchFunction", "fetch-sqs-shard"),
    ("ExtractFunction", "extract-sqs"),
    ("ExtractFunction", "extract-sqs-poison"),
    ("PublishFunction", "publish-dynamodb-stream"),
    ("PublishFunction", "publish-schedule"),
)


def main(project: Path = PROJECT, port: int = PORT, demo_port_shift: int = 0) -> int:
    """Serve the stack until Ctrl-C or SIGTERM; return the exit status.

    ``events/env.json`` holds for the usual ports only.
    """
    now = datetime.now(UTC)
    bridge = docker_bridge.bridge_address()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with emulated(
            project,
            now - DemoPublishers(now).end,  # told to its end by now, so that a container's own clock will do
            port=port,
            demo_port_shift=demo_port_shift,
            addresses=[aws_server.LOOPBACK, *([bridge] if bridge else [])],
        ) as emulator:
            store_first_revision(emulator, project / "events")
            say("\n".join(_told(emulator)))
            signal.pause()
    except KeyboardInterrupt:
        say("Ended; nothing is kept.")
    except (AwsPortInUse, SourcesUnavailable, TemplateError, FunctionError) as error:
        say_error(str(error))
        return FAILED
    return 0


def _told(emulator: Emulator) -> Iterator[str]:
    site = emulator.stack.buckets["SiteBucket"]
    yield f"The stack of template.yaml is at {emulator.endpoint}. After make build, in another terminal:"
    yield ""
    for function, event in SAMPLES:
        yield f"  sam local invoke {function} --event events/{event}.json --env-vars events/env.json"
    yield f"  aws --endpoint-url {emulator.endpoint} s3 ls {site}   # with any key and region"
    yield ""
    if platform.machine() not in ("arm64", "aarch64"):
        yield f"This is no arm machine: make build ARGS='{_INTEL}', and the same option in each command."
    yield END


if __name__ == "__main__":
    sys.exit(main())
