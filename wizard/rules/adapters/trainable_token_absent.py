"""MW343."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW343",
    "trainable-token-absent",
    "error",
    keys=("peft_trainable_token_indices",),
    crashes=("is out of bounds for dimension 0", "not found in the base model"),
)
def trainable_token_absent(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_trainable_token_indices` names a token or an embedding that the model does not have.

    What it checks
        Each number against the rows of the model's vocabulary, where the plan adds no tokens, and each name of a
        block against the model's modules. The model must be known, and its form exact.

    Why it matters
        The run dies when the adapter is made, after the data is prepared and the model loaded.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_trainable_token_indices: [128009]

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_trainable_token_indices: [1, 2]

    Fix
        Write numbers of this model's tokenizer. There is none to apply: which tokens are meant is not known.

    Source
        peft 0.20.0 tuners/trainable_tokens (executed with a tiny model)
    """
    plan, model = subject.plan, subject.model
    if model is None or not model.exact or not adapters.makes_lora(plan):
        return
    written = plan.get("peft_trainable_token_indices")
    blocks = written if isinstance(written, dict) else {"embed_tokens": written}
    parts = {part for tensor in model.tensors for part in tensor.path.split(".")} | {"lm_head"}
    strange = [str(name) for name in blocks if isinstance(written, dict) and str(name).rpartition(".")[2] not in parts]
    grows = plan.get("tokens") or plan.get("special_tokens") or plan.get("resize_token_embeddings_to_32x")
    numbers = [one for listed in blocks.values() for one in (listed if isinstance(listed, list) else [])]
    beyond = [one for one in numbers if type(one) is int and one >= model.vocab and not grows]
    said = f"this model has no {', '.join(strange)}" if strange else ""
    if beyond:
        said = f"{', '.join(map(str, beyond))} is beyond this model's {model.vocab:,} tokens"
    if said:
        message = f"peft_trainable_token_indices: {said}: the run dies when the adapter is made"
        yield self.finding(message, "peft_trainable_token_indices", plan=plan)
