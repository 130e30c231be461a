"""MW626."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.mesh import context_parallel_size, expert_parallel_size, size
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import gpus


@rule(
    "MW626",
    "dp-shard-without-fsdp",
    "error",
    keys=("dp_shard_size",),
    crashes="dp_shard_size was configured without a corresponding fsdp_config",
)
def dp_shard_without_fsdp(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dp_shard_size` without FSDP.

    What it checks
        `dp_shard_size` is above 1, neither `fsdp_config` nor `fsdp` is set, and there are GPUs left for it beside
        the other parallel sizes.

    Why it matters
        It says over how many GPUs FSDP divides the model, so Axolotl stops without FSDP: not at validation but when
        the model is loaded, after the data were prepared.

    Example
        Bad on 2xa100-80gb:
            dp_shard_size: 2

        Good on 2xa100-80gb:
            dp_shard_size: 2
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

    Fix
        `fsdp_version: 2` with an `fsdp_config`, or `dp_shard_size` goes. No single change is right.

    Source
        axolotl 0.19.0 utils/distributed.py:359 (read)
    """
    plan, count = subject.plan, gpus(subject)
    if count is None or size(plan, "dp_shard_size") < 2 or fsdp.shards(plan):
        return
    left = count
    for taken in (expert_parallel_size(plan), size(plan, "tensor_parallel_size"), context_parallel_size(plan)):
        left //= max(1, taken)
    left //= max(1, size(plan, "dp_replicate_size"))
    if left > 1:
        message = f"dp_shard_size {size(plan, 'dp_shard_size')} without fsdp_config: Axolotl stops at the model"
        yield self.finding(message, "dp_shard_size", "fsdp_config", plan=plan)
