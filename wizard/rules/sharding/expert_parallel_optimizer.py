"""MW650."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_UNSAVED = ("adamw_torch_4bit", "ao_adamw_4bit", "ao_adamw_fp8")


@rule(
    "MW650",
    "expert-parallel-optimizer",
    "error",
    fix="unsafe",
    keys=("expert_parallel_size",),
    quotes="> 1 does not support optimizer",
    axolotl_since="0.21",
)
def expert_parallel_optimizer(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Expert parallelism with an optimizer whose states it can't save small.

    What it checks
        `expert_parallel_size` above 1 with `optimizer` adamw_torch_4bit, ao_adamw_4bit or ao_adamw_fp8.

    Why it matters
        Axolotl refuses the file: a checkpoint gathers the states of all experts, and these would come back at
        several times their memory.

    Example
        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            optimizer: ao_adamw_4bit

        Good:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            optimizer: adamw_torch_8bit

    Fix
        `optimizer: adamw_torch_8bit`. Not safe: its states take twice the memory of 4 bits.

    Source
        axolotl 0.21.0 integrations/expert_parallel/args.py:127 (executed)
    """
    plan = subject.plan
    optimizer = plan.get("optimizer")
    if mesh.expert_parallel_size(plan) > 1 and optimizer in _UNSAVED:
        message = f"expert parallelism with optimizer {optimizer}: Axolotl refuses the file"
        fix = Fix({"optimizer": "adamw_torch_8bit"}, "unsafe", "optimizer: adamw_torch_8bit")
        yield self.finding(message, "optimizer", "expert_parallel_size", plan=plan, fix=fix)
