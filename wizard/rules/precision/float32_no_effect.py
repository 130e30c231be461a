"""MW223."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW223", "float32-no-effect", "warning", fix="safe", keys=("float32",))
def float32_no_effect(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`float32: true` in a plan that trains in 16 bits.

    What it checks
        `float32` is on while the precision comes out as bf16 or fp16, be it from the default `bf16: auto`.

    Why it matters
        Nothing but the loader of a 4-bit base under FSDP reads `float32`: the run likely trains in 16 bits
        without a word. fp32 is what is left with `bf16: false` and no fp16.

    Example
        Bad:
            bf16: auto
            float32: true

        Good:
            bf16: false
            float32: true

        Good:
            bf16: auto

    Fix
        Take it out. Safe: it has no effect. If fp32 is wanted, write `bf16: false`.

    Source
        axolotl 0.19.0 utils/config/__init__.py:198-203, utils/model_shard_quant.py:155 (read)
    """
    plan = subject.plan
    precision = subject.effective.precision
    if not flag(plan.get("float32")) or precision == "fp32":
        return
    if quantization.load_in_4bit(plan) and fsdp.shards(plan):
        return
    message = f"float32: true likely has no effect: the plan trains in {precision}; bf16: false is what gives fp32"
    fix = Fix({"float32": REMOVE}, "safe", "take float32 out")
    yield self.finding(message, "float32", "bf16", plan=plan, fix=fix)
