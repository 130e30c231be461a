"""How many weights of which kind a decoder has, by its config.json alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FAMILIES = (
    "llama", "mistral", "qwen2", "qwen3", "phi3", "granite", "olmo2", "olmo3", "gemma2", "gemma3_text", "smollm3",
    "seed_oss", "cohere", "mixtral", "qwen3_moe", "olmoe",
)  # fmt: skip
"""Kinds with attention, a gated block or experts of one size, and nothing else that weighs."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Counts of weights of all layers together: `linear` (but lm_head), `experts` in stacks, `embedding`, `head` (0
    where it is the embedding). `lora`: in + out of all linear layers; `widest`: the largest tensor; the rest: widths.
    """

    layers: int
    hidden: int
    vocabulary: int
    query: int
    key: int
    inner: int
    linear: int
    experts: int
    embedding: int
    head: int
    lora: int
    widest: int

    @property
    def all(self) -> int:
        """All weights but the norms, which are few."""
        return self.linear + self.experts + self.embedding + self.head


def shapes(config: Mapping[str, Any]) -> Shapes:
    """Of a config.json as it is published."""
    hidden, layers, words = config["hidden_size"], config["num_hidden_layers"], config["vocab_size"]
    heads = config["num_attention_heads"]
    each = config.get("head_dim") or hidden // heads
    query, key = heads * each, (config.get("num_key_value_heads") or heads) * each
    count = config.get("num_local_experts") or config.get("num_experts") or 0
    inner = (config.get("moe_intermediate_size") if count else None) or config["intermediate_size"]
    pairs = [(hidden, query), (hidden, key), (hidden, key), (query, hidden)]
    if not count:
        pairs += [(hidden, inner), (hidden, inner), (inner, hidden)]
    tied = config.get("tie_word_embeddings", config["model_type"] in ("gemma2", "gemma3_text", "cohere"))
    experts = 3 * hidden * inner * count
    return Shapes(
        layers=layers,
        hidden=hidden,
        vocabulary=words,
        query=query,
        key=key,
        inner=inner * (config.get("num_experts_per_tok", 1) if count else 1),
        linear=layers * sum(width * out for width, out in pairs),
        experts=layers * experts,
        embedding=words * hidden,
        head=0 if tied else words * hidden,
        lora=layers * sum(width + out for width, out in pairs),
        widest=max(words * hidden, hidden * inner, 2 * experts // 3),
    )
