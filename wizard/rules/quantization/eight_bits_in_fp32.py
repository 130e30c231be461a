"""MW928."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision, quantization
from wizard.axolotl.architectures import RunsOn
from wizard.domain.finding import Finding, Fix
from wizard.domain.text import shortened
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW928",
    "eight-bits-in-fp32",
    "error",
    fix="unsafe",
    keys=("load_in_8bit",),
    crashes=("to have the same dtype", "must have the same dtype"),
)
def eight_bits_in_fp32(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A base in 8 bits trained in fp32, on an architecture whose other layers then meet two dtypes.

    What it checks
        `load_in_8bit`, with `bf16` and `fp16` both off, on an architecture that was tried so and died of it: most
        mixtures of experts, and Falcon, Apertus and Falcon-H1 among others. The model must be known.

    Why it matters
        Axolotl loads an 8-bit base in fp16, whatever the precision; in fp32 nothing casts between the two, as autocast
        does in bf16 and fp16. The first step stops: "expected m1 and m2 to have the same dtype, but got: c10::Half !=
        float".

    Example
        Bad:
            base_model: tiiuae/falcon-7b
            adapter: lora
            load_in_8bit: true
            bf16: false
            fp16: false

        Good:
            base_model: tiiuae/falcon-7b
            adapter: lora
            load_in_8bit: true
            bf16: auto

    Fix
        `bf16: auto`, which is fp16 where the GPU has no bf16. Not safe: it trains in another precision.

    Source
        axolotl 0.21.0 utils/config/__init__.py (torch_dtype is float16 for load_in_8bit), executed on small models
    """
    plan, model = subject.plan, subject.model
    cast = precision.wants_bf16(plan) or precision.fp16(plan)
    if model is None or not quantization.load_in_8bit(plan) or cast:
        return
    died = RunsOn(model, subject.axolotl, subject.machine).failure("eight_bits_single")
    if died is None:
        return
    message = (
        f"8 bits in fp32 on {model.architecture}: the first step stops, as fp16 and fp32 meet ({shortened(died, 60)})"
    )
    fix = Fix({"bf16": "auto", "fp16": None}, "unsafe", "bf16: auto")
    yield self.finding(message, "load_in_8bit", "bf16", plan=plan, fix=fix)
