"""LoRA's targets are found among very many names as among few."""

from __future__ import annotations

from wizard.axolotl.lora import lora
from wizard.axolotl.targets import targeted
from wizard.domain.plan import Plan
from wizard.knowledge.models.catalogue import built


def taken(names: list[str]) -> set[str]:
    model = built("HuggingFaceTB/SmolLM2-135M")
    found = lora(Plan({"adapter": "lora", "lora_r": 8, "lora_target_modules": names}), model, 1)
    assert found is not None
    return {tensor.module for tensor in model.tensors if targeted(model, tensor, found)}


def test_a_name_is_the_end_of_a_path_at_a_point() -> None:
    others = [f"block.{number}.proj" for number in range(10_000)]
    assert taken(["q_proj", "mlp.up_proj", "_proj", "j", *others]) == taken(["q_proj", "up_proj"]) != set()
