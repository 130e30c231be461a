"""MW553."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import losses, mesh
from wizard.axolotl.plugins import LIGER, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW553",
    "liger-with-tensor-parallel",
    "error",
    fix="unsafe",
    keys=("tensor_parallel_size",),
    quotes=("`liger_rms_norm` is incompatible with tensor parallelism", "not compatible with liger losses"),
)
def liger_with_tensor_parallel(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Liger's norm or fused loss under tensor parallelism.

    What it checks
        Liger's plugin is listed, `tensor_parallel_size` is above 1, and `liger_rms_norm` or
        `liger_fused_linear_cross_entropy` is on.

    Why it matters
        These kernels take whole tensors, and tensor parallelism splits them. Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            tensor_parallel_size: 2
            liger_rms_norm: true

        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            tensor_parallel_size: 2
            liger_fused_linear_cross_entropy: true

        Good:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            tensor_parallel_size: 2
            liger_rope: true

    Fix
        The kernels' keys go. Not safe: the fused loss is what kept the logits out of memory.

    Source
        axolotl 0.19.0 integrations/liger/args.py:113 and :135 (executed)
    """
    plan = subject.plan
    if mesh.tensor_parallel_size(plan) <= 1 or not listed(plan, LIGER):
        return
    on = ["liger_rms_norm"] if plan.get("liger_rms_norm") else []
    if losses.liger_fused_linear_cross_entropy(plan):
        on.append("liger_fused_linear_cross_entropy")
    if not on:
        return
    message = f"{joined(on)} can't run under tensor parallelism: Axolotl refuses the config"
    fix = Fix(removed(on), "unsafe", f"no {joined(on)}")
    yield self.finding(message, *on, "tensor_parallel_size", plan=plan, fix=fix)
