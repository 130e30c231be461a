"""The sum that a person can check: every term's numbers give its bytes, and the terms give the estimate."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from tests.builders import FULL, LORA, QLORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate
from wizard.memory.terms import terms
from wizard.review import review
from wizard.world.presets import preset, presets

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
    settings, known = plan(values), built(name)
    made = estimate(settings, known)
    found = terms(known, effective(settings, known, None), made)
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


@pytest.mark.parametrize("gpu", ["rtx-4090", "4xa100-80gb", "8xh100-80gb"])
def test_what_passes_is_told_in_products(gpu: str) -> None:
    """Of every preset: weights on their way, a layer's worst moment and what lies beside are no mere names."""
    for one in presets():
        judged = review(one.plan, model(str(one.plan["base_model"])), machine(gpu))
        assert judged.estimate is not None
        assert judged.model is not None
        found = terms(judged.model, judged.effective, judged.estimate)
        told = [term for term in found if term.component in ("gradients", "activations", "temporaries", "runtime")]
        assert [(one.name, term) for term in told if not re.search(r"\d.* × .*\d", term.working)] == []


_CHOICES: dict[str, list[object]] = {
    "micro_batch_size": [1, 4],
    "gradient_checkpointing": [True, False],
    "adapter": ["lora", "qlora", None],
    "load_in_4bit": [True, False],
    "load_in_8bit": [True, False],
    "lora_modules_to_save": [["embed_tokens", "lm_head"], None],
    "bf16": ["auto", False],
    "rl": ["dpo", "kto", "orpo", None],
    "optimizer": ["adamw_8bit", "muon", "adamw_torch", "paged_adamw_8bit", "sgd", "adafactor"],
    "deepspeed": ["deepspeed_configs/zero2.json", "deepspeed_configs/zero3_bf16_cpuoffload_all.json", None],
    "fsdp_config": [{"offload_params": True}, {"reshard_after_forward": False}, None],
    "fsdp_version": [1, 2],
    "tensor_parallel_size": [1, 2],
    "val_set_size": [0, 0.1],
}


@pytest.mark.parametrize("seed", range(150))
def test_no_term_is_negative_and_they_add_up(seed: int) -> None:
    """Over presets, models, machines and settings drawn at random: what is shown can be added by hand."""
    draw = random.Random(seed)
    changes = {key: draw.choice(values) for key, values in _CHOICES.items() if draw.random() < 0.4}
    name = draw.choice(["Qwen/Qwen3-8B", "Qwen/Qwen3-30B-A3B", "google/gemma-3-4b-it"])
    gpus = draw.choice(["rtx-4090", "2xrtx-4090", "8xh100-80gb"])
    chosen = preset(draw.choice(["fsdp2-qlora-2x24gb", "lora-24gb", "full-80gb", "zero3-full-8x80gb"])).plan
    judged = review(chosen.changed(changes), model(name), machine(gpus))
    estimate = judged.estimate
    assert estimate is not None
    assert judged.model is not None
    found = terms(judged.model, judged.effective, estimate)
    assert min(term.size for term in found) > 0
    for component, size in estimate.components.items():
        added = sum(term.size for term in found if term.component == component)
        assert abs(size - added) <= 0.001 * estimate.allocated.likely + 1
