"""MW646."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, mesh, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import glm_kernels

_SIZES = ("context_parallel_size", "sequence_parallel_degree", "context_parallel")


@rule(
    "MW646",
    "context-parallel-under-deepspeed",
    "error",
    fix="unsafe",
    keys=_SIZES,
    quotes=(
        "with context_parallel_size > 1 under DeepSpeed is not",
        "Under DeepSpeed, context parallelism maps to DeepSpeed Ulysses",
    ),
    axolotl_since="0.21",
)
def context_parallel_under_deepspeed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Context parallelism under DeepSpeed in a way that DeepSpeed does not have.

    What it checks
        `deepspeed` with a context parallel size above 1, and `rl` is set, or the block `context_parallel` asks for
        a ring: `backend` ring or usp, a `ring_size` above 1, or a `ulysses_size` that is not the whole size.

    Why it matters
        Axolotl refuses the file. Under DeepSpeed sequences are divided by its Ulysses alone, and only the
        supervised trainer weighs the losses of its ranks.

    Example
        Bad:
            deepspeed: deepspeed_configs/zero3_bf16.json
            context_parallel: {size: 2, backend: ring}

        Bad:
            deepspeed: deepspeed_configs/zero3_bf16.json
            context_parallel_size: 2
            rl: grpo
            trl: {num_generations: 2}

        Good:
            deepspeed: deepspeed_configs/zero3_bf16.json
            context_parallel: {size: 2, backend: ulysses}

    Fix
        The block keeps its size alone, and `backend: ulysses`; with `rl` context parallelism goes. Not safe: another
        schedule, and longer sequences on each GPU.

    Source
        axolotl 0.21.0 utils/schemas/validation.py:2324 (executed)
    """
    plan = subject.plan
    size, block, method = mesh.context_parallel_size(plan), mesh.context_parallel(plan), preference.rl(plan)
    if size < 2 or not deepspeed.deepspeed(plan) or glm_kernels(plan):
        return  # MW645 tells of those kernels
    if method:
        message = f"rl: {method} with context parallelism under DeepSpeed: Axolotl refuses the file"
        off = Fix({key: REMOVE for key in _SIZES if plan.get(key) is not None}, "unsafe", "no context parallelism")
        yield self.finding(message, "rl", "deepspeed", plan=plan, fix=off)
        return
    ring, heads = (integer(block.get(key), default) for key, default in (("ring_size", 1), ("ulysses_size", size)))
    if block.get("backend", "auto") in ("auto", "ulysses") and ring == 1 and heads == size:
        return
    left = {key: value for key, value in block.items() if key not in ("ring_size", "ulysses_size")}
    message = "context_parallel asks for a ring, which DeepSpeed does not have: Axolotl refuses the file"
    fix = Fix({"context_parallel": {**left, "backend": "ulysses"}}, "unsafe", "backend: ulysses")
    yield self.finding(message, "context_parallel", "deepspeed", plan=plan, fix=fix)
