"""What several rules of this topic read, as Axolotl reads it."""

from __future__ import annotations

from wizard.axolotl import attention
from wizard.axolotl.mesh import EXPERT_PARALLEL
from wizard.domain.plan import Plan
from wizard.domain.values import integer, mapping, texts
from wizard.rules.registry import Subject

PREFIX = "fsdp_"


def prefixed(key: object) -> bool:
    """Whether a key of `fsdp_config` has the deprecated prefix."""
    return isinstance(key, str) and key.startswith(PREFIX) and key != "fsdp_version"


def bare(key: str) -> str:
    """A key of `fsdp_config` as Axolotl renames it."""
    return key.replace(PREFIX, "") if prefixed(key) else key


def fsdp_config(plan: Plan) -> dict[str, object]:
    """`fsdp_config` without the deprecated prefixes (check_fsdp_config_kwargs_prefix)."""
    return {bare(str(key)): value for key, value in mapping(plan, "fsdp_config").items()}


def fsdp_version(plan: Plan) -> object:
    """The version as written at the top or else inside `fsdp_config`; 1 where it stands nowhere."""
    block = mapping(plan, "fsdp_config")
    return plan.get("fsdp_version") or block.get("version") or block.get("fsdp_version") or 1


def with_value(plan: Plan, name: str, value: object) -> dict[str, object]:
    """`fsdp_config` with this key set, under the name it has there."""
    block = mapping(plan, "fsdp_config")
    written = next((key for key in block if isinstance(key, str) and bare(key) == name), name)
    return {**block, written: value}


def size(plan: Plan, key: str) -> int:
    """One of the parallel sizes; 0 where it is not set."""
    return integer(plan.get(key), 0)


def context_parallel(plan: Plan) -> int:
    """`context_parallel_size`, or its old name."""
    return size(plan, "context_parallel_size") or size(plan, "sequence_parallel_degree")


def expert_parallel(plan: Plan) -> int:
    """`expert_parallel_size` where its plugin is listed, else 0."""
    return size(plan, "expert_parallel_size") if EXPERT_PARALLEL in texts(plan.get("plugins")) else 0


def gpus(subject: Subject) -> int | None:
    """How many GPUs there are; None where that is not known."""
    machine = subject.machine
    return machine.count if machine and machine.gpus else None


def attention_base(plan: Plan) -> str | None:
    """The attention a plan ends up with, without revision or kernel name."""
    return attention.base(attention.normalized(plan))
