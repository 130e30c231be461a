"""Sizes of a mesh go where a machine has not the GPUs for them."""

from __future__ import annotations

import pytest

from wizard.axolotl import mesh
from wizard.fit.adapt import adapt
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.review import review, stopping
from wizard.world.presets import preset

_PRESET = "context-parallel-32k-8x80gb"


@pytest.mark.parametrize("gpu", ["h100-80gb", "2xa100-80gb", "rtx-4090"])
def test_a_preset_for_eight_gpus_leaves_its_sizes_behind_on_fewer(gpu: str) -> None:
    plan, machine = preset(_PRESET).plan, named_machine(gpu)
    model = built(str(plan["base_model"]))
    assert "MW627" in {one.code for one in stopping(review(plan, model, machine).findings)}
    adapted = adapt(plan, model, machine)
    assert not mesh.divides(adapted)
    assert stopping(review(adapted, model, machine).findings) == ()


def test_it_keeps_them_where_they_fill_the_machine() -> None:
    plan, machine = preset(_PRESET).plan, named_machine("8xh100-80gb")
    assert mesh.context_parallel_size(adapt(plan, built(str(plan["base_model"])), machine)) == 8
