"""What checkov finds in the templates and stays as it is: the only place where that is said, with why.

checkov knows a template's text, not its purpose. Each entry names the resources; ``make lint`` fails on a
finding that is not here, and on an entry that checkov no longer finds.
"""

from __future__ import annotations

from dataclasses import dataclass

FUNCTIONS = ("FetchFunction", "ExtractFunction", "PublishFunction")
QUEUES = (
    "ArticleQueue",
    "ArticleDeadLetterQueue",
    "FetchQueue",
    "FetchDeadLetterQueue",
    "PublishFailureQueue",
    "ScheduleFailureQueue",
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A check, the logical ids where it fails, and why that is right."""

    check: str
    resources: tuple[str, ...]
    reason: str


ACCEPTED = (
    Accepted(
        "CKV_AWS_18",
        ("ArticleBucket", "SiteBucket"),
        "Access logs are personal data of readers and a third bucket to protect. Who may reach the buckets is"
        " in the policies: three roles and one distribution.",
    ),
    Accepted(
        "CKV_AWS_26",
        ("Topic",),
        "CloudWatch may not publish to a topic that is encrypted with the key that AWS manages for SNS, and a"
        " customer key costs more a month than all alarms. A message names an alarm, a metric and its value;"
        " the topic refuses whoever comes without TLS.",
    ),
    Accepted(
        "CKV_AWS_27",
        QUEUES,
        "The check knows customer keys only. Every queue has SqsManagedSseEnabled, by a rule of ours"
        " (tests/deploy/rules/stores.py, encryption).",
    ),
    Accepted(
        "CKV_AWS_28",
        ("PingTable",),
        "What hubs were told in the last day: without it they are told once more. The other tables have it.",
    ),
    Accepted(
        "CKV_AWS_68",
        ("Distribution",),
        "Static objects, GET and HEAD only, nothing that a request could reach behind them. A web ACL costs"
        " more a month than all the rest of a small portal.",
    ),
    Accepted(
        "CKV_AWS_86",
        ("Distribution",),
        "Logs of who read what are personal data that nobody here needs.",
    ),
    Accepted(
        "CKV_AWS_115",
        FUNCTIONS,
        "A new AWS account has ten concurrent runs and cannot reserve any. MaximumConcurrency on the queues'"
        " mappings bounds them.",
    ),
    Accepted(
        "CKV_AWS_116",
        FUNCTIONS,
        "The check knows DeadLetterConfig only. Asynchronous runs have an on-failure destination, queues a"
        " dead-letter queue, the stream an on-failure queue (tests/deploy/rules/flow.py, failures).",
    ),
    Accepted(
        "CKV_AWS_117",
        FUNCTIONS,
        "The functions ask the public web, and a VPC would need a NAT gateway for it. The address guard"
        " refuses what is not public; a VPC would be something private to reach.",
    ),
    Accepted(
        "CKV_AWS_119",
        ("ArticleTable", "FeedTable", "PingTable"),
        "Public articles, encrypted with a key that AWS owns. A customer key is charged for every call.",
    ),
    Accepted(
        "CKV_AWS_158",
        ("FetchLogGroup", "ExtractLogGroup", "PublishLogGroup"),
        "Encrypted with CloudWatch's own key. The logs name public addresses and hold no secret.",
    ),
    Accepted(
        "CKV_AWS_173",
        FUNCTIONS,
        "The environment holds names of tables, buckets and queues (tests/deploy/rules/flow.py, secrets).",
    ),
    Accepted(
        "CKV_AWS_174",
        ("Distribution",),
        "CloudFront's own domain comes with CloudFront's own certificate, which takes no minimum. With a"
        " domain of one's own, TLS 1.2 is set where its certificate is.",
    ),
)
