"""MW363."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.quantization import block
from wizard.domain.finding import Finding
from wizard.domain.text import in_yaml
from wizard.rules.quantization._common import DTYPES
from wizard.rules.registry import Rule, Subject, rule


@rule("MW363", "quantization-dtype", "error", keys=("qat", "quantization"), quotes="Invalid dtype: ")
def quantization_dtype(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dtype in `qat` or `quantization` that Axolotl does not have.

    What it checks
        `weight_dtype` and `activation_dtype` of both blocks against int4, int8, float8_e4m3fn (also fp8 and float8),
        nvfp4, mxfp4 and ternary.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            qat:
              activation_dtype: int8
              weight_dtype: nf4

        Good:
            qat:
              activation_dtype: int8
              weight_dtype: int4

        Good:
            quantization:
              activation_dtype: fp8
              weight_dtype: fp8

    Fix
        Write one of those. nf4 is a way to load weights (`load_in_4bit`), not one to train for.

    Source
        axolotl 0.19.0 utils/schemas/quantization.py:12 (executed)
    """
    plan = subject.plan
    for key in ("qat", "quantization"):
        settings = block(plan, key) or {}
        for name in ("weight_dtype", "activation_dtype"):
            value = settings.get(name)
            if value is not None and value not in DTYPES:
                message = (
                    f"{key}.{name} {in_yaml(value)[:40]} is not one of {', '.join(DTYPES)}: Axolotl refuses the file"
                )
                yield self.finding(message, key, plan=plan)
