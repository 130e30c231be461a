"""MW588."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule

_LAYERS = ("layers", "h", "blocks", "block")


@rule(
    "MW588",
    "lisa-impossible",
    "error",
    keys=("lisa_n_layers",),
    crashes=("Cannot take a larger sample than population when 'replace=False'", "object has no attribute 'layers'"),
)
def lisa_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LISA with more layers than the model has, beside an adapter that hides them, or told another place of them.

    What it checks
        `lisa_n_layers` beside `lisa_step_interval` against the model's layers, where the model is known and its form
        exact; that there is no adapter unless `lisa_layers_attribute` begins with `base_model`; and that this ends in
        `layers`, `h`, `blocks` or `block`, as the models of transformers call them.

    Why it matters
        LISA draws so many of the layers anew every few steps. The run dies at its first step, or
        before it where an adapter wraps the model or the name is another: "object has no attribute 'layers'".

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            lisa_n_layers: 64
            lisa_step_interval: 20
            lisa_layers_attribute: model.layers

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lisa_n_layers: 4
            lisa_step_interval: 20
            lisa_layers_attribute: model.layers

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            lisa_n_layers: 4
            lisa_step_interval: 20
            lisa_layers_attribute: model.layer

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
    if not plan.get("lisa_step_interval") or not plan.get("lisa_n_layers"):
        return
    if adapters.adapter(plan) and not str(plan.get("lisa_layers_attribute", "")).startswith("base_model"):
        message = "LISA beside an adapter does not find the layers: the run dies before its first step"
        yield self.finding(message, "lisa_n_layers", "adapter", plan=plan)
        return
    attribute = plan.get("lisa_layers_attribute")
    if isinstance(attribute, str) and attribute.rpartition(".")[2] not in _LAYERS:
        message = (
            f"lisa_layers_attribute {attribute}: models call their layers {', '.join(_LAYERS)}, and have nothing of "
        )
        yield self.finding(f"{message}that name: the run dies", "lisa_layers_attribute", plan=plan)
        return
    if model is None or not model.exact:
        return
    wanted, there = integer(plan.get("lisa_n_layers"), 0), sum(block.count for block in model.blocks)
    if wanted > there:
        message = f"lisa_n_layers {wanted} of {there} layers: the run dies at its first step"
        yield self.finding(message, "lisa_n_layers", plan=plan)
