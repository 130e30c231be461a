"""The sum that a person can check: every term's numbers give its bytes, and the terms give the estimate."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.builders import FULL, LORA, QLORA, plan
from wizard.axolotl.effective import effective
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate
from wizard.memory.terms import terms

CASES: list[tuple[dict[str, Any], str]] = [
    (FULL, "meta-llama/Llama-3.1-8B"),
    (LORA, "meta-llama/Llama-3.2-1B"),
    (QLORA, "Qwen/Qwen3-8B"),
    (LORA, "Qwen/Qwen3-30B-A3B"),
    ({**FULL, "optimizer": "adafactor"}, "google/gemma-2-9b"),
    ({**LORA, "lora_modules_to_save": ["embed_tokens"], "gradient_checkpointing": False}, "microsoft/phi-4"),
    ({**QLORA, "rl": "dpo"}, "HuggingFaceTB/SmolLM3-3B"),
    ({**FULL, "val_set_size": 0.1, "eval_batch_size": 64}, "Qwen/Qwen3-0.6B"),
]


@pytest.mark.parametrize(("values", "name"), CASES)
def test_the_terms_add_up_to_each_component(values: dict[str, Any], name: str) -> None:
    settings, model = plan(values), built(name)
    made = estimate(settings, model)
    found = terms(model, effective(settings, model, None), made)
    for component, size in made.components.items():
        given = sum(term.size for term in found if term.component == component)
        assert given == pytest.approx(size, abs=0.002 * made.allocated.likely), component
    assert all(term.source for term in found)


@pytest.mark.parametrize(("values", "name"), CASES)
def test_the_numbers_put_in_give_the_bytes(values: dict[str, Any], name: str) -> None:
    settings, model = plan(values), built(name)
    worked = 0
    for term in terms(model, effective(settings, model, None), estimate(settings, model)):
        product = term.working.rpartition("= ")[2]
        numbers = [float(number.replace(",", "")) for number in re.findall(r"[\d,]*\d(?:\.\d+)?(?:e[+-]\d+)?", product)]
        if len(numbers) < 2:
            continue
        result = 1.0
        for number in numbers:
            result *= number
        assert result == pytest.approx(term.size, rel=0.01), term
        worked += 1
    assert worked >= 3
