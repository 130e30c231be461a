"""MW652."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, deepspeed, mesh, packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW652",
    "ring-attention-impossible",
    "warning",
    fix="unsafe",
    keys=("context_parallel",),
    crashes=(
        "Multi-row packed CP requires load_balance: none or auto",
        "Ringmaster's torch_native Ring kernel is forward-only",
    ),
    axolotl_since="0.20",
)
def ring_attention_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of ring attention that ringmaster can't train with.

    What it checks
        The block `context_parallel` with a size above 1, outside DeepSpeed: `load_balance` head_tail or distflash
        with packing and `micro_batch_size` above 1; or `ring_impl: torch_native` with `backend` ring, or a
        `ring_size` above 1.

    Why it matters
        Axolotl stops when it makes the trainer, after the model is loaded: several packed rows can't be dealt out
        that way, and that kernel has no backward pass.

    Example
        Bad:
            context_parallel: {size: 2, backend: ring, ring_impl: torch_native}

        Bad:
            context_parallel: {size: 2, backend: ring, load_balance: head_tail}
            sample_packing: true
            attn_implementation: flash_attention_2
            micro_batch_size: 2

        Good:
            context_parallel: {size: 2, backend: ring, ring_impl: hf_kernels}
            attn_implementation: flash_attention_2

    Fix
        `load_balance: auto` or `ring_impl: auto`. Not safe: another schedule.

    Source
        axolotl 0.20.0 integrations/context_parallel/plugin.py:152, 0.21.0 :171 and :214 (read)
    """
    plan = subject.plan
    block = mesh.context_parallel(plan)
    if mesh.context_parallel_size(plan) < 2 or deepspeed.deepspeed(plan):
        return
    rings = block.get("backend") == "ring" or integer(block.get("ring_size"), 1) > 1
    packed = packing.sample_packing(plan) or packing.flattens(plan)
    if packed and batch.micro_batch_size(plan) > 1 and block.get("load_balance", "auto") not in ("auto", "none"):
        key, why = "load_balance", "with several packed rows"
    elif rings and block.get("ring_impl") == "torch_native":
        key, why = "ring_impl", "which has no backward pass"
    else:
        return
    message = f"context_parallel.{key} {block[key]}, {why}: Axolotl likely stops when it makes the trainer"
    fix = Fix({"context_parallel": {**block, key: "auto"}}, "unsafe", f"{key}: auto")
    yield self.finding(message, "context_parallel", plan=plan, fix=fix)
