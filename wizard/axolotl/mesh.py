"""How many of a plan's GPUs share a tensor, a sequence, the experts, or hold the same shard."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.plan import Plan
from wizard.domain.values import integer, texts

EXPERT_PARALLEL = "axolotl.integrations.expert_parallel.ExpertParallelPlugin"


_NOTES = (
    "tensor parallelism divides attention, feed-forwards, experts and lm_head, as transformers' plans do",
    "context parallelism gives each GPU the same share of every sequence",
    "expert parallelism sends each GPU the same number of tokens",
)


@dataclass(frozen=True, slots=True)
class Mesh:
    """Sizes of the axes, each at least 1: GPUs that divide each linear layer (`tensor`), each sequence (`context`), the
    stacked experts (`expert`), and groups that hold the same (`replicate`).
    """

    tensor: int = 1
    context: int = 1
    expert: int = 1
    replicate: int = 1


def mesh(plan: Plan, gpus: int) -> tuple[Mesh, tuple[str, ...]]:
    """The axes of a plan on this many GPUs, and what had to be assumed.

    Sizes that do not multiply to the GPUs there are count as 1, the safe side (MW627 and MW628 say so).
    Source: axolotl 0.19 utils/distributed.py:320, `_get_parallel_config_kwargs`; a size without its plugin is no size.
    """
    tensor = _size(plan, "tensor_parallel_size")
    context = max(_size(plan, "context_parallel_size"), _size(plan, "sequence_parallel_degree"))
    has_plugin = EXPERT_PARALLEL in texts(plan.get("plugins"))
    expert = _size(plan, "expert_parallel_size") if has_plugin else 1
    fixed = tensor * context * expert
    if gpus % fixed:
        return Mesh(), (f"parallel sizes of {fixed} do not fit {gpus} GPU{'s' if gpus > 1 else ''}: not counted",)
    notes = tuple(note for size, note in zip((tensor, context, expert), _NOTES, strict=True) if size > 1)
    left = gpus // fixed
    replicate, shard = _size(plan, "dp_replicate_size"), _size(plan, "dp_shard_size")
    if replicate == 1 and shard > 1:
        replicate = left // shard
    if replicate < 1 or left % replicate:
        return Mesh(tensor, context, expert), (*notes, f"{replicate} replicas do not fit {left} GPUs: not counted")
    return Mesh(tensor, context, expert, replicate), notes


def _size(plan: Plan, key: str) -> int:
    return max(1, integer(plan.get(key), 1))
