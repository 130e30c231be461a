"""MW572."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW572",
    "glm-kernels-with-context-parallel",
    "hint",
    keys=("use_glm_dsa_kernels",),
    quotes="context_parallel_size > 1 with use_glm_dsa_kernels",
    axolotl_until="0.19",
)
def glm_kernels_with_context_parallel(self: Rule, subject: Subject) -> Iterator[Finding]:
    """GLM's sparse attention kernels under context parallelism.

    What it checks
        With the KernelsPlugin: `use_glm_dsa_kernels` is on and `context_parallel_size` is above 1.

    Why it matters
        The kernels split the sequence themselves, so Axolotl skips its demand for flash attention and for the
        ring attention package, and says so in a warning. On any other model the flag should not be there.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_glm_dsa_kernels: true
            context_parallel_size: 2

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_glm_dsa_kernels: true

    Fix
        None needed for GLM models with sparse attention.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1793 (executed)
    """
    plan = subject.plan
    if not flag(plan.get("use_glm_dsa_kernels")) or mesh.context_parallel_size(plan) <= 1 or not listed(plan, KERNELS):
        return
    message = "context_parallel_size with use_glm_dsa_kernels: Axolotl warns that its attention check is skipped"
    yield self.finding(message, "use_glm_dsa_kernels", "context_parallel_size", plan=plan)
