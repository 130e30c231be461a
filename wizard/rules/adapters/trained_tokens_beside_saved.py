"""MW912."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_USUAL = "embed_tokens"


@rule(
    "MW912",
    "trained-tokens-beside-saved",
    "error",
    fix="unsafe",
    keys=("peft_trainable_token_indices",),
    crashes="TrainableTokensLayer wraps an unknown layer type",
)
def trained_tokens_beside_saved(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Single tokens are trained in an embedding that is trained whole.

    What it checks
        `peft_trainable_token_indices` names an embedding (a list is of `embed_tokens`) that `lora_modules_to_save`
        names too.

    Why it matters
        PEFT wraps the module twice. Axolotl takes the file, and the run dies at the first step.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_modules_to_save: [embed_tokens, lm_head]
            peft_trainable_token_indices: [1, 2]

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_trainable_token_indices: [1, 2]

    Fix
        The module saved whole has these tokens too, so the indices go. Not safe: all its tokens are trained.

    Source
        peft 0.20.0 and 0.21.2 tuners/trainable_tokens/layer.py; axolotl 0.21.0 (executed on a CPU)
    """
    plan = subject.plan
    written = plan.get("peft_trainable_token_indices")
    if not written or not adapters.makes_lora(plan):
        return
    named = [str(name) for name in written] if isinstance(written, dict) else [_USUAL]
    both = [name for name in named if name in adapters.lora_modules_to_save(plan)]
    if both:
        message = (
            f"peft_trainable_token_indices of {', '.join(both)}, which lora_modules_to_save trains whole: the run "
        )
        fix = Fix({"peft_trainable_token_indices": REMOVE}, "unsafe", "no peft_trainable_token_indices")
        keys = ("peft_trainable_token_indices", "lora_modules_to_save")
        yield self.finding(f"{message}dies at the first step", *keys, plan=plan, fix=fix)
