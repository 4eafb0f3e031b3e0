"""What a request asks for, in IAM's terms."""

from __future__ import annotations

import json

import pytest

from tests.rehearsal.calls import calls

ACCOUNT = "123456789012"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/articles"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:kabar-articles.fifo"
SIGNED = "AWS4-HMAC-SHA256 Credential=FetchFunction/20260105/us-east-1/x/aws4_request, SignedHeaders=host"


def asked(method: str, url: str, target: str = "", body: object = None) -> list[tuple[str, str]]:
    headers = {"authorization": SIGNED, **({"x-amz-target": target} if target else {})}
    found = list(calls(method, url, headers, json.dumps(body).encode()))
    assert {who for who, _, _ in found} == {"FetchFunction"}
    return [(action, arn) for _, action, arn in found]


@pytest.mark.parametrize(
    ("operation", "body", "wanted"),
    [
        ("PutItem", {"TableName": "articles"}, [("dynamodb:PutItem", TABLE)]),
        (
            "Query",
            {"TableName": "articles", "IndexName": "by-owner"},
            [("dynamodb:Query", f"{TABLE}/index/by-owner")],
        ),
        ("BatchGetItem", {"RequestItems": {"articles": {}}}, [("dynamodb:BatchGetItem", TABLE)]),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "articles"}},
                    {"ConditionCheck": {"TableName": "articles"}},
                ]
            },
            [("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)],
        ),
    ],
)
def test_a_tables_actions_are_those_of_its_items(
    operation: str, body: object, wanted: list[tuple[str, str]]
) -> None:
    url = "https://dynamodb.us-east-1.amazonaws.com/"
    assert asked("POST", url, f"DynamoDB_20120810.{operation}", body) == wanted


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("SendMessage", "sqs:SendMessage"),
        ("SendMessageBatch", "sqs:SendMessage"),
        ("ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
        ("PurgeQueue", "sqs:PurgeQueue"),
    ],
)
def test_a_batch_of_messages_needs_what_one_message_needs(operation: str, action: str) -> None:
    body = {"QueueUrl": f"http://localhost:1/{ACCOUNT}/kabar-articles.fifo"}
    url = "https://sqs.us-east-1.amazonaws.com/"
    assert asked("POST", url, f"AmazonSQS.{operation}", body) == [(action, QUEUE)]


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("GET", "/site/a%20b/index.html", ("s3:GetObject", "arn:aws:s3:::site/a b/index.html")),
        ("HEAD", "/site/index.html", ("s3:GetObject", "arn:aws:s3:::site/index.html")),
        ("PUT", "/site/index.html?x-id=PutObject", ("s3:PutObject", "arn:aws:s3:::site/index.html")),
        ("DELETE", "/site/old", ("s3:DeleteObject", "arn:aws:s3:::site/old")),
        ("DELETE", "/site/old?versionId=1", ("s3:DeleteObjectVersion", "arn:aws:s3:::site/old")),
        ("GET", "/site?list-type=2&prefix=x", ("s3:ListBucket", "arn:aws:s3:::site")),
        ("GET", "/site?versions", ("s3:ListBucketVersions", "arn:aws:s3:::site")),
    ],
)
def test_an_objects_actions_follow_from_method_and_address(
    method: str, path: str, wanted: tuple[str, str]
) -> None:
    assert asked(method, f"https://s3.us-east-1.amazonaws.com{path}") == [wanted]


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "https://sns.us-east-1.amazonaws.com/"),
        ("GET", "https://s3.us-east-1.amazonaws.com/site?acl"),
    ],
)
def test_a_request_that_cannot_be_told_is_an_error_and_not_passed_over(method: str, url: str) -> None:
    with pytest.raises(ValueError, match=method):
        asked(method, url)
