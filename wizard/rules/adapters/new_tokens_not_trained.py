"""MW323."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.adapters import tables
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW323",
    "new-tokens-not-trained",
    "error",
    fix="unsafe",
    keys=("tokens",),
    crashes="`lora_modules_to_save` not properly set when adding new tokens",
)
def new_tokens_not_trained(self: Rule, subject: Subject) -> Iterator[Finding]:
    """New tokens with an adapter that does not train the embeddings.

    What it checks
        An adapter and `tokens`, and `lora_modules_to_save` without the input embedding and the output layer
        (embed_tokens and lm_head; some architectures call them otherwise).

    Why it matters
        Axolotl stops when it loads the model: the rows of new tokens would stay random. Both tables are then
        trained whole, as copies with gradients and optimizer states, which costs gigabytes on a large vocabulary.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            tokens: ["<|one|>", "<|two|>"]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            tokens: ["<|one|>", "<|two|>"]
            lora_modules_to_save: [embed_tokens, lm_head]

    Fix
        Both are added to `lora_modules_to_save`. Not safe: they are trained, and cost memory.

    Source
        axolotl 0.19.0 loaders/utils.py:125 and :306 (executed apart from the validator)
    """
    plan, model = subject.plan, subject.model
    if not adapters.adapter(plan) or not plan.get("tokens"):
        return
    if model is not None and model.quantized == "compressed-tensors":
        return  # Axolotl returns before the check
    saved = adapters.lora_modules_to_save(plan)
    if model is None and saved:
        return  # what they are called there is not known
    wanted = tables(model)
    missing = [name for name in wanted if name not in saved]
    if not missing:
        return
    message = f"tokens with an adapter, no {' and '.join(missing)} in lora_modules_to_save: Axolotl stops at the load"
    fix = Fix({"lora_modules_to_save": [*saved, *missing]}, "unsafe", f"lora_modules_to_save: {', '.join(wanted)}")
    yield self.finding(message, "lora_modules_to_save", "tokens", plan=plan, fix=fix)
