"""An account of AWS's for one rehearsal: moto in this process, and over HTTP for ``sam``."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from moto import mock_aws

from local import aws_server
from local.template import REGION
from tests.rehearsal.moto_models import supplied

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "rehearsal", "AWS_SECRET_ACCESS_KEY": "rehearsal"}


@dataclass(frozen=True, slots=True)
class Cloud:
    """The account; ``endpoint`` is where other processes find it."""

    endpoint: str
    session: Any
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Return this process's client of a service."""
        if service not in self._clients:
            # moto does not know the endpoints that carry an account id.
            plain = Config(account_id_endpoint_mode="disabled")
            self._clients[service] = self.session.client(service, config=plain)
        return self._clients[service]

    @property
    def environment(self) -> dict[str, str]:
        """Return what another process needs in its environment to find this account and no other."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.endpoint, "AWS_DEFAULT_REGION": REGION}


@contextmanager
def rented() -> Iterator[Cloud]:
    """Lend an empty account; the default boto3 session is of it meanwhile."""
    with mock_aws(), aws_server.serving() as port, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # moto's, of what it cannot create: completeness is a step of its own
        boto3.setup_default_session(region_name=REGION)
        cloud = Cloud(f"http://localhost:{port}", boto3.Session(region_name=REGION))
        with supplied(cloud.client):
            yield cloud
