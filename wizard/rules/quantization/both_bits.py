"""MW367."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW367", "both-bits", "warning", fix="safe", keys=("load_in_4bit",))
def both_bits(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`load_in_4bit` and `load_in_8bit` with `adapter: lora`.

    What it checks
        `adapter: lora` with both on. With qlora Axolotl refuses it.

    Why it matters
        The file is accepted, and 8 bits win without a word: twice the memory of 4 bits.

    Example
        Bad:
            adapter: lora
            load_in_4bit: true
            load_in_8bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            adapter: lora
            load_in_8bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `load_in_4bit` goes. Safe: it had no effect. For 4 bits `adapter: qlora` and `load_in_4bit` alone.

    Source
        axolotl 0.19.0 loaders/model.py:829 (read); accepted (executed)
    """
    plan = subject.plan
    if adapters.adapter(plan) != "lora" or not (quantization.load_in_4bit(plan) and quantization.load_in_8bit(plan)):
        return
    message = "load_in_4bit and load_in_8bit with adapter lora: 8 bits likely win, and load_in_4bit has no effect"
    fix = Fix({"load_in_4bit": REMOVE}, "safe", "load_in_8bit alone")
    yield self.finding(message, "load_in_4bit", "load_in_8bit", plan=plan, fix=fix)
