"""MW568."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.early import which
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.kernels._common import joined
from wizard.rules.registry import Rule, Subject, rule

_OLD = {"gemma4_fp8_nonexpert": "fp8_blockwise", "gemma4_nf4_nonexpert": "nf4"}


@rule(
    "MW568",
    "gemma4-nonexpert-deprecated",
    "warning",
    fix="unsafe",
    keys=_OLD,
    quotes="gemma4_fp8_nonexpert / gemma4_nf4_nonexpert are deprecated",
)
def gemma4_nonexpert_deprecated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The old flags for quantizing what is not an expert.

    What it checks
        With the KernelsPlugin: `gemma4_fp8_nonexpert` or `gemma4_nf4_nonexpert` is on.

    Why it matters
        Axolotl warns that they are deprecated; `nonexpert_quantization` takes their place.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            gemma4_nf4_nonexpert: true

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            nonexpert_quantization: nf4

    Fix
        `nonexpert_quantization: nf4` or `fp8_blockwise`. Not safe: the new key is read per model.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:256 (executed)
    """
    plan = subject.plan
    on = which(plan, _OLD)
    if not on or not listed(plan, KERNELS):
        return
    message = f"{joined(on)} is deprecated, and Axolotl warns of it: nonexpert_quantization takes its place"
    quantization: object = plan.get("nonexpert_quantization", _OLD[on[0]])
    changes = {**dict.fromkeys(on, REMOVE), "nonexpert_quantization": quantization}
    fix = Fix(changes, "unsafe", f"nonexpert_quantization: {quantization}")
    yield self.finding(message, *on, plan=plan, fix=fix)
