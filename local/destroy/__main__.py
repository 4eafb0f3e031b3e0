"""``python -m local.destroy``, and ``make destroy``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.destroy.command import Cloud, Destruction, NotAllowed, Talk
from local.destroy.contents import Clients
from local.destroy.removal import NotRemoved
from local.destroy.stacks import NotDeleted
from local.progress import Progress
from local.stack_outputs import NoSuchStack
from local.terminal import say, say_error
from newswire import aws

LEFT = 1  # exit status: something is left; the same command goes on
NOTHING = 2  # exit status: nothing was removed

# Not ours to remove, or not removed by anybody: docs/deploy.md tells of each
_AFTERWARDS = (
    "What is left by itself: DynamoDB's own backups of the tables, for 35 days, without charge; the uploaded"
    " code in SAM's bucket (aws-sam-cli-managed-default), which other stacks use, too; the certificate and"
    " the DNS record of an own domain."
)


def main(arguments: Sequence[str], sleep: Callable[[float], None] = time.sleep) -> int:
    """Remove a stack with what it stores; return the exit status."""
    options = _options(arguments)
    again = f"run make destroy STACK={options.stack} again: it goes on where this ended"
    try:
        cloud = _cloud()
    except BotoCoreError as error:  # no region, no such profile
        say_error(str(error))
        return NOTHING
    try:
        Destruction(cloud, _talk(options, sleep), keeps_articles=options.keep).run(options.stack)
    except (NoSuchStack, NotAllowed) as error:
        say_error(str(error))
        return NOTHING
    except (BotoCoreError, ClientError, NotDeleted, NotRemoved) as error:
        say_error(f"{error}; {again}")
        return LEFT
    except KeyboardInterrupt:
        say_error(f"interrupted; {again}")
        return LEFT
    say(_AFTERWARDS)
    return 0


def _cloud() -> Cloud:
    cloudformation = boto3.client("cloudformation")
    clients = Clients(aws.s3_client(), aws.dynamodb_client(), aws.sqs_client(), boto3.client("logs"))
    return Cloud(cloudformation, clients, cloudformation.meta.region_name)


def _talk(options: argparse.Namespace, sleep: Callable[[float], None]) -> Talk:
    progress = Progress(sys.stderr)

    def agrees(name: str) -> bool:
        if options.yes:
            return True
        if not sys.stdin.isatty():
            raise NotAllowed("nothing was removed: there is no terminal to ask at; YES=1 does not ask")
        what = "All but what stays" if options.keep else "All of it"
        say(f"{what} goes for good. Type the stack's name, {name}, to remove it:")
        return sys.stdin.readline().strip() == name

    return Talk(say, lambda text: progress.step(lambda: text), agrees, sleep)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.destroy", description="Remove a deployed stack with everything that it stores."
    )
    parser.add_argument("--stack", metavar="NAME", required=True, help="name or unique id of the stack")
    parser.add_argument(
        "--keep", action="store_true", help="keep the articles: ArticleTable and ArticleBucket"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
