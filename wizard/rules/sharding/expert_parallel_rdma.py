"""MW625."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.mesh import expert_parallel_size
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW625",
    "expert-parallel-rdma",
    "warning",
    fix="unsafe",
    keys=("expert_parallel_num_rdma_bytes",),
    quotes="expert_parallel_num_rdma_bytes != 0",
)
def expert_parallel_rdma(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Expert parallelism with an RDMA buffer.

    What it checks
        With the expert-parallel plugin: `expert_parallel_size` above 1 and `expert_parallel_num_rdma_bytes` not 0.

    Why it matters
        That path needs Hopper GPUs and InfiniBand with IBGDA. On Ampere, or inside one node, it fails.

    Example
        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            expert_parallel_num_rdma_bytes: 1048576

        Good:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT

    Fix
        The key goes, which leaves 0. Not safe: between nodes the buffer may be wanted.

    Source
        axolotl 0.19.0 integrations/expert_parallel/args.py:56 (executed)
    """
    plan = subject.plan
    written = plan.get("expert_parallel_num_rdma_bytes")
    if expert_parallel_size(plan) < 2 or number(written, 0.0) == 0:
        return
    message = f"expert_parallel_num_rdma_bytes {written} needs Hopper and InfiniBand with IBGDA: it fails elsewhere"
    fix = Fix({"expert_parallel_num_rdma_bytes": REMOVE}, "unsafe", "no RDMA buffer")
    yield self.finding(message, "expert_parallel_num_rdma_bytes", plan=plan, fix=fix)
