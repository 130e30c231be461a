"""MW848."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import rope
from wizard.domain.finding import Finding, Severity
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW848",
    "rope-override-incomplete",
    "error",
    keys=("overrides_of_model_config", "model_config"),
    crashes=("unsupported operand type(s) for ** or pow(): 'NoneType' and 'Tensor'", "KeyError: 'rope_type'"),
)
def rope_override_incomplete(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`overrides_of_model_config` has RoPE settings with which the model can't be built.

    What it checks
        `rope_scaling` or `rope_parameters` in the block: that it is a block, has a `rope_type` that transformers knows
        (linear, dynamic, yarn, longrope, llama3), what that type reads, and `rope_theta`. Nothing is said of models
        with one such block for each kind of layer (Gemma 3, OLMo 3). A warning where the model is not known.

    Why it matters
        The block takes the place of the model's own, `rope_theta` included, which transformers 5 keeps in it. Without
        one the run dies when the model is built: "unsupported operand type(s) for ** or pow(): 'NoneType' and
        'Tensor'". The old `type` is not read any more: "KeyError: 'rope_type'".

    Example
        Bad:
            overrides_of_model_config:
              rope_scaling: {type: linear, factor: 2.0}

        Bad:
            overrides_of_model_config:
              rope_scaling: {rope_type: linear, factor: 2.0}

        Good:
            overrides_of_model_config:
              rope_scaling: {rope_type: linear, factor: 2.0, rope_theta: 10000.0}

    Fix
        Write the block whole, with the `rope_theta` of the model's config.json. There is none to apply.

    Source
        axolotl 0.19.0 loaders/utils.py:202, 0.21.0 :220 (executed); transformers 5.16.1 and 5.20.1
        modeling_rope_utils.py, 27 architectures (executed on a CPU)
    """
    plan, model = subject.plan, subject.model
    severity: Severity | None = None if model is not None else "warning"
    for one in rope.replaced(plan, model.architecture if model is not None else None):
        message = f"{one.path} {one.why}: it stands in place of the model's own, and the run dies when that is built"
        yield self.finding(message, one.path, plan=plan, severity=severity)
