"""MW694."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.mesh import expert_parallel_size
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW694",
    "expert-parallel-needs-fsdp2",
    "error",
    fix="unsafe",
    keys=("expert_parallel_size",),
    quotes=("> 1 requires FSDP2", "> 1 requires fsdp_config."),
    axolotl_since="0.20",
)
def expert_parallel_needs_fsdp2(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Expert parallelism without FSDP2, or with sharded checkpoints.

    What it checks
        `expert_parallel_size` is above 1, and there is no `fsdp_config`, or its `state_dict_type` (or
        `final_state_dict_type`) is not FULL_STATE_DICT.

    Why it matters
        Axolotl refuses the file: under DDP gradients and checkpoints of the experts are wrong, and a sharded checkpoint
        keeps the experts of one group alone.

    Example
        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2

        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

        Good:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT

    Fix
        `fsdp_config` with `state_dict_type: FULL_STATE_DICT`, where all else goes with FSDP2. Not safe: the model is
        divided otherwise.

    Source
        axolotl 0.20.0 integrations/expert_parallel/args.py:96 (executed)
    """
    plan = subject.plan
    experts, block = expert_parallel_size(plan), fsdp.fsdp_config(plan)
    if experts < 2:
        return
    named, last = block.get("state_dict_type"), block.get("final_state_dict_type")
    whole = named == "FULL_STATE_DICT" and last in (None, "FULL_STATE_DICT")
    if block and whole:
        return
    wanted = {**block, "state_dict_type": "FULL_STATE_DICT"}
    if last is not None:
        wanted["final_state_dict_type"] = "FULL_STATE_DICT"
    needs = "fsdp_config.state_dict_type: FULL_STATE_DICT" if block else "FSDP2: an fsdp_config"
    changes = {"fsdp_version": 2, "fsdp_config": wanted}
    fix = subject.first_that_runs(Fix(changes, "unsafe", "FSDP2 with FULL_STATE_DICT"))
    message = f"expert_parallel_size {experts} needs {needs}: Axolotl refuses the file"
    yield self.finding(message, "expert_parallel_size", "fsdp_config", plan=plan, fix=fix)
