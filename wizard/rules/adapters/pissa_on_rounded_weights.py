"""MW937."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW937",
    "pissa-on-rounded-weights",
    "error",
    fix="unsafe",
    keys=("peft_init_lora_weights",),
    crashes=(
        "Please initialize PiSSA under float32, float16, or bfloat16",
        "linalg.svd: The algorithm failed to converge because the input matrix contained non-finite values",
    ),
)
def pissa_on_rounded_weights(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_init_lora_weights: pissa` on a base that is loaded in 4 or 8 bits.

    What it checks
        `pissa` or `pissa_niter_16` and the like in a run that makes a LoRA, where the base is quantized. Other starts
        that can't be made are MW910's.

    Why it matters
        PiSSA takes the weights apart; rounded ones are packed bits, no numbers to take apart. PEFT raises when
        the adapter is made, after the model's load.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: pissa

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: pissa

    Fix
        Take it out: PEFT starts with zeros in one of the two matrices then. Not safe: it is another start.

    Source
        axolotl 0.19.0 and 0.21.0 (trained with on a CPU); peft 0.21.2 tuners/lora/layer.py:433 and :446
    """
    plan = subject.plan
    name = str(plan.get("peft_init_lora_weights")).lower()
    if not adapters.makes_lora(plan) or not name.startswith("pissa"):
        return
    if quantization.quantization(plan, subject.model) == "none":
        return
    message = f"peft_init_lora_weights {name:.40} takes apart weights that are not rounded: no adapter can be made"
    fix = Fix({"peft_init_lora_weights": REMOVE}, "unsafe", "no peft_init_lora_weights")
    yield self.finding(message, "peft_init_lora_weights", plan=plan, fix=fix)
