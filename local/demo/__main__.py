"""``python -m local.demo``: serve the demo publishers alone, to look at their sites."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta

from local.demo.server import DemoPortInUse, DemoPublishers
from local.terminal import say, say_error


def main(arguments: list[str]) -> int:
    """Serve until Ctrl-C; return the exit status (1 where a port is taken)."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description="Serve the demo publishers.")
    parser.add_argument("--after", type=int, default=0, metavar="MINUTES", help="how far the demo has run")
    parser.add_argument("--port-shift", type=int, default=0, metavar="N", help="added to every port")
    options = parser.parse_args(arguments)
    if options.after < 0:
        parser.error(f"--after is {options.after}; minutes from 0 are allowed")
    now = datetime.now(UTC)
    demo = DemoPublishers(now - timedelta(minutes=options.after), options.port_shift)
    demo.at(now)
    try:
        with demo.serve():
            for publisher in demo.publishers:
                say(f"{publisher.name}: {publisher.origin}/  feed {publisher.origin}{publisher.feed_path}")
            say("Ctrl-C ends.")
            _keep_time(demo)
    except DemoPortInUse as problem:
        say_error(f"{problem}: free it, or choose other ports with --port-shift")
        return 1
    except KeyboardInterrupt:
        say("")
    return 0


def _keep_time(demo: DemoPublishers) -> None:
    while True:
        time.sleep(1)
        demo.at(datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
