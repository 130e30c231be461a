"""MW566."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_BACKENDS = ("auto", "cutlass", "deepgemm", "marlin")


@rule(
    "MW566",
    "moe-grouped-backend",
    "error",
    fix="safe",
    keys=("moe_grouped_backend",),
    quotes=(
        "moe_grouped_backend='dequant' is not implemented",
        "moe_grouped_backend must be one of",
        "has no effect unless the grouped NVFP4 MoE path is enabled",
    ),
)
def moe_grouped_backend(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `moe_grouped_backend` that does not exist, or that nothing uses.

    What it checks
        With the KernelsPlugin: `moe_grouped_backend` is none of auto, marlin, cutlass and deepgemm; or it is,
        and `dsv4_fp4_grouped_mode` is not set.

    Why it matters
        Axolotl refuses an unknown backend. A known one chooses the product of the grouped NVFP4 path and has no
        effect without that path.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            moe_grouped_backend: dequant
            dsv4_fp4_grouped_mode: nvfp4

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            moe_grouped_backend: triton
            dsv4_fp4_grouped_mode: nvfp4

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            moe_grouped_backend: marlin

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            moe_grouped_backend: marlin
            dsv4_fp4_grouped_mode: nvfp4

    Fix
        The key goes. Safe where it has no effect, and unsafe where Axolotl is then left to choose.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:227 (executed)
    """
    plan = subject.plan
    written = plan.get("moe_grouped_backend")
    if written is None or not listed(plan, KERNELS):
        return
    backend = str(written).lower()
    changes: dict[str, object] = {"moe_grouped_backend": REMOVE}
    if backend not in _BACKENDS:
        message = f"moe_grouped_backend: {backend} is none of {', '.join(_BACKENDS)}: Axolotl refuses the config"
        fix = Fix(changes, "unsafe", "no moe_grouped_backend")
        yield self.finding(message, "moe_grouped_backend", plan=plan, fix=fix)
    elif not plan.get("dsv4_fp4_grouped_mode"):
        message = "moe_grouped_backend has no effect without dsv4_fp4_grouped_mode: nvfp4, and Axolotl warns of it"
        fix = Fix(changes, "safe", "no moe_grouped_backend")
        yield self.finding(message, "moe_grouped_backend", plan=plan, severity="warning", fix=fix)
