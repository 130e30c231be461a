"""MW366."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.quantization import block
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW366", "qat-and-quantization", "warning", fix="safe", keys=("qat",))
def qat_and_quantization(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`qat` and `quantization` in one file.

    What it checks
        Both blocks are set.

    Why it matters
        Training goes on, but `axolotl quantize`, which reads either, refuses the file afterwards ("QAT and
        quantization cannot be used together").

    Example
        Bad:
            qat:
              activation_dtype: int8
              weight_dtype: int4
            quantization:
              activation_dtype: int8
              weight_dtype: int4

        Good:
            qat:
              activation_dtype: int8
              weight_dtype: int4

    Fix
        `quantization` goes. Safe: training does not read it, and the model is quantized as it was trained for.

    Source
        axolotl 0.19.0 cli/quantize.py:36 (read)
    """
    plan = subject.plan
    if block(plan, "qat") is None or block(plan, "quantization") is None:
        return
    message = "qat and quantization in one file: axolotl quantize likely refuses it after training"
    fix = Fix({"quantization": REMOVE}, "safe", "qat alone")
    yield self.finding(message, "quantization", "qat", plan=plan, fix=fix)
