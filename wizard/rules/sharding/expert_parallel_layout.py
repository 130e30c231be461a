"""MW628."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.mesh import context_parallel_size, expert_parallel_size, size
from wizard.domain.finding import Finding
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import gpus

_COUNTS_REPLICAS = Version(0, 20)


@rule(
    "MW628",
    "expert-parallel-layout",
    "error",
    keys=("expert_parallel_size",),
    crashes=(
        "but world_size = ",
        "must divide world_size",
        "TP composition not yet supported",
        "to fill the remaining",
    ),
)
def expert_parallel_layout(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Expert parallelism that can't be laid out on the GPUs.

    What it checks
        With the expert-parallel plugin, `expert_parallel_size` above 1 and a known machine of several GPUs: that
        size times `dp_shard_size`, `tensor_parallel_size`, `context_parallel_size` and, from 0.20 on,
        `dp_replicate_size` is the number of GPUs; and tensor parallelism is not mixed in.

    Why it matters
        Axolotl stops when it builds the process groups, after the data were prepared.

    Example
        Bad on 4xa100-80gb:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2

        Good on 4xa100-80gb:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 4

    Fix
        Set `expert_parallel_size` to the number of GPUs, or fill the rest with `dp_shard_size` and an
        `fsdp_config`. No single change is right.

    Source
        axolotl 0.19.0 integrations/expert_parallel/plugin.py:280, utils/distributed.py:334;
        0.20.0 integrations/expert_parallel/plugin.py:774 (read)
    """
    plan, count = subject.plan, gpus(subject)
    experts = expert_parallel_size(plan)
    if experts < 2 or count is None or count < 2:
        return
    tensor, shards = max(1, size(plan, "tensor_parallel_size")), max(1, size(plan, "dp_shard_size"))
    product = experts * shards * tensor * max(1, context_parallel_size(plan))
    if subject.axolotl >= _COUNTS_REPLICAS:
        product *= max(1, size(plan, "dp_replicate_size"))
    if product != count:
        message = (
            f"expert_parallel_size {experts} and the other parallel sizes multiply to {product} on {count} GPUs: "
            "Axolotl stops when it builds the process groups"
        )
    elif tensor > 1:
        message = f"expert_parallel_size {experts} with tensor_parallel_size {tensor}: Axolotl refuses the mix"
    else:
        return
    yield self.finding(message, "expert_parallel_size", plan=plan)
