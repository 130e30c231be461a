"""MW501."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import activation_offloading, kwargs, made_reentrant, use_reentrant
from wizard.axolotl.unfrozen import unfrozen_parameters
from wizard.domain.finding import Finding
from wizard.rules.checkpointing._common import not_reentrant
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW501",
    "reentrant-with-unfrozen-parameters",
    "error",
    fix="safe",
    keys=("unfrozen_parameters",),
    quotes=(
        "`use_reentrant` must be false when used with partially frozen model",
        "activation_offloading: hidden_states with reentrant checkpointing is incompatible with `unfrozen_parameters`",
    ),
)
def reentrant_with_unfrozen_parameters(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Reentrant checkpointing of a model that is frozen in part.

    What it checks
        `unfrozen_parameters` beside `gradient_checkpointing_kwargs.use_reentrant: true`; with
        `activation_offloading: hidden_states` any value of `use_reentrant` that is true to Python.

    Why it matters
        Axolotl refuses it. Reentrant checkpointing gives a layer a gradient only where its input asks for one,
        and behind frozen layers the input does not.

    Example
        Bad:
            unfrozen_parameters: ["^lm_head.weight$"]
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

        Bad:
            unfrozen_parameters: ["^lm_head.weight$"]
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: 1}
            activation_offloading: hidden_states

        Good:
            unfrozen_parameters: ["^lm_head.weight$"]
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: false}

    Fix
        `use_reentrant: false`. Safe: the gradients are the same; with hidden_states unsafe, since it offloads in
        another way then.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:474 and :1655 (executed)
    """
    plan = subject.plan
    hidden = activation_offloading(plan) == "hidden_states" and (use_reentrant(plan) or made_reentrant(plan))
    if not unfrozen_parameters(plan) or not (kwargs(plan).get("use_reentrant") is True or hidden):
        return
    message = "use_reentrant: true with unfrozen_parameters: Axolotl refuses it, a frozen layer's input has no gradient"
    fix = None if made_reentrant(plan) else not_reentrant(plan)
    yield self.finding(message, "gradient_checkpointing_kwargs", "unfrozen_parameters", plan=plan, fix=fix)
