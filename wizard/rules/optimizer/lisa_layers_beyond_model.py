"""MW588."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW588",
    "lisa-layers-beyond-model",
    "error",
    keys=("lisa_n_layers",),
    crashes="Cannot take a larger sample than population when 'replace=False'",
)
def lisa_layers_beyond_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LISA is to train more layers at a time than the model has.

    What it checks
        `lisa_n_layers` beside `lisa_step_interval` against the model's layers. The model must be known, and its form
        exact.

    Why it matters
        LISA draws so many of the layers anew every few steps. The run dies at its first step.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            lisa_n_layers: 64
            lisa_step_interval: 20
            lisa_layers_attribute: model.layers

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            lisa_n_layers: 4
            lisa_step_interval: 20
            lisa_layers_attribute: model.layers

    Fix
        Write fewer: 4 is usual. There is none to apply: memory follows the number.

    Source
        axolotl 0.19.0 and 0.21.0 utils/callbacks/lisa.py (executed with a tiny model)
    """
    plan, model = subject.plan, subject.model
    if model is None or not model.exact or not plan.get("lisa_step_interval"):
        return
    wanted, there = integer(plan.get("lisa_n_layers"), 0), sum(block.count for block in model.blocks)
    if wanted > there:
        message = f"lisa_n_layers {wanted} of {there} layers: the run dies at its first step"
        yield self.finding(message, "lisa_n_layers", plan=plan)
