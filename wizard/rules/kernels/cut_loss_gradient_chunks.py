"""MW590."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import CUT_LOSS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag, integer
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW590",
    "cut-loss-gradient-chunks",
    "error",
    fix="safe",
    keys=("cut_cross_entropy_c_grad_chunk_size",),
    quotes=("`cut_cross_entropy_c_grad_chunk_size` requires", "`cut_cross_entropy_c_grad_chunk_size` must be"),
    axolotl_since="0.20",
)
def cut_loss_gradient_chunks(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Chunks for the gradient of the head that the cut loss can not make.

    What it checks
        `cut_cross_entropy_c_grad_chunk_size` is set with its plugin, and is neither `auto` nor a positive multiple of
        128, or `cut_cross_entropy_accum_c_fp32` is not on.

    Why it matters
        Axolotl refuses the file: only the fp32 gradient of the head is made in chunks.

    Example
        Bad:
            plugins:
              - axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin
            cut_cross_entropy_c_grad_chunk_size: 4096

        Good:
            plugins:
              - axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin
            cut_cross_entropy_accum_c_fp32: true
            cut_cross_entropy_c_grad_chunk_size: 4096

    Fix
        The size goes. Safe: it did nothing.

    Source
        axolotl 0.20.0 integrations/cut_cross_entropy/args.py:87 (executed)
    """
    plan = subject.plan
    size = plan.get("cut_cross_entropy_c_grad_chunk_size")
    if not size or not listed(plan, CUT_LOSS):
        return
    if size != "auto" and (integer(size, 1) < 0 or integer(size, 1) % 128):
        said = f"cut_cross_entropy_c_grad_chunk_size {size} is neither auto nor a positive multiple of 128"
    elif not flag(plan.get("cut_cross_entropy_accum_c_fp32")):
        said = "cut_cross_entropy_c_grad_chunk_size without cut_cross_entropy_accum_c_fp32: true"
    else:
        return
    fix = Fix({"cut_cross_entropy_c_grad_chunk_size": REMOVE}, "safe", "no cut_cross_entropy_c_grad_chunk_size")
    yield self.finding(f"{said}: Axolotl refuses the file", "cut_cross_entropy_c_grad_chunk_size", plan=plan, fix=fix)
