"""How many of a plan's GPUs share a tensor, a sequence, the experts, or hold the same shard."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl import fsdp
from wizard.axolotl.plugins import EXPERT_PARALLEL, listed
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import integer, mapping, number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

_NOTES = (
    "tensor parallelism divides attention, feed-forwards, experts and lm_head, as transformers' plans do",
    "context parallelism gives each GPU the same share of every sequence",
    "expert parallelism sends each GPU the same number of tokens",
)


_WITH_BLOCK = Version(0, 20)
"""The first with a block `context_parallel` (0.20.0 integrations/context_parallel/args.py)."""
SIZES = (
    "tensor_parallel_size", "context_parallel_size", "expert_parallel_size", "dp_shard_size", "dp_replicate_size",
)  # fmt: skip
"""The keys of the axes."""


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
    tensor = max(1, tensor_parallel_size(plan))
    context = max(1, context_parallel_size(plan))
    expert = max(1, expert_parallel_size(plan))
    fixed = tensor * context * expert
    if gpus % fixed:
        return Mesh(), (f"parallel sizes of {fixed} do not fit {gpus} GPU{'s' if gpus > 1 else ''}: not counted",)
    notes = tuple(note for size, note in zip((tensor, context, expert), _NOTES, strict=True) if size > 1)
    left = gpus // fixed
    replicate, shard = max(1, dp_replicate_size(plan)), max(1, dp_shard_size(plan))
    if replicate == 1 and shard > 1:
        replicate = left // shard
    if replicate < 1 or left % replicate:
        return Mesh(tensor, context, expert), (*notes, f"{replicate} replicas do not fit {left} GPUs: not counted")
    return Mesh(tensor, context, expert, replicate), notes


def size(plan: Plan, key: str) -> int:
    """One of the parallel sizes as written; 0 where it is not set."""
    return integer(plan.get(key), 0)


def below_one(plan: Plan, key: str) -> bool:
    """Whether a size is written as less than 1, which is none."""
    return number(plan.get(key), 1.0) < 1


def written(plan: Plan) -> dict[str, object]:
    """The sizes that stand in the plan, as written."""
    return {key: plan[key] for key in SIZES if key in plan}


def divides(plan: Plan) -> bool:
    """Whether any of the parallel sizes is written as more than 1."""
    return any(size(plan, key) > 1 for key in SIZES) or context_parallel_size(plan) > 1


def tensor_parallel_size(plan: Plan) -> int:
    """GPUs that divide each linear layer; 0 where it is not set."""
    return size(plan, "tensor_parallel_size")


def context_parallel_size(plan: Plan) -> int:
    """GPUs that divide each sequence, under its name, its old one or in the block; 0 where none is set."""
    inside = integer(context_parallel(plan).get("size"), 0)
    return size(plan, "context_parallel_size") or size(plan, "sequence_parallel_degree") or max(0, inside)


def context_parallel(plan: Plan) -> dict[str, object]:
    """The block that says how a sequence is divided; empty where there is none, and of a version without it."""
    return mapping(plan, "context_parallel") if of_plan(plan) >= _WITH_BLOCK else {}


def divides_sequences(plan: Plan) -> bool:
    """Whether a context parallel size above 1 is written under its present name."""
    return number(plan.get("context_parallel_size"), 0.0) > 1


def sequence_parallel_degree(plan: Plan) -> object:
    """The old name of `context_parallel_size`, as written."""
    return plan.get("sequence_parallel_degree")


def expert_parallel_size(plan: Plan) -> int:
    """GPUs that divide the stacked experts; 0 without the plugin that reads it."""
    return size(plan, "expert_parallel_size") if listed(plan, EXPERT_PARALLEL) else 0


def dp_shard_size(plan: Plan) -> int:
    """GPUs that share one copy of the model; 0 where it is not set."""
    return size(plan, "dp_shard_size")


def dp_replicate_size(plan: Plan) -> int:
    """Copies of the model; 0 where it is not set."""
    return size(plan, "dp_replicate_size")


def laid_out(plan: Plan, count: int) -> int:
    """How many GPUs the mesh has that Axolotl makes of the sizes for `count` of them, experts apart.

    Source: axolotl 0.19.0 utils/distributed.py:320, 0.21.0 :367 `_get_parallel_config_kwargs`.
    """
    fixed = max(1, size(plan, "tensor_parallel_size")) * max(1, context_parallel_size(plan))
    left = count // fixed
    replicas, shards = max(1, size(plan, "dp_replicate_size")), size(plan, "dp_shard_size")
    if plan.get("dp_shard_size") is None and replicas == 1:
        return fixed * max(1, left)
    left //= replicas
    if left > 1 and shards > 1:
        spare = left // shards
        return fixed * replicas * shards * (spare if spare > 1 and replicas == 1 else 1)
    fills = left > 1 and fsdp.shards(plan)
    return fixed * replicas * (left if fills else 1)


def without_sizes(plan: Plan, count: int) -> dict[str, object]:
    """The sizes taken out where they can't be laid out on so many GPUs; empty where they can, or divide experts."""
    if expert_parallel_size(plan) > 1 or not divides(plan) or laid_out(plan, count) == count:
        return {}
    return {key: REMOVE for key in (*SIZES, "sequence_parallel_degree", "context_parallel") if key in plan}
