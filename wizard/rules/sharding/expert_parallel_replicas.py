"""MW651."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW651",
    "expert-parallel-replicas",
    "error",
    fix="unsafe",
    keys=("expert_parallel_size",),
    quotes="needs a shard axis inside each replica",
    axolotl_since="0.20",
    axolotl_until="0.20",
)
def expert_parallel_replicas(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Expert parallelism in replicas that divide nothing else.

    What it checks
        `expert_parallel_size` and `dp_replicate_size` above 1, and neither `dp_shard_size` nor the context parallel
        size.

    Why it matters
        Axolotl 0.20 refuses the file: the experts had no group to reduce their gradients over, and replicas would
        drift apart. 0.21 takes it.

    Example
        Bad for 0.20:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            dp_replicate_size: 2

        Good for 0.20:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            dp_replicate_size: 2
            dp_shard_size: 2


    Fix
        `dp_replicate_size` goes. Not safe: the model is divided over more GPUs.

    Source
        axolotl 0.20.0 integrations/expert_parallel/args.py:135 (executed)
    """
    plan = subject.plan
    replicas = mesh.dp_replicate_size(plan)
    if mesh.expert_parallel_size(plan) < 2 or replicas < 2:
        return
    if mesh.dp_shard_size(plan) > 1 or mesh.context_parallel_size(plan) > 1:
        return
    message = f"expert parallelism with dp_replicate_size {replicas} alone: Axolotl refuses the file"
    fix = Fix({"dp_replicate_size": REMOVE}, "unsafe", "no dp_replicate_size")
    yield self.finding(message, "dp_replicate_size", "expert_parallel_size", plan=plan, fix=fix)
