"""MW918."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_TAKES = frozenset({"eager", "batched_mm", "grouped_mm", "sonicmoe", "deepgemm", "deepgemm_megamoe"})
_DENSE_TOO = ("gemma4", "granitemoe", "jamba", "lfm2_moe", "mistral4", "nemotron_h")
"""Types whose code can switch its experts, though a model of them may have none."""


@rule(
    "MW918",
    "unknown-experts-implementation",
    "error",
    fix="unsafe",
    keys=("experts_implementation",),
    crashes=("Specified `experts_implementation=", "does not support setting experts implementation"),
)
def unknown_experts_implementation(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An `experts_implementation` that transformers does not have, or a model without experts.

    What it checks
        Without the KernelsPlugin and without expert parallelism, which bring names of their own:
        `experts_implementation` is eager, batched_mm, grouped_mm, sonicmoe, deepgemm or deepgemm_megamoe. And on a
        known model without experts that it is not there.

    Why it matters
        Axolotl takes any text and hands it to the loaded model: the run dies of a name that is not known, on dense
        models too, and of `grouped_mm` where the model has no experts. Other names do nothing there.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            experts_implementation: grouped

        Bad:
            base_model: Qwen/Qwen3-0.6B
            experts_implementation: grouped_mm

        Bad:
            base_model: Qwen/Qwen3-0.6B
            experts_implementation: batched_mm

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            experts_implementation: grouped_mm

    Fix
        The key goes: transformers takes `grouped_mm` by itself where it can. Not safe: another kernel may be meant.

    Source
        axolotl 0.21.0 loaders/model.py:484; transformers 5.16.1 and 5.20.1 modeling_utils.py,
        set_experts_implementation (executed on a CPU)
    """
    plan = subject.plan
    named = plan.get("experts_implementation")
    if not isinstance(named, str) or listed(plan, KERNELS) or mesh.expert_parallel_size(plan) > 1:
        return
    fix = Fix({"experts_implementation": REMOVE}, "unsafe", "no experts_implementation")
    if named not in _TAKES:
        message = f"experts_implementation: transformers has no {named:.40}: the run dies when the model is loaded"
        yield self.finding(message, "experts_implementation", plan=plan, fix=fix)
    elif _dense(subject.model) and named != "eager":
        dies = named == "grouped_mm"
        what = "the run dies when the model is loaded" if dies else "it does nothing"
        message = f"experts_implementation: {named} on a model without experts: {what}"
        severity: Severity = "error" if dies else "warning"
        yield self.finding(message, "experts_implementation", plan=plan, severity=severity, fix=fix)


def _dense(model: Model | None) -> bool:
    if model is None or not model.exact or model.moe or model.multimodal:
        return False
    return not model.architecture.startswith(_DENSE_TOO)
