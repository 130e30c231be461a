"""MW314."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, switches
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule

_BITS = ("load_in_8bit", "gptq", "load_in_4bit")


@rule(
    "MW314",
    "qlora-merge-quantized",
    "error",
    fix="safe",
    keys=("merge_lora",),
    quotes=("Can't merge qlora if loaded in 8bit", "Can't merge qlora if gptq", "Can't merge qlora if loaded in 4bit"),
)
def qlora_merge_quantized(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`merge_lora` written into the training file of a QLoRA.

    What it checks
        `adapter: qlora` and `merge_lora` with `load_in_4bit`, `load_in_8bit` or `gptq` on.

    Why it matters
        Axolotl refuses the file: an adapter is merged into the 16-bit weights. The command
        `axolotl merge-lora` sets `merge_lora` and turns the bits off by itself; in the file it only stops training.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            merge_lora: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `merge_lora` goes where `load_in_4bit` is on. Safe: training computes the same; merge with `axolotl merge-lora`.

    Source
        axolotl 0.19.0 utils/schemas/peft.py:228 (executed)
    """
    plan = subject.plan
    if adapters.adapter(plan) != "qlora" or not on(plan.get("merge_lora")):
        return
    bits = switches.on(plan, _BITS)
    if not bits:
        return
    message = f"merge_lora with {' and '.join(bits)}: Axolotl refuses to merge a qlora into quantized weights"
    fix = Fix({"merge_lora": REMOVE}, "safe", "no merge_lora in the file") if bits == ["load_in_4bit"] else None
    yield self.finding(message, "merge_lora", *bits, plan=plan, fix=fix)
