"""The context object that Lambda hands to a handler."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FakeLambdaContext:
    """As much of the context as Powertools and our handlers read; time is in milliseconds."""

    function_name: str = "newswire-test"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:ap-southeast-3:123456789012:function:newswire-test"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"
    remaining_ms: int = 300_000

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may still run."""
        return self.remaining_ms
