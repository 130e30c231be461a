"""MW372."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule

_DROPPED = Version(0, 20)
"""From it on a start without the switch, or without LoRA, is dropped (0.20.0 integrations/kernels/args.py:116)."""


@rule(
    "MW372",
    "merge-aware-start",
    "error",
    fix="unsafe",
    keys=("nvfp4_merge_aware_start_step",),
    quotes=(
        "nvfp4_merge_aware_start_step requires nvfp4_merge_aware: true",
        "nvfp4_merge_aware_start_step must be an int >= 0",
    ),
)
def merge_aware_start(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`nvfp4_merge_aware_start_step` without `nvfp4_merge_aware`, or outside of its range.

    What it checks
        With the kernels plugin listed: the start is set while `nvfp4_merge_aware` is off, or is neither a whole number
        from 0 nor a fraction between 0 and 1 (1.0 is neither).

    Why it matters
        Axolotl refuses the file.

    Example
        Bad for 0.19:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            nvfp4_merge_aware_start_step: 100

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            expert_backend: sonicmoe
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]
            nvfp4_merge_aware: true
            nvfp4_merge_aware_start_step: 1.5

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            expert_backend: sonicmoe
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]
            nvfp4_merge_aware: true
            nvfp4_merge_aware_start_step: 0.1

    Fix
        The start goes: 0 is the default. Not safe: with `nvfp4_merge_aware` rounding begins at once.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:97 and :124 (executed)
    """
    plan = subject.plan
    start = plan.get("nvfp4_merge_aware_start_step")
    if start is None or not listed(plan, KERNELS):
        return
    fix = Fix({"nvfp4_merge_aware_start_step": REMOVE}, "unsafe", "no nvfp4_merge_aware_start_step")
    if subject.axolotl >= _DROPPED:
        ignored = plan.get("nvfp4_merge_aware") is not None and adapters.adapter(plan) not in ("lora", "multilora")
        if ignored or plan.get("nvfp4_merge_aware") is False or not _bad(start):
            return
    if not plan.get("nvfp4_merge_aware") and subject.axolotl < _DROPPED:
        message = "nvfp4_merge_aware_start_step without nvfp4_merge_aware: true: Axolotl refuses the file"
    elif _bad(start):
        message = f"nvfp4_merge_aware_start_step {start}: Axolotl takes a whole number from 0 or a fraction below 1"
    else:
        return
    yield self.finding(message, "nvfp4_merge_aware_start_step", plan=plan, fix=fix)


def _bad(start: object) -> bool:
    if isinstance(start, bool):
        return True
    return (isinstance(start, float) and not 0 < start < 1) or (isinstance(start, int) and start < 0)
