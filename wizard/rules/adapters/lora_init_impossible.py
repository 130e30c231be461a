"""MW228."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW228",
    "lora-init-impossible",
    "error",
    fix="unsafe",
    keys=("peft_init_lora_weights",),
    crashes=(
        "`loftq_config` must be specified when `init_lora_weights` is 'loftq'",
        "`eigens` attribute not found for layer",
        "Please initialize PiSSA under float32, float16, or bfloat16",
        "linalg.svd: The algorithm failed to converge because the input matrix contained non-finite values",
    ),
)
def lora_init_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_init_lora_weights` that needs what the run does not have.

    What it checks
        `loftq` without `peft.loftq_config`; `corda` at all; and `pissa` on a base that is loaded in 4 or 8 bits.

    Why it matters
        PEFT raises when the adapter is made, after the model's load. CorDA reads numbers that a step before the
        training has to gather, which Axolotl does not make. PiSSA takes the weights apart; rounded ones are packed
        bits, which are no numbers to take apart.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_init_lora_weights: loftq

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
        axolotl 0.19.0 and 0.21.0 (trained with on a CPU); peft 0.21.2 tuners/lora/layer.py:433, :446 and :927
    """
    plan = subject.plan
    name = str(plan.get("peft_init_lora_weights")).lower()
    if not adapters.makes_lora(plan):
        return
    why = ""
    if name == "loftq" and mapping(plan, "peft").get("loftq_config") is None:
        why = "it needs peft.loftq_config"
    elif name == "corda":
        why = "it needs a step before the training that Axolotl does not make"
    elif name.startswith("pissa") and quantization.quantization(plan, subject.model) != "none":
        why = "it takes weights apart that are not rounded"
    if why:
        message = f"peft_init_lora_weights {name:.40}: {why}, and the run dies when the adapter is made"
        fix = Fix({"peft_init_lora_weights": REMOVE}, "unsafe", "no peft_init_lora_weights")
        yield self.finding(message, "peft_init_lora_weights", plan=plan, fix=fix)
