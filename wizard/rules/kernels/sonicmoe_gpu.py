"""MW571."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import kernels
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW571",
    "sonicmoe-gpu",
    "error",
    fix="unsafe",
    keys=("use_sonicmoe", "expert_backend"),
    crashes="SonicMoE requires Hopper",
)
def sonicmoe_gpu(self: Rule, subject: Subject) -> Iterator[Finding]:
    """SonicMoE on a GPU it does not run on.

    What it checks
        With a known machine and the KernelsPlugin: `use_sonicmoe` or `expert_backend: sonicmoe`, below compute
        capability 9.0.

    Why it matters
        The kernels are written for Hopper and Blackwell. The validator does not look; before the model loads
        the run stops with "SonicMoE requires Hopper (sm_90) or Blackwell (sm_100+) GPU".

    Example
        Bad on a100-80gb:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_sonicmoe: true

        Good on h100-80gb:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_sonicmoe: true

    Fix
        ScatterMoE in its place, which runs from Ampere on. Not safe: another kernel computes the experts.

    Source
        axolotl 0.19.0 integrations/kernels/plugin.py:16 (read)
    """
    plan, machine = subject.plan, subject.machine
    capability = machine.compute_capability if machine else None
    if machine is None or capability is None or capability >= (9, 0) or not listed(plan, KERNELS):
        return
    named = kernels.expert_backend(plan) == "sonicmoe"
    if not named and not flag(plan.get("use_sonicmoe")):
        return
    message = f"SonicMoE needs Hopper or Blackwell: on {machine.title} the run stops before the model loads"
    changes: dict[str, object] = {"use_sonicmoe": REMOVE, "expert_backend": REMOVE, "use_scattermoe": True}
    if plan.get("experts_implementation") == "sonicmoe":
        changes["experts_implementation"] = "scattermoe"
    fix = Fix(changes, "unsafe", "use_scattermoe: true")
    yield self.finding(message, "use_sonicmoe", "expert_backend", plan=plan, fix=fix)
