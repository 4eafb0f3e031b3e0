"""Records of what was told to whom: the boundary to Powertools' Idempotency.

Its persistence layer is used without its decorator: one request tells of many addresses, and each of them
has a record of its own, whichever others it went with. A claim that is not confirmed lapses by itself, so
that a run that failed and one that was killed leave the same behind: something that may be tried again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyItemAlreadyExistsError

from functions.publish.announcements import OWED_FOR, Announcement

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Longer than a run can take, shorter than the hour until the next refresh
CLAIMED_FOR = timedelta(minutes=15)
KEPT_FOR = OWED_FOR + timedelta(hours=1)


class ToldOnce:
    """The records of one receiver; those of equal announcements are the same."""

    def __init__(self, client: DynamoDBClient, table: str, endpoint: str) -> None:
        self._endpoint = endpoint
        self._records = DynamoDBPersistenceLayer(
            table, key_attr="pk", expiry_attr="expires", boto3_client=client
        )
        config = IdempotencyConfig(
            expires_after_seconds=int(KEPT_FOR.total_seconds()), hash_function="sha256"
        )
        self._records.configure(config, key_prefix="ping")

    def claim(self, one: Announcement) -> bool:
        """Return whether this run is to tell it; raise the client's error where nobody can say."""
        lapses = int(CLAIMED_FOR.total_seconds() * 1000)
        try:
            self._records.save_inprogress(self._payload(one), lapses)
        except IdempotencyItemAlreadyExistsError:
            return False
        return True

    def confirm(self, one: Announcement) -> None:
        """Record that it was told."""
        self._records.save_success(self._payload(one), {})

    def _payload(self, one: Announcement) -> dict[str, str]:
        return {"endpoint": self._endpoint, "address": one.address, "state": one.state}
