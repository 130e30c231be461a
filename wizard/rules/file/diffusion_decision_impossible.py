"""MW874."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import diffusion_decision
from wizard.axolotl.plugins import INTEGRATIONS, listed
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.shapes import written
from wizard.rules.registry import Rule, Subject, rule

_PLUGIN = INTEGRATIONS + "diffusion_decision.plugin.DiffusionDecisionPlugin"


@rule(
    "MW874",
    "diffusion-decision-impossible",
    "error",
    keys=("diffusion_decision",),
    quotes=(
        "mixture premixed=true cannot be combined with",
        "mixture specifies explicit weights or temperature",
        "mixture temperature must be finite",
        "source names must be nonempty",
        "values must be finite and positive",
        "mixture max_examples_per_source",
        "labels brier_weight must be finite",
        "hard_label_smoothing requires full_ce_weighting",
        "latent token_ids must be nonnegative",
        "latent mode=none requires num_slots",
        "sample_num_slots requires",
        "latent mode=free requires",
        "free_update_policy is valid only",
        "decision carry is not wired",
        "read_fraction must be",
        "max_image_size must be a multiple",
        "canvas_prefix_ids must be nonnegative",
    ),
    axolotl_since="0.21",
)
def diffusion_decision_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `diffusion_decision` block with values that contradict each other.

    What it checks
        With the DiffusionDecisionPlugin: values of the block that are out of range or contradict each other, such
        as two ways to mix sources, or a latent mode without its slots.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            plugins: [axolotl.integrations.diffusion_decision.plugin.DiffusionDecisionPlugin]
            diffusion_lm: {canvas_width: 256}
            diffusion_decision:
              mixture: {premixed: true}

        Bad:
            plugins: [axolotl.integrations.diffusion_decision.plugin.DiffusionDecisionPlugin]
            diffusion_lm: {canvas_width: 256}
            diffusion_decision:
              latent: {mode: free}

        Bad:
            plugins: [axolotl.integrations.diffusion_decision.plugin.DiffusionDecisionPlugin]
            diffusion_lm: {canvas_width: 256}
            diffusion_decision:
              max_image_size: 1000

        Good:
            plugins: [axolotl.integrations.diffusion_decision.plugin.DiffusionDecisionPlugin]
            diffusion_lm: {canvas_width: 256}
            diffusion_decision:
              mixture: {premixed: true, per_batch_stratified: false}
              max_image_size: 1008

    Fix
        What the message names. No single change is right.

    Source
        axolotl 0.21.0 integrations/diffusion_decision/args.py (executed)
    """
    plan = subject.plan
    for keys, words in diffusion_decision.refusals(plan) if listed(plan, _PLUGIN) else ():
        path = written("diffusion_decision", keys)
        yield self.finding(f"{path}: {words}: Axolotl refuses the file", path, plan=plan)
