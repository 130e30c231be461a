"""MW563."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import kernels
from wizard.axolotl.early import which
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule

_FLAGS = {"scattermoe": "use_scattermoe", "sonicmoe": "use_sonicmoe"}
_BACKENDS = (*_FLAGS, "eager", "builtin")


@rule(
    "MW563",
    "experts-backends-clash",
    "error",
    fix="unsafe",
    keys=("expert_backend", *_FLAGS.values()),
    quotes=("Cannot use both ScatterMoE and SonicMoE", "expert_backend must be one of", "conflicts with use_s"),
)
def experts_backends_clash(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Experts' kernels that contradict each other.

    What it checks
        With the KernelsPlugin: `use_scattermoe` and `use_sonicmoe` both on, an `expert_backend` that is none of
        scattermoe, sonicmoe, eager and builtin, or one that contradicts a flag that is on.

    Why it matters
        One kernel computes the experts. Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_scattermoe: true
            use_sonicmoe: true

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            expert_backend: megablocks

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            expert_backend: sonicmoe
            use_scattermoe: true

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_scattermoe: true

    Fix
        `use_sonicmoe` goes and ScatterMoE stays, which runs on more GPUs; or the flags go and `expert_backend`
        stays; or an unknown backend goes. Not safe: it is a choice.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:187 and :274 (executed)
    """
    plan = subject.plan
    if not listed(plan, KERNELS):
        return
    on = which(plan, _FLAGS.values())
    backend = kernels.expert_backend(plan)
    if backend is not None and backend not in _BACKENDS:
        message = f"expert_backend: {backend} is none of {', '.join(sorted(_BACKENDS))}: Axolotl refuses the config"
        fix = Fix(removed(["expert_backend"]), "unsafe", "no expert_backend")
    elif backend is not None and (others := [key for key in on if key != _FLAGS.get(backend)]):
        if _FLAGS.get(backend) is None and not any(plan.get(key) is True for key in others):
            return  # beside eager only a real true is refused
        message = f"expert_backend: {backend} contradicts {joined(others)}: Axolotl refuses the config"
        fix = Fix(removed(others), "unsafe", f"no {joined(others)}")
    elif len(on) == 2:
        message = "use_scattermoe and use_sonicmoe are both on: Axolotl takes one and refuses the config"
        fix = Fix(removed(["use_sonicmoe"]), "unsafe", "no use_sonicmoe")
    else:
        return
    yield self.finding(message, "expert_backend", *on, plan=plan, fix=fix)
