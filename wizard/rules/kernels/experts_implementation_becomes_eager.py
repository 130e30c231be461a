"""MW565."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import kernels
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.plan import REMOVE
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule

_FLAGS = {"scattermoe": "use_scattermoe", "sonicmoe": "use_sonicmoe"}
_KNOWN = frozenset(
    {
        "eager",
        "batched_mm",
        "grouped_mm",
        "deep_ep",
        "deep_ep_grouped_mm",
        "deep_ep_scattermoe",
        "deep_ep_sonicmoe",
    }
)
_LATER = frozenset(
    {"expert_parallel", "torch_ep_eager", "torch_ep_grouped_mm", "torch_ep_scattermoe", "torch_ep_sonicmoe"}
)
"""Names that 0.20 brought (integrations/expert_parallel/plugin.py)."""
_REFUSES = Version(0, 20)
_STILL = "deepgemm"
"""It computes nothing backward: from 0.20 on it is refused."""


@rule(
    "MW565",
    "experts-implementation-becomes-eager",
    "error",
    fix="unsafe",
    keys=("experts_implementation",),
    quotes=("Automatically setting to 'eager'", "has no backward pass in transformers"),
)
def experts_implementation_becomes_eager(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An `experts_implementation` that Axolotl replaces by the slow one, or refuses.

    What it checks
        With the KernelsPlugin: `experts_implementation` is scattermoe or sonicmoe without its flag
        (`use_scattermoe`, `use_sonicmoe`, or `expert_backend`), a name Axolotl does not know, or deepgemm.

    Why it matters
        Axolotl warns and takes `eager`, which loops over the experts: slow, and with other memory. From 0.20 on it
        refuses deepgemm, which has no backward pass: the experts would not be trained.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            experts_implementation: scattermoe

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            experts_implementation: megablocks

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            experts_implementation: deepgemm

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            experts_implementation: scattermoe
            use_scattermoe: true

    Fix
        The flag is set; an unknown name becomes `eager`, as Axolotl makes it; `deepgemm` becomes `grouped_mm`, or goes
        where the model has no experts. Not safe: another kernel computes the experts.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:331, 0.20.0 :378 (executed)
    """
    plan = subject.plan
    named = plan.get("experts_implementation")
    if not isinstance(named, str) or named in _KNOWN or not listed(plan, KERNELS):
        return
    if named in _LATER and subject.axolotl >= _REFUSES:
        return
    backend = kernels.expert_backend(plan)
    severity: Severity = "warning"
    if named == _STILL and subject.axolotl >= _REFUSES:
        message, severity = "experts_implementation: deepgemm trains no experts: Axolotl refuses the file", "error"
        fix: Fix | None = subject.first_that_runs(
            Fix({"experts_implementation": "grouped_mm"}, "unsafe", "experts_implementation: grouped_mm"),
            Fix({"experts_implementation": REMOVE}, "unsafe", "no experts_implementation"),
        )
    elif named not in _FLAGS:
        message = f"experts_implementation: {named} is not known: Axolotl warns, and takes eager"
        fix = Fix({"experts_implementation": "eager"}, "unsafe", "experts_implementation: eager")
    elif plan.get(_FLAGS[named]) or backend == named:
        return
    else:
        message = f"experts_implementation: {named} needs {_FLAGS[named]}: true: Axolotl warns, and takes eager"
        fix = Fix({_FLAGS[named]: True}, "unsafe", f"{_FLAGS[named]}: true")
    yield self.finding(message, "experts_implementation", plan=plan, severity=severity, fix=fix)
