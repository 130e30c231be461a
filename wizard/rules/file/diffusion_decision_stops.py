"""MW876."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import diffusion_decision
from wizard.axolotl.plugins import INTEGRATIONS, listed
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_PLUGIN = INTEGRATIONS + "diffusion_decision.plugin.DiffusionDecisionPlugin"


@rule(
    "MW876",
    "diffusion-decision-stops",
    "error",
    keys=("diffusion_decision",),
    crashes=(
        "diffusion_decision requires native diffusion_lm settings",
        "diffusion_decision does not support diffusion_lm.from_causal_lm",
        "diffusion_decision fixed logical batches require batch_flattening",
        "diffusion_decision sample_packing requires positive",
        "diffusion_decision fixed logical batches require positive",
    ),
    axolotl_since="0.21",
)
def diffusion_decision_stops(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `diffusion_decision` block in a run that its plugin does not take.

    What it checks
        With the DiffusionDecisionPlugin and its block: no `diffusion_lm`, or one with `from_causal_lm`;
        `sample_packing` or `batch_flattening` without `sequence_len` and `micro_batch_size` in the file; and
        `batch_flattening: false` with more than one row.

    Why it matters
        Axolotl stops when it loads the plugin, before it validates the file.

    Example
        Bad:
            plugins: [axolotl.integrations.diffusion_decision.plugin.DiffusionDecisionPlugin]
            diffusion_decision: {}

        Bad:
            plugins: [axolotl.integrations.diffusion_decision.plugin.DiffusionDecisionPlugin]
            diffusion_lm: {}
            diffusion_decision: {}
            micro_batch_size: 2
            batch_flattening: false

        Good:
            plugins: [axolotl.integrations.diffusion_decision.plugin.DiffusionDecisionPlugin]
            diffusion_lm: {canvas_width: 256}
            diffusion_decision: {}

    Fix
        What the message names. No single change is right.

    Source
        axolotl 0.21.0 integrations/diffusion_decision/plugin.py:71 (read)
    """
    plan = subject.plan
    stop = diffusion_decision.stop(plan) if listed(plan, _PLUGIN) else None
    if stop is not None:
        yield self.finding(
            f"diffusion_decision {stop}: Axolotl stops when it loads the plugin", "diffusion_decision", plan=plan
        )
