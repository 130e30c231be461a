"""Every model of the catalogue has an estimate for every method, and it makes sense."""

from __future__ import annotations

import pytest

from tests.builders import FULL, LORA, QLORA, plan
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.memory import estimate


@pytest.mark.parametrize("base", [FULL, LORA, QLORA], ids=["full", "lora", "qlora"])
@pytest.mark.parametrize("checkpointing", [True, False])
def test_every_model_has_an_estimate(base: dict[str, object], checkpointing: bool) -> None:
    for name in catalogue():
        model = built(name)
        made = estimate(plan(base, gradient_checkpointing=checkpointing), model)
        assert made.allocated.likely > 0.4 * model.parameters, name
        assert all(size >= 0 for size in made.components.values()), name
        assert sum(made.components.values()) - made.components["runtime"] == made.allocated.likely, name


def test_layers_without_a_known_mixer_say_so_by_their_range() -> None:
    told = {
        "tiiuae/Falcon-H1-7B-Base": "what mamba",
        "ai21labs/Jamba-v0.1": "what mamba",
        "Qwen/Qwen3.5-9B": "delta-nets",
    }
    for name, start in told.items():
        causes = {cause.name for cause in estimate(plan(LORA), built(name)).causes}
        assert any(cause.startswith(start) for cause in causes), name
