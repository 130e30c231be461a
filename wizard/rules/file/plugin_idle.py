"""MW884."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import images, plugins
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.rules.registry import Rule, Subject, rule

_DENSE_MIXER = plugins.INTEGRATIONS + "densemixer.DenseMixerPlugin"
_MIXED = ("olmoe", "qwen2_moe", "qwen3_moe")


@rule("MW884", "plugin-idle", "warning", keys=("plugins", "freeze_mm_modules"))
def plugin_idle(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A plugin or a switch that has nothing to do here.

    What it checks
        Axolotl's LigerPlugin without any `liger_` switch; the DenseMixerPlugin on a known model other than
        OLMoE, Qwen2-MoE and Qwen3-MoE; `freeze_mm_modules` on a known model that has no tower.

    Why it matters
        The file looks as if kernels, another router or frozen towers were at work, and the run is as without.

    Example
        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]

        Bad:
            base_model: Qwen/Qwen3-0.6B
            plugins: [axolotl.integrations.densemixer.DenseMixerPlugin]

        Bad:
            base_model: Qwen/Qwen3-0.6B
            freeze_mm_modules: true

        Good:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_rms_norm: true

    Fix
        The switches that are meant, or no plugin. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 integrations/liger/plugin.py, integrations/densemixer/plugin.py, utils/freeze.py:29
        (0.21.0 executed on a CPU)
    """
    plan, model = subject.plan, subject.model
    if plugins.listed(plan, plugins.LIGER) and not _liger(plan):
        message = "the LigerPlugin without a liger_ switch: none of its kernels is put in"
        yield self.finding(message, "plugins", plan=plan)
    if model is None or not model.exact:
        return
    if plugins.listed(plan, _DENSE_MIXER) and model.architecture not in _MIXED:
        message = f"the DenseMixerPlugin changes {', '.join(_MIXED)} alone, and this is {model.architecture}"
        yield self.finding(message, "plugins", plan=plan)
    if images.towers_frozen(plan) and not model.multimodal:
        message = "freeze_mm_modules: this model has no tower for images or sound"
        yield self.finding(message, "freeze_mm_modules", plan=plan)


def _liger(plan: Plan) -> bool:
    """Whether one of its switches is written at all: who writes that one is off knows of them."""
    return any(value is not None for key, value in plan.values.items() if str(key).startswith("liger_"))
