"""MW310."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early, quantization
from wizard.axolotl.adapters import TARGETS
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW310",
    "quantized-without-adapter",
    "error",
    fix="unsafe",
    keys=("load_in_8bit", "load_in_4bit"),
    quotes="load_in_8bit and load_in_4bit are not supported without setting an adapter",
)
def quantized_without_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A full fine-tune of weights loaded in 4 or 8 bits.

    What it checks
        `load_in_4bit` or `load_in_8bit` is on and `adapter` is not set.

    Why it matters
        Quantized weights can't be trained, so Axolotl refuses the file. Either an adapter is trained on top of
        them, or all weights are trained and stay in 16 bits.

    Example
        Bad:
            load_in_4bit: true

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        An adapter that fits the bits: `qlora` for 4, `lora` for 8, with rank 16 where none is set. Not safe: an
        adapter is trained in place of the whole model.

    Source
        axolotl 0.19.0 utils/schemas/peft.py:202 (executed)
    """
    plan = subject.plan
    bits = quantization.early_bits(plan)
    if not bits or adapters.adapter(plan) or plan.get("inference"):
        return
    changes: dict[str, object] = {"adapter": "qlora" if "load_in_4bit" in bits else "lora"}
    if len(bits) > 1:
        changes["load_in_8bit"] = REMOVE
    if not early.is_set(plan, "lora_r") or not plan.get("lora_alpha"):
        changes |= {"lora_r": 16, "lora_alpha": 32}
    if not early.which(plan, TARGETS):
        changes["lora_target_linear"] = True
    message = f"{' and '.join(bits)} without an adapter: Axolotl refuses the file, quantized weights can't be trained"
    fix = Fix(changes, "unsafe", f"adapter: {changes['adapter']}")
    yield self.finding(message, *bits, "adapter", plan=plan, fix=fix)
