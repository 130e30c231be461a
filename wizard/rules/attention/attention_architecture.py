"""MW495."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.architectures import RunsOn, attention_changes, attention_failure
from wizard.axolotl.attention import KEYS, deciding_key, implementation
from wizard.axolotl.base import class_of_transformers
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import shortened
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW495",
    "attention-architecture",
    "error",
    fix="unsafe",
    keys=KEYS,
    crashes=(
        "does not support Flash Attention",
        "does not support an attention implementation",
        "vllm-flash-attn3",
        "only supports head dimension",
    ),
)
def attention_architecture(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An attention that this architecture does not have.

    What it checks
        The attention of the plan is one that was tried on a small model of the architecture, and the run ended. Its
        type must be known. gpt-oss takes a kernel from the hub in place of FlashAttention-2, which runs on Hopper.

    Why it matters
        transformers stops as it builds the model: a part of it, perhaps a tower, has no code for that attention. Or the
        first step stops: FlashAttention-2 has no code for heads of over 256 values, as Gemma 4's global layers have
        them. The validator, which sees no model, takes the file.

    Example
        Bad:
            base_model: google/gemma-4-E2B
            attn_implementation: flash_attention_2

        Good:
            base_model: google/gemma-4-E2B

    Fix
        For Gemma 4's wide heads `gemma4_hybrid_attn_impl: true`; else sdpa, else eager, without packing; for a model
        with a tower that knows eager alone the key goes, and each part gets what it has. Unsafe: it takes more memory
        or time.

    Source
        axolotl 0.19.0 and 0.21.0 with transformers 5.16.1 and 5.20.1 (small models of each architecture, executed)
    """
    plan = subject.plan
    place = RunsOn(subject.model, subject.axolotl, subject.machine, class_of_transformers(plan, subject.model))
    why = attention_failure(plan, place)
    if why is None:
        return
    name = implementation(plan)
    changes = attention_changes(plan, place)
    instead = changes["attn_implementation"]
    hybrid = changes.get("gemma4_hybrid_attn_impl") is True
    says = "no attn_implementation" if instead is REMOVE else f"attn_implementation: {instead}"
    says = "gemma4_hybrid_attn_impl: true" if hybrid else says
    message = f"{name} on {place.architecture}: the run stops ({shortened(why, 90)})"
    yield self.finding(message, deciding_key(plan), plan=plan, fix=Fix(changes, "unsafe", says))
