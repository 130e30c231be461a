"""An evaluation runs without gradients: nothing that training keeps, or computes again, bears on it."""

from __future__ import annotations

import pytest

from tests.builders import FULL, LLAMA_8B, LORA, QLORA, model, plan
from wizard.memory import estimate


@pytest.mark.parametrize("base", [FULL, LORA, {**QLORA, "rl": "dpo"}])
@pytest.mark.parametrize("name", [LLAMA_8B, "google/gemma-2-9b", "allenai/OLMoE-1B-7B-0924"])
@pytest.mark.parametrize("attention", ["flash_attention_2", "eager"])
def test_an_evaluation_needs_the_same_with_and_without_checkpointing(
    base: dict[str, object], name: str, attention: str
) -> None:
    def needed(*, on: bool) -> int:
        changes = {"gradient_checkpointing": on, "gradient_checkpointing_kwargs": {"use_reentrant": True}}
        made = estimate(
            plan(base, val_set_size=0.1, eval_batch_size=8, attn_implementation=attention, **changes), model(name)
        )
        return made.phases["eval"]

    assert needed(on=False) == needed(on=True)
