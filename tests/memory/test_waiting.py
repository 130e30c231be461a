"""What is offloaded: never more on the GPU than without, and what waits is in host memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import FULL, LLAMA_8B, LORA, QLORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate
from wizard.domain.units import GIB, MIB
from wizard.memory import estimate, estimate_of

WAITS = {"layer_offloading": True}
FROM_8B = 32 * (4096 * 4096 * 2 + 4096 * 1024 * 2 + 3 * 4096 * 14336)
"""Weights of its layers, norms apart."""


def of(base: dict[str, object], name: str = LLAMA_8B, gpus: str | None = None, **changes: object) -> Estimate:
    return estimate(plan(base, **changes), model(name), machine(gpus) if gpus else None)


@pytest.mark.parametrize("base", [FULL, LORA, QLORA])
@pytest.mark.parametrize("changes", [WAITS, {"activation_offloading": True}])
@pytest.mark.parametrize("name", [LLAMA_8B, "zai-org/GLM-4.5-Air"])
@pytest.mark.parametrize("length", [128, 8192])
def test_offloading_never_needs_more_of_the_gpu(
    base: dict[str, object], changes: dict[str, object], name: str, length: int
) -> None:
    off, on = of({**base, "sequence_len": length}, name), of({**base, **changes, "sequence_len": length}, name)
    for figure in ("low", "likely", "high"):
        assert getattr(on.allocated, figure) <= getattr(off.allocated, figure)
        assert getattr(on.device, figure) <= getattr(off.device, figure)


def test_layers_that_wait_lower_what_is_certain_alone() -> None:
    off, on = of(LORA), of({**LORA, **WAITS})
    assert on.allocated.likely == off.allocated.likely
    assert off.allocated.low - on.allocated.low == pytest.approx(2 * FROM_8B * 29 / 32, rel=1e-3)


def test_without_checkpointing_autograd_keeps_them() -> None:
    kept = {**LORA, "gradient_checkpointing": False}
    assert of({**kept, **WAITS}).allocated == of(kept).allocated


@pytest.mark.parametrize(
    ("base", "each"),
    [(LORA, 2.0), (QLORA, 0.5), ({**LORA, "load_in_8bit": True}, 1.0), ({**LORA, "bf16": False}, 4.0)],
)
def test_the_host_has_a_block_of_a_power_of_two_for_each_weight(base: dict[str, object], each: float) -> None:
    """14336 columns are rounded up to 16384; the norms have 32 x 2 vectors."""
    blocks = 32 * (4096 * 4096 * 2 + 4096 * 1024 * 2 + 3 * 4096 * 16384)
    norms = 2 * 32 * 4096 * (4 if each == 4 else 2)
    found = of({**base, **WAITS}).host["offloaded"]
    assert found - blocks * each == pytest.approx(norms, abs=MIB)
    assert "offloaded" not in of(base).host


def test_each_process_of_a_node_has_its_own() -> None:
    one, two = of({**LORA, **WAITS}, gpus="a100-80gb"), of({**LORA, **WAITS}, gpus="2xa100-80gb")
    assert two.host["offloaded"] == 2 * one.host["offloaded"] > 20 * GIB


@pytest.mark.parametrize(
    ("base", "why"),
    [
        (FULL, "no weight of a full fine-tune is frozen"),
        ({**LORA, "rl": "dpo"}, "its trainer does not look at it"),
        ({**LORA, "reward_model": True}, "nor does this one"),
        ({**LORA, "process_reward_model": True}, "nor does this one"),
    ],
)
def test_nothing_waits_where_nothing_is_moved(base: dict[str, object], why: str) -> None:
    on, off = of({**base, **WAITS}), of(base)
    assert (on.allocated, on.host) == (off.allocated, off.host), why


def test_what_is_frozen_beside_trained_layers_waits() -> None:
    part = of({**FULL, **WAITS}, unfrozen_parameters=[r"model.layers.1\d\..*"])
    assert part.host["offloaded"] > 10 * GIB
    assert part.allocated.low < of(FULL, unfrozen_parameters=[r"model.layers.1\d\..*"]).allocated.low


def test_layers_that_are_not_found_by_their_name_stay() -> None:
    known = model(LLAMA_8B)
    settings = effective(plan({**LORA, **WAITS}), known, None)
    assert "offloaded" not in estimate_of(settings, replace(known, layer_class="NemotronHBlock")).host
    assert estimate_of(settings, replace(known, layer_class=None)).host["offloaded"] > 10 * GIB
