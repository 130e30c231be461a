"""MW359."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW359", "qat-with-loftq", "error", fix="unsafe", keys=("qat",), quotes="QAT and PEFT cannot be used together")
def qat_with_loftq(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`qat` with the `peft` block (LoftQ).

    What it checks
        `qat` and `peft` both have settings.

    Why it matters
        Axolotl refuses the file: QAT trains the weights themselves for a later quantization, LoftQ starts an adapter
        from what quantization has lost.

    Example
        Bad:
            qat:
              activation_dtype: int8
              weight_dtype: int4
            peft:
              loftq_config:
                loftq_bits: 4

        Good:
            qat:
              activation_dtype: int8
              weight_dtype: int4

    Fix
        `peft` goes. Not safe: LoftQ may be what was meant.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2171 (executed)
    """
    plan = subject.plan
    if early.is_set(plan, "qat") and plan.get("peft"):
        message = "qat with the peft block: Axolotl refuses the file"
        yield self.finding(message, "peft", "qat", plan=plan, fix=Fix({"peft": REMOVE}, "unsafe", "no peft block"))
