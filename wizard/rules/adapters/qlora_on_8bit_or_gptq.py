"""MW313."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, quantization, switches
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW313",
    "qlora-on-8bit-or-gptq",
    "error",
    fix="unsafe",
    keys=("load_in_8bit", "gptq"),
    quotes=("Can't load qlora in 8bit", "Can't load qlora if gptq"),
)
def qlora_on_8bit_or_gptq(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`adapter: qlora` on weights of 8 bits or of GPTQ.

    What it checks
        `adapter: qlora` without `merge_lora`, and `load_in_8bit` or `gptq` on, even beside `load_in_4bit`.

    Why it matters
        Axolotl refuses the file. LoRA on 8-bit or GPTQ weights is `adapter: lora` there; `qlora` means 4 bits by
        bitsandbytes alone.

    Example
        Bad:
            adapter: qlora
            load_in_8bit: true
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Bad:
            base_model: TheBloke/Llama-2-7B-GPTQ
            adapter: qlora
            load_in_4bit: true
            gptq: true
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
        Beside `load_in_4bit` the other goes; without it `adapter: lora`. Not safe: which was meant is a guess.

    Source
        axolotl 0.19.0 utils/schemas/peft.py:241 and :244 (executed)
    """
    plan = subject.plan
    if adapters.adapter(plan) != "qlora" or on(plan.get("merge_lora")):
        return
    others = switches.on(plan, ("load_in_8bit", "gptq"))
    if not others:
        return
    if "gptq" in others or not quantization.load_in_4bit(plan):
        changes: dict[str, object] = {"adapter": "lora"}
        if "gptq" in others:
            changes |= {"load_in_4bit": REMOVE, "load_in_8bit": REMOVE}
        fix = Fix(changes, "unsafe", "adapter: lora")
    else:
        fix = Fix({"load_in_8bit": REMOVE}, "unsafe", "4 bits alone")
    message = f"adapter qlora with {' and '.join(others)}: Axolotl refuses the file, qlora takes load_in_4bit alone"
    yield self.finding(message, *others, "adapter", plan=plan, fix=fix)
