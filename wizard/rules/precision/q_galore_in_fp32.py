"""MW218."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, deepspeed, early
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW218",
    "q-galore-in-fp32",
    "warning",
    fix="unsafe",
    keys=("optimizer",),
    quotes="q_galore_adamw8bit benefits from mixed-precision",
)
def q_galore_in_fp32(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`q_galore_adamw8bit` where neither bf16 nor fp16 is written.

    What it checks
        `optimizer: q_galore_adamw8bit`, and none of `bf16`, `bfloat16` and `fp16` is on in the file. The
        default `bf16: auto` counts only when it is written.

    Why it matters
        In fp32 the weights and gradients take back most of what the optimizer saves. Axolotl warns also where
        the default would give bf16.

    Example
        Bad:
            optimizer: q_galore_adamw8bit
            bf16: null

        Bad:
            optimizer: q_galore_adamw8bit
            bf16: false

        Good:
            optimizer: q_galore_adamw8bit
            bf16: auto

    Fix
        `bf16: auto`. Safe where nothing was written, since it is the default; unsafe where bf16 was off.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1043 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") != "q_galore_adamw8bit" or adapters.adapter(plan) or deepspeed.deepspeed(plan):
        return  # the last two are refused before this is asked
    if early.is_set(plan, "bf16") or early.is_set(plan, "bfloat16") or early.is_set(plan, "fp16"):
        return
    absent = "bf16" not in plan
    state = "no precision is written" if absent else "bf16 and fp16 are off"
    message = f"q_galore_adamw8bit saves little in fp32, and {state}: Axolotl warns of it"
    fix = Fix({"bf16": "auto"}, "safe" if absent else "unsafe", "bf16: auto")
    yield self.finding(message, "optimizer", "bf16", plan=plan, fix=fix)
