"""MW564."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW564",
    "use-kernels-unset",
    "hint",
    fix="safe",
    keys=("plugins",),
    quotes="`use_kernels` must be set to True to use this",
)
def use_kernels_unset(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The KernelsPlugin without `use_kernels`.

    What it checks
        The KernelsPlugin is listed and `use_kernels` has no value.

    Why it matters
        Axolotl warns and sets it to true. Written down, the file says what is run.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_scattermoe: true

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_scattermoe: true
            use_kernels: true

    Fix
        `use_kernels: true`. Safe: it is what Axolotl sets.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:285 (executed)
    """
    plan = subject.plan
    if plan.get("use_kernels") is not None or not listed(plan, KERNELS):
        return
    message = "the KernelsPlugin without use_kernels: Axolotl warns, and sets it to true"
    fix = Fix({"use_kernels": True}, "safe", "use_kernels: true")
    yield self.finding(message, "plugins", plan=plan, fix=fix)
