"""MW647."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW647",
    "experts-and-tensors-divided",
    "error",
    fix="unsafe",
    keys=("expert_parallel_size",),
    quotes="tensor_parallel_size > 1 cannot be combined with expert_parallel_size",
    axolotl_since="0.20",
)
def experts_and_tensors_divided(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Tensor parallelism and expert parallelism together.

    What it checks
        `tensor_parallel_size` and `expert_parallel_size` are both above 1.

    Why it matters
        Axolotl refuses the file: the experts are divided by one of the two, and the rest by FSDP2.

    Example
        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            tensor_parallel_size: 2

        Good:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            dp_shard_size: 2

    Fix
        `tensor_parallel_size` goes. Not safe: the rest of the model is divided otherwise.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2345 (executed)
    """
    plan = subject.plan
    tensor, experts = mesh.tensor_parallel_size(plan), mesh.expert_parallel_size(plan)
    if tensor > 1 and experts > 1:
        message = f"tensor_parallel_size {tensor} with expert_parallel_size {experts}: Axolotl refuses the file"
        fix = Fix({"tensor_parallel_size": REMOVE}, "unsafe", "no tensor parallelism")
        yield self.finding(message, "tensor_parallel_size", "expert_parallel_size", plan=plan, fix=fix)
