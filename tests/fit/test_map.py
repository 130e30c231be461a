"""The map's cells."""

from __future__ import annotations

import random

import pytest

from wizard.fit.map import MOST, cell, divided, single, survey
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import built, catalogue, find
from wizard.memory import estimate
from wizard.world.presets import preset

PLAN = preset("qlora-24gb").plan


@pytest.mark.parametrize("seed", range(80))
def test_the_largest_micro_batch_fits_and_the_next_does_not(seed: int) -> None:
    chance = random.Random(seed)
    model = built(chance.choice(list(catalogue())))
    machine = named_machine(chance.choice(["rtx-3060-12gb", "rtx-4090", "a100-80gb", "h200", "2xl40s"]))
    length = min(chance.choice([512, 777, 4096, 16384]), model.max_length or 512)
    method = chance.choice(["full", "lora", "lora8", "qlora"])
    found = cell(PLAN, model, machine, method, length)
    free = machine.free_bytes
    assert free is not None
    if found.fit != "fits":
        assert found.micro == 0
        return
    one, _ = divided(single(PLAN, model, machine, method, length), model, machine)
    highs = [
        estimate(one.changed({"micro_batch_size": rows, "eval_batch_size": rows}), model, machine).device.high
        for rows in (found.micro, found.micro + 1)
    ]
    assert highs[0] < free
    assert highs[1] >= free or found.micro == MOST


def test_a_length_beyond_the_model_is_unknown() -> None:
    model = built("Qwen/Qwen3-8B")
    assert model.max_length is not None
    found = cell(PLAN, model, named_machine("h200"), "qlora", model.max_length + 1)
    assert (found.fit, found.micro, found.needs) == ("unknown", 0, 0)


@pytest.mark.parametrize("method", ["full", "lora", "lora8", "qlora"])
@pytest.mark.parametrize("quantized", ["bitsandbytes", "gptq", "awq"])
def test_a_base_that_loses_its_experts_fits_nowhere(method: str, quantized: str) -> None:
    """Its checkpoint has each expert quantized by itself: no settings train it (MW931)."""
    base = find("Qwen/Qwen3-30B-A3B")
    assert base is not None
    block = {"quant_method": quantized, "load_in_4bit": True, "bits": 4, "group_size": 128}
    model = build({**base.config, "quantization_config": block}, "here/packed")
    found = cell(PLAN, model, named_machine("8xh200"), method, 512)
    assert (found.fit, found.micro, found.needs, found.experts_lost) == ("unknown", 0, 0, quantized)
    assert not cell(PLAN, built("Qwen/Qwen3-30B-A3B"), named_machine("8xh200"), method, 512).experts_lost


def test_the_survey_has_every_combination_in_order() -> None:
    models = [built("Qwen/Qwen3-8B"), built("Qwen/Qwen3-0.6B")]
    machines = [named_machine("t4"), named_machine("rtx-4090")]
    cells = survey(PLAN, models, machines, ("lora", "qlora"), (512, 1024))
    assert len({(one.model, one.gpu, one.method, one.length) for one in cells}) == 16 == len(cells)
    assert [one.model for one in cells[:8]] == ["Qwen/Qwen3-8B"] * 8
