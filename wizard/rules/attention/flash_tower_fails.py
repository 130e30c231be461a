"""MW936."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.axolotl.architectures import tower_changes
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW936",
    "flash-tower-fails",
    "error",
    fix="unsafe",
    keys=("processor_type",),
    crashes="'MllamaVisionAttention' object has no attribute 'is_causal'",
)
def flash_tower_fails(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FlashAttention on a vision tower that does not say whether it is causal.

    What it checks
        The model is a Llama 3.2 Vision, rows have images (`processor_type`), and attention is FlashAttention.

    Why it matters
        transformers' FlashAttention asks each layer `is_causal`, which the tower's attention does not have: the first
        batch with an image ends with an AttributeError.

    Example
        Bad:
            base_model: meta-llama/Llama-3.2-11B-Vision-Instruct
            processor_type: AutoProcessor
            sample_packing: false
            attn_implementation: flash_attention_2

        Good:
            base_model: meta-llama/Llama-3.2-11B-Vision-Instruct
            processor_type: AutoProcessor
            sample_packing: false
            attn_implementation: sdpa

    Fix
        `attn_implementation: sdpa`. Not safe: it is slower and needs other memory.

    Source
        transformers 5.16.1 and 5.20.1 integrations/flash_attention.py, modeling_mllama.py (executed without data)
    """
    plan, model = subject.plan, subject.model
    changes = tower_changes(plan, model) if model is not None else {}
    if model is None or not changes:
        return
    message = f"FlashAttention on {model.architecture}'s tower: the first image ends the run"
    fix = Fix(changes, "unsafe", "attn_implementation: sdpa")
    yield self.finding(message, attention.deciding_key(plan), plan=plan, fix=fix)
