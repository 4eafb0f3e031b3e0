"""Where a stack can be: CloudFormation refuses a template with a type that the region does not have.

It does so whatever the template's conditions say ("Unrecognized resource types"). cfn-lint knows the types
of each region.
"""

from __future__ import annotations

from collections.abc import Mapping

# Every commercial region (partition aws).
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "ca-west-1", "mx-central-1"),
    *("sa-east-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1"),
    *("eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "af-south-1"),
    *("ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
    *("ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"),
    *("ap-southeast-5", "ap-southeast-6", "ap-southeast-7"),
)

# Stacks inside that some regions cannot have, with the reason; each is made only where it is asked for.
NOT_EVERYWHERE: Mapping[str, str] = {"BudgetStack": "twenty regions have no AWS::Budgets::Budget"}
