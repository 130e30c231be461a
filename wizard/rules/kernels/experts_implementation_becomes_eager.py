"""MW565."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import kernels
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.model import Model
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
_ALSO_DENSE = ("gemma4", "granitemoehybrid", "nemotron_h")
"""Architectures whose code has experts even where a model of them has none."""
_FIXED = "llama4"
"""Its experts are computed in one way alone."""


@rule(
    "MW565",
    "experts-implementation-becomes-eager",
    "error",
    fix="unsafe",
    keys=("experts_implementation",),
    quotes=("Automatically setting to 'eager'", "has no backward pass in transformers"),
    crashes="does not support setting experts implementation",
)
def experts_implementation_becomes_eager(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An `experts_implementation` that Axolotl replaces by the slow one, or refuses.

    What it checks
        With the KernelsPlugin: `experts_implementation` is scattermoe or sonicmoe without its flag
        (`use_scattermoe`, `use_sonicmoe`, or `expert_backend`), a name Axolotl does not know, or deepgemm. With it or
        without: `grouped_mm` for a model without experts, or for Llama 4.

    Why it matters
        Axolotl warns and takes `eager`, which loops over the experts: slow, and with other memory. From 0.20 on it
        refuses deepgemm, which has no backward pass: the experts would not be trained. transformers stops where
        grouped_mm is asked of a model that can't have it.

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

        Bad:
            base_model: Qwen/Qwen3-0.6B
            experts_implementation: grouped_mm

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            experts_implementation: grouped_mm

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            experts_implementation: scattermoe
            use_scattermoe: true

    Fix
        The flag is set; an unknown name becomes `eager`, as Axolotl makes it; a model without experts gets none. Not
        safe: another kernel computes the experts.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:331, 0.20.0 :378 (executed); transformers 5.16.1 and 5.20.1
        modeling_utils.py:1898 (trained with on a CPU)
    """
    plan = subject.plan
    named = plan.get("experts_implementation")
    if named == "grouped_mm" and subject.model is not None and not _chosen(subject.model):
        message = f"experts_implementation: {named}, and {subject.model.id} has no experts that it is for: "
        fix = Fix({"experts_implementation": REMOVE}, "unsafe", "no experts_implementation")
        yield self.finding(f"{message}the model's load stops", "experts_implementation", plan=plan, fix=fix)
        return
    if not isinstance(named, str) or named in _KNOWN or not listed(plan, KERNELS):
        return
    if named in _LATER and subject.axolotl >= _REFUSES:
        return
    backend = kernels.expert_backend(plan)
    severity: Severity = "warning"
    if named == _STILL and subject.axolotl >= _REFUSES:
        message, severity = "experts_implementation: deepgemm trains no experts: Axolotl refuses the file", "error"
        fix = Fix({"experts_implementation": "grouped_mm"}, "unsafe", "experts_implementation: grouped_mm")
    elif named not in _FLAGS:
        message = f"experts_implementation: {named} is not known: Axolotl warns, and takes eager"
        fix = Fix({"experts_implementation": "eager"}, "unsafe", "experts_implementation: eager")
    elif plan.get(_FLAGS[named]) or backend == named:
        return
    else:
        message = f"experts_implementation: {named} needs {_FLAGS[named]}: true: Axolotl warns, and takes eager"
        fix = Fix({_FLAGS[named]: True}, "unsafe", f"{_FLAGS[named]}: true")
    yield self.finding(message, "experts_implementation", plan=plan, severity=severity, fix=fix)


def _chosen(model: Model) -> bool:
    """Whether transformers lets the way be chosen in which the experts of this architecture are computed."""
    return model.architecture in _ALSO_DENSE or (model.moe and model.architecture != _FIXED)
