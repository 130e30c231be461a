"""MW362."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.quantization import block
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW362",
    "ternary-qat-activation",
    "error",
    fix="unsafe",
    keys=("qat",),
    quotes="Ternary QAT only supports activation_dtype: int8",
)
def ternary_qat_activation(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Ternary QAT with activations of another kind than int8.

    What it checks
        `qat.weight_dtype: ternary` and an `activation_dtype` that is neither unset nor int8.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            qat:
              weight_dtype: ternary
              activation_dtype: fp8

        Good:
            qat:
              weight_dtype: ternary
              activation_dtype: int8

    Fix
        `activation_dtype: int8`. Not safe: leaving it out quantizes the weights alone.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2180 (executed)
    """
    plan = subject.plan
    qat = block(plan, "qat")
    if not qat or qat.get("weight_dtype") != "ternary" or qat.get("activation_dtype") in (None, "int8"):
        return
    message = f"qat: ternary weights with activation_dtype {qat['activation_dtype']}: Axolotl refuses the file"
    fix = Fix({"qat": {**qat, "activation_dtype": "int8"}}, "unsafe", "activation_dtype: int8")
    yield self.finding(message, "qat", plan=plan, fix=fix)
