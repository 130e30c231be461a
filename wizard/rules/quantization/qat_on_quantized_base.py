"""MW360."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.axolotl.quantization import early_bits
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW360",
    "qat-on-quantized-base",
    "error",
    fix="unsafe",
    keys=("qat",),
    quotes=("QAT and load_in_8bit cannot be used together", "QAT and load_in_4bit cannot be used together"),
)
def qat_on_quantized_base(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`qat` on weights loaded in 4 or 8 bits.

    What it checks
        `qat` with `load_in_4bit` or `load_in_8bit`.

    Why it matters
        Axolotl refuses the file: QAT trains full weights as if they were quantized, and these already are.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            qat:
              activation_dtype: int8
              weight_dtype: int4

        Good:
            qat:
              activation_dtype: int8
              weight_dtype: int4

    Fix
        The bits go, and the adapter with them, which QAT is not made for. Not safe: all weights are trained, which
        needs far more memory. For a small GPU take out `qat` instead.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2174 (executed)
    """
    plan = subject.plan
    bits = early_bits(plan)
    if not early.is_set(plan, "qat") or not bits:
        return
    message = f"qat with {' and '.join(bits)}: Axolotl refuses the file, QAT trains weights of full precision"
    whole: dict[str, object] = {**dict.fromkeys(bits, REMOVE), "adapter": REMOVE}
    fix = subject.first_that_runs(
        Fix(whole, "unsafe", "a full fine-tune in 16 bits"),
        Fix({**whole, "quantize_moe_experts": REMOVE}, "unsafe", "a full fine-tune in 16 bits, experts too"),
    )
    yield self.finding(message, *bits, "qat", plan=plan, fix=fix)
