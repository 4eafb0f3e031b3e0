"""moto's CloudFormation without the models of services that no template of ours has.

It imports those of thirty services to know which types it can create: more than a second, most of it for EC2.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_READER = "moto.cloudformation.parsing"
# What its module imports besides S3, DynamoDB, SQS and what these need.
_UNUSED = (
    *("apigateway", "autoscaling", "awslambda", "batch", "datapipeline", "ec2", "ecr", "ecs", "efs", "elb"),
    *("elbv2", "emr", "iam", "iot", "kinesis", "kms", "rds", "redshift", "route53", "sagemaker", "sns"),
    *("ssm", "stepfunctions"),
)


def read_without_unused_services() -> None:
    """Import moto's CloudFormation, which then creates no type of a service left out."""
    if _READER in sys.modules:
        return
    missing = [name for name in _UNUSED if f"moto.{name}" not in sys.modules]
    stand_ins = {module.__name__: module for name in missing for module in _stand_ins(name)}
    sys.modules.update(stand_ins)
    try:
        importlib.import_module(_READER)
    finally:
        for name in stand_ins:
            del sys.modules[name]


def _stand_ins(service: str) -> list[ModuleType]:
    """Return a package that has what moto's CloudFormation takes from it by name, and nothing else."""
    package, models = ModuleType(f"moto.{service}"), ModuleType(f"moto.{service}.models")
    core, utils = ModuleType(f"{models.__name__}.core"), ModuleType(f"{package.__name__}.utils")
    package.__path__, models.__path__ = [], []
    made: dict[ModuleType, dict[str, Any]] = {
        package: {"models": models, "ssm_backends": None},
        models: {"sns_backends": None},
        core: {"TaggedEC2Resource": type("TaggedEC2Resource", (), {})},
        utils: {"get_backend": None},
    }
    for module, names in made.items():
        for name, value in names.items():
            setattr(module, name, value)
    return [package, models, core, utils]
