"""MW361."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.quantization import block
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW361", "qat-with-adapter", "warning", fix="unsafe", keys=("qat",))
def qat_with_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`qat` with an adapter.

    What it checks
        `qat` and `adapter` are both set.

    Why it matters
        Axolotl's documentation calls the two incompatible, but its check looks for the `peft` block, which LoRA
        does not need, so the file is accepted. QAT then likely quantizes only frozen weights: the adapter, the one
        part that learns, stays outside of it.

    Example
        Bad:
            adapter: lora
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
        `qat` goes. Not safe: a full fine-tune with QAT is the other way.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2171 accepts it (executed); docs/support-matrix.qmd (read)
    """
    plan = subject.plan
    if block(plan, "qat") is None or not adapters.adapter(plan):
        return
    message = f"qat with adapter {plan.shown('adapter')}: accepted, though QAT likely touches frozen weights alone"
    yield self.finding(message, "qat", "adapter", plan=plan, fix=Fix({"qat": REMOVE}, "unsafe", "no qat"))
