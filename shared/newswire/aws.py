"""AWS clients, each made once and when first asked for, with the same patience everywhere."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# Time-outs below every function's own, so that a stuck call is retried and not killed with its batch.
_PATIENT = (3, 10, 4)  # seconds to connect and to read, attempts
# For what can be done without: one more try, and no more than a few seconds.
_HASTY = (1, 3, 2)
# As many calls as publish makes at once: one without a place in the pool begins with a TLS handshake.
_CONNECTIONS = 24
_SERVICES = ("dynamodb", "s3", "sqs")
# What `make build` puts there goes before botocore's own, which is packed; without it, botocore's is read.
_MODELS = Path(__file__).parent / "service_models"


@cache
def session() -> Session:
    """Return the session that all clients come from; whoever watches their calls registers there.

    botocore's and not boto3's: of that, nothing is used but what takes time to import.
    """
    from botocore.loaders import Loader
    from botocore.session import get_session

    class OwnServices(Loader):
        """Does not look through the folders of four hundred services for the names of three."""

        def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - the base's signature
            return list(_SERVICES)

        def is_builtin_path(self, path: str) -> bool:
            """Take ours for botocore's own: another list of endpoints would go before the rules.

            Then they know neither endpoints of both IP versions nor FIPS.
            """
            return Path(path).is_relative_to(_MODELS) or super().is_builtin_path(path)

    made = get_session()
    made.register_component("data_loader", OwnServices(extra_search_paths=[str(_MODELS)]))
    return made


def forget() -> None:
    """Make session and clients anew when next asked for: those that there are belong to another AWS."""
    session.cache_clear()
    _client.cache_clear()


def s3_client() -> S3Client:
    """Return the client for S3."""
    return cast("S3Client", _client("s3", _PATIENT))


def sqs_client() -> SQSClient:
    """Return the client for SQS."""
    return cast("SQSClient", _client("sqs", _PATIENT))


def dynamodb_client(*, patient: bool = True) -> DynamoDBClient:
    """Return the client for DynamoDB; one that is not ``patient`` is for reads that can be done without."""
    return cast("DynamoDBClient", _client("dynamodb", _PATIENT if patient else _HASTY))


@cache
def _client(service: str, patience: tuple[int, int, int]) -> object:
    with _nothing_collected():
        from botocore.config import Config

        connect, read, attempts = patience
        config = Config(
            connect_timeout=connect,
            read_timeout=read,
            max_pool_connections=_CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": attempts},
        )
        return session().create_client(service, config=config)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Make what stays: to look through a service's model for garbage finds none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
