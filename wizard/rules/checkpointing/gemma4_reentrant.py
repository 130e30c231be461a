"""MW518."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import activation_offloading, gradient_checkpointing, kwargs, made_reentrant
from wizard.domain.finding import Finding
from wizard.rules.checkpointing._common import not_reentrant
from wizard.rules.registry import Rule, Subject, rule

_TYPES = ("gemma4", "gemma4_text", "gemma4_unified", "gemma4_unified_text")


@rule("MW518", "gemma4-reentrant", "hint", fix="safe", keys=("gradient_checkpointing",))
def gemma4_reentrant(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Reentrant checkpointing of Gemma 4, which Axolotl turns off.

    What it checks
        The base model is a Gemma 4, `gradient_checkpointing` is on, and `gradient_checkpointing_kwargs.use_reentrant`
        is not written as false.

    Why it matters
        Its layers share keys, values and norms, and reentrant checkpointing marks those twice on several GPUs.
        Axolotl sets false itself and warns when the model is loaded; written, the file says what happens.

    Example
        Bad:
            base_model: google/gemma-4-E2B
            gradient_checkpointing: true

        Good:
            base_model: google/gemma-4-E2B
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: false}

    Fix
        `use_reentrant: false`. Safe: Axolotl sets it itself.

    Source
        axolotl 0.19.0 utils/config/__init__.py:408 (read)
    """
    plan, model = subject.plan, subject.model
    if model is None or model.model_type not in _TYPES or not gradient_checkpointing(plan) or made_reentrant(plan):
        return
    written = kwargs(plan)
    if written.get("use_reentrant") is False or (
        "use_reentrant" not in written and activation_offloading(plan) == "hidden_states"
    ):
        return
    message = "Gemma 4 is checkpointed with use_reentrant: false, which Axolotl likely sets whatever is written"
    fix = not_reentrant(plan)
    yield self.finding(message, "gradient_checkpointing_kwargs", "gradient_checkpointing", plan=plan, fix=fix)
