"""Clients of a session that answer some calls themselves: botocore's own way to extend a client's class.

moto has the data. What is answered here leaves there what moto would have left, and is what botocore would
have made of moto's answer. Whatever is asked otherwise than the handlers ask, or has to be refused, goes to
moto as before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from local.direct import s3_objects, sqs_messages, stream_records, table_items
from local.moto_turns import TURN

Answer = Callable[[Mapping[str, Any]], dict[str, Any] | None]
"""Parameters of a call to what the client returns, ``None`` where moto is to answer."""

SERVICES: Mapping[str, Mapping[str, Answer]] = {
    "dynamodb": table_items.ANSWERS,
    "dynamodbstreams": stream_records.ANSWERS,
    "s3": s3_objects.ANSWERS,
    "sqs": sqs_messages.ANSWERS,
}


def always() -> bool:
    """Return that calls are to be answered directly."""
    return True


def answer_directly(events: Any, wanted: Callable[[], bool] = always) -> None:
    """Let clients that are made from now on by the session with these ``events`` answer what they can.

    They do so while it is ``wanted``; otherwise all calls go to moto.

    Whoever watches ``provide-client-params``, ``before-call`` and ``after-call`` is told as ever, before a
    call of a request without contents, and may answer there or raise; a call that goes to moto after all is
    told of twice.
    """
    for service in SERVICES:
        events.register(f"creating-client-class.{service}", partial(_extend, service, wanted))


def _extend(service: str, directly: Callable[[], bool], base_classes: list[type], **_: Any) -> None:
    class Direct(_Direct):
        answers = SERVICES[service]
        wanted = staticmethod(directly)

    base_classes.insert(0, Direct)


class _Direct:
    """Goes before botocore's own class."""

    answers: Mapping[str, Answer]
    wanted: Callable[[], bool]
    meta: Any
    exceptions: Any
    _request_signer: Any

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> Any:
        answer = self.answers.get(operation_name) if self.wanted() else None
        if answer is not None and (found := self._answered(operation_name, answer, api_params)) is not None:
            return found
        return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]  # botocore's

    def _answered(self, operation: str, answer: Answer, params: Mapping[str, Any]) -> dict[str, Any] | None:
        service = self.meta.service_model
        model, name = service.operation_model(operation), f"{service.service_id.hyphenize()}.{operation}"
        context = {"client_region": self.meta.region_name, "client_config": self.meta.config}
        told = {"model": model, "context": context}
        self.meta.events.emit(f"provide-client-params.{name}", params=params, model=model, context=context)
        request: dict[str, Any] = {"headers": {}, "body": b"", "context": context}
        _, given = self.meta.events.emit_until_response(
            f"before-call.{name}", params=request, request_signer=self._request_signer, **told
        )
        if given is not None:
            return None  # whoever answers instead of AWS is heard by the plain call
        try:
            with TURN:
                found = answer(params)
        except ClientError as refusal:
            code = refusal.response["Error"]["Code"]
            raise self.exceptions.from_code(code)(refusal.response, operation) from None
        if found is not None:
            found["ResponseMetadata"] = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
            http = AWSResponse("", 200, HTTPHeaders(), None)
            self.meta.events.emit(f"after-call.{name}", http_response=http, parsed=found, **told)
        return found
