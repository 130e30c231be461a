"""MW894."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import plugins
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW894",
    "diffusion-of-a-causal-model",
    "error",
    keys=("diffusion_lm",),
    crashes=(
        "has no native diffusion profile, so training would silently fall back to causal SFT",
        "without it training would silently fall back to causal SFT",
    ),
    axolotl_since="0.21",
)
def diffusion_of_a_causal_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`diffusion_lm` with a model that is no diffusion model.

    What it checks
        A block `diffusion_lm` without `from_causal_lm: true`, and a base model whose architecture is known and has no
        diffusion of its own; or with it, and no DiffusionPlugin under `plugins`. Axolotl knows the diffusion of Dream,
        DiffusionGemma and three Nemotron models.

    Why it matters
        Axolotl stops once it has read the model's config: training would silently fall back to supervised training.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            diffusion_lm: {}

        Bad:
            diffusion_lm:
              from_causal_lm: true

        Good:
            diffusion_lm:
              from_causal_lm: true
            plugins:
              - axolotl.integrations.diffusion.DiffusionPlugin

    Fix
        `from_causal_lm: true` and the plugin. There is none to apply: the model is trained in another way.

    Source
        axolotl 0.21.0 utils/config/__init__.py:165-192; model_support/ (read)
    """
    plan = subject.plan
    written = plan.get("diffusion_lm")
    if not isinstance(written, dict):
        return
    converted = flag(written.get("from_causal_lm"))
    if converted and not plugins.listed(plan, plugins.DIFFUSION):
        message = (
            "diffusion_lm.from_causal_lm without the DiffusionPlugin: Axolotl stops once the model's config is read"
        )
        yield self.finding(message, "diffusion_lm", "plugins", plan=plan)
    elif not converted and subject.model is not None:
        message = f"diffusion_lm, and {subject.model.id} is no diffusion model: Axolotl stops once its config is read"
        yield self.finding(message, "diffusion_lm", "base_model", plan=plan)
