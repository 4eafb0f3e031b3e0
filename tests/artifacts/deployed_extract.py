"""The deployed extract function on its queue, beside a publisher of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from local.built_functions import Build, BuiltFunctions
from local.emulator import Emulator
from local.lambda_runtime import FunctionError
from local.queue_poller import QueuePoller
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.messages import Message
from newswire.tables import Table
from tests.artifacts.processes import only
from tests.support.extract_pages import HTML
from tests.support.extract_world import entry
from tests.support.web_server import Reply, WebServer

EXTRACT = "ExtractFunction"
HOST = "kabar.localhost"
PARAGRAPH = "Harga beras di pasar induk turun lima persen setelah panen raya dimulai di tiga kabupaten. "
PAGE = f"<html lang=id><h1>Harga beras turun</h1><article>{f'<p>{PARAGRAPH * 3}</p>' * 4}</article></html>"
GOOD = Reply(PAGE.encode(), content_type=HTML)


@dataclass(frozen=True, slots=True)
class DeployedExtract:
    """The function, fed by ``poller``; ``errors`` are its failed invocations."""

    functions: BuiltFunctions
    poller: QueuePoller
    errors: list[FunctionError]
    web: WebServer
    emulator: Emulator

    def queue(self, path: str, reply: Reply) -> Message:
        """Put the message of an entry into the queue, whose page answers so."""
        self.web.replies[path] = reply
        message = entry(self.web.url(path, HOST))
        self.emulator.stack.clients.sqs.send_message(
            QueueUrl=self.poller.mapping.url,
            MessageBody=message.to_json(),
            MessageGroupId=HOST,
            MessageDeduplicationId=message.deduplication_id(),
        )
        return message

    def article(self, message: Message) -> ArticleItem | None:
        """Return what is stored of a message."""
        stack = self.emulator.stack
        table = ArticleTable(Table(stack.clients.dynamodb, stack.tables["ArticleTable"]))
        found = table.get_many([message.article_id]).get(message.article_id)
        assert found is None or isinstance(found, ArticleItem)
        return found

    @contextmanager
    def polling(self) -> Iterator[None]:
        """Let the function work off a batch meanwhile."""
        thread = threading.Thread(target=self.poller.poll)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def process(self, program: str) -> int:
        """Return the id of the function's process that runs this module."""
        return only(self.functions.running[EXTRACT].pid, program)


@contextmanager
def deployed_extract(
    build: Build, emulator: Emulator, web: WebServer, **changes: Any
) -> Iterator[DeployedExtract]:
    """Deploy it with these changes."""
    function = build.function(EXTRACT, emulator)
    allowed = {"LOOPBACK_ALLOWED": ",".join(web.loopback(HOST))}
    built = replace(function, environment={**function.environment, **allowed}, **changes)
    (mapping,) = [one for one in emulator.wiring.queues if one.function == EXTRACT]
    errors: list[FunctionError] = []
    with BuiltFunctions({EXTRACT: built}) as functions:
        poller = QueuePoller(mapping, emulator.stack, functions, emulator.clock, errors.append)
        yield DeployedExtract(functions, poller, errors, web, emulator)
