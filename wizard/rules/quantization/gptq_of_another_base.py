"""MW357."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW357",
    "gptq-of-another-base",
    "error",
    fix="unsafe",
    keys=("gptq",),
    crashes="Please make sure to point to a GPTQ model",
)
def gptq_of_another_base(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`gptq` for a base model that is not quantized with GPTQ.

    What it checks
        `gptq` is on and the checkpoint is known to have no quantization, or another one.

    Why it matters
        Axolotl stops when it reads the model's configuration: `gptq` says what the checkpoint is, it does not
        quantize one.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            gptq: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `gptq` goes. Not safe: the weights stay in 16 bits; qlora is the way to 4.

    Source
        axolotl 0.19.0 loaders/utils.py:117 (trained with on a CPU, 0.21 too)
    """
    plan, model = subject.plan, subject.model
    if model is None or not quantization.gptq(plan) or model.quantized in ("gptq", "compressed-tensors"):
        return
    has = f"quantized with {model.quantized}" if model.quantized else "not quantized"
    message = f"gptq, but {model.id} is {has}: Axolotl stops at the load"
    yield self.finding(message, "gptq", "base_model", plan=plan, fix=Fix({"gptq": REMOVE}, "unsafe", "no gptq"))
