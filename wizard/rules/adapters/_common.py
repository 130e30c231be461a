"""What several rules on adapters ask of a plan and its model."""

from __future__ import annotations

from wizard.axolotl.targets import expert_ranks
from wizard.rules.registry import Subject


def wraps_parameters(subject: Subject) -> bool:
    """Whether LoRA goes on plain parameters (stacked experts), which PEFT wraps with `lora.ParamWrapper`."""
    lora, model = subject.effective.lora, subject.model
    if lora is None:
        return False
    return bool(lora.parameters) or (model is not None and bool(expert_ranks(model, lora)))
