"""Puts the rehearsal's resource types into moto's CloudFormation: the only module that knows its insides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Self
from unittest import mock

from botocore.exceptions import ClientError
from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json, get_model_map
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

from local.stack import ACCOUNT
from local.template import REGION
from tests.rehearsal.edge_types import EDGE_TYPES
from tests.rehearsal.function_types import FUNCTION_TYPES
from tests.rehearsal.service_type import Client, Made, Properties, ServiceType
from tests.rehearsal.service_types import SERVICE_TYPES
from tests.rehearsal.store_types import STORE_TYPES

TYPES: Mapping[str, ServiceType] = {
    **SERVICE_TYPES,
    **FUNCTION_TYPES,
    **STORE_TYPES,
    **EDGE_TYPES,
}


_GONE = re.compile(r"NonExistent|NotFound|NoSuch")


@contextmanager
def supplied(client: Client) -> Iterator[None]:
    """Let moto's CloudFormation have these types, in place of its own, while the block lasts."""
    models: dict[str, Any] = get_model_map()
    before = {name: models[name] for name in TYPES if name in models}
    models.update({name: _model(name, kind, client) for name, kind in TYPES.items()})
    try:
        yield
    finally:
        for name in TYPES:
            del models[name]
        models.update(before)


def resolved(stack: str) -> Iterator[tuple[str, str, str, Properties]]:
    """Yield logical id, type, physical id ("" for none) and resolved properties of a stack's resources.

    Resources whose condition does not hold are left out.
    """
    resources = cloudformation_backends[ACCOUNT][REGION].get_stack(stack).resource_map
    for name, document in resources._resource_json_map.items():
        if "Condition" in document and not resources.lazy_condition_map[document["Condition"]]:
            continue
        made = resources._parsed_resources.get(name)
        properties = clean_json(document.get("Properties", {}), resources)
        yield name, document["Type"], str(getattr(made, "physical_resource_id", "")), properties


def stop_deliveries() -> None:
    """Leave the mappings as they are and let them deliver nothing: for each message moto would ask Docker."""
    for queue in sqs_backends[ACCOUNT][REGION].queues.values():
        queue.lambda_event_source_mappings.clear()
    for table in dynamodb_backends[ACCOUNT][REGION].tables.values():
        table.lambda_event_source_mappings.clear()


def _model(type_name: str, kind: ServiceType, client: Client) -> type[_Model]:
    return type("Model", (_Model,), {"type_name": type_name, "kind": kind, "client": staticmethod(client)})


class _Model:
    """A resource, as moto's CloudFormation handles it."""

    type_name: ClassVar[str]
    kind: ClassVar[ServiceType]
    client: ClassVar[Client]

    def __init__(self, made: Made, properties: Properties) -> None:
        self.physical_resource_id = made.physical
        self._attributes = made.attributes
        self._properties = properties

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.type_name

    @staticmethod
    def cloudformation_name_type() -> None:
        """Tell that the type itself looks for its name."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, *_: str, **__: Any
    ) -> Self:
        properties = cloudformation_json["Properties"]
        return cls(cls.kind.create(cls.client, resource_name, properties), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Self, new_resource_name: str, cloudformation_json: Any, **_: str
    ) -> Self:
        properties = cloudformation_json["Properties"]
        if cls.kind.change is None:
            original_resource.delete()
            return cls(cls.kind.create(cls.client, new_resource_name, properties), properties)
        cls.kind.change(cls.client, original_resource.physical_resource_id, properties)
        original_resource._properties = properties
        return original_resource

    def delete(self, *_: str) -> None:
        try:
            self.kind.delete(type(self).client, self.physical_resource_id, self._properties)
        except ClientError as error:
            # moto deletes in no order: what something belonged to may have gone before it
            if not _GONE.search(error.response["Error"]["Code"]):
                raise

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return bool(attr)

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self._attributes[attribute_name]

    @staticmethod
    def is_created() -> bool:
        return True


@contextmanager
def overheard(hear: Callable[[Any], None]) -> Iterator[None]:
    """Let ``hear`` have every request that reaches moto while the block lasts, as botocore prepared it."""
    process = BotocoreStubber.process_request

    def heard(stubber: BotocoreStubber, request: Any) -> Any:
        hear(request)
        return process(stubber, request)

    with mock.patch.object(BotocoreStubber, "process_request", heard):
        yield
