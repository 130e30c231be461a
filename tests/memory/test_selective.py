"""Selective checkpointing: what it keeps, by formula."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, model, reviewed
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.memory.selective import saved_bytes

Q, K, H, INNER, HEADS, LAYERS, TOKENS = 4096, 1024, 4096, 14336, 32, 32, 2048
LONG_SINCE = Version(0, 19)


def saved(block: object, version: Version | None = None, **changes: Any) -> float:
    plan = Plan({**FULL, "selective_checkpointing": block, **changes}, axolotl=version)
    return saved_bytes(model(), effective(plan, model(), None))


def estimated(**changes: Any) -> Estimate:
    found = reviewed(FULL, **changes).estimate
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (True, 2 * Q + 4 * HEADS),
        ({}, 2 * Q + 4 * HEADS),
        ({"save": []}, 0),
        ({"save": [], "save_modules": ["down_proj"]}, 2 * H),
        ({"save": [], "save_modules": ["self_attn"]}, 2 * (Q + 2 * K + H)),
        ({"save": [], "save_modules": ["model.layers.*.mlp.up_proj"]}, 2 * INNER),
        ({"save": [], "save_matmul_min_k": 8192}, 2 * H),
        ({"save": ["aten::mm"]}, 2 * (Q + 2 * K + H + 2 * INNER + H)),
    ],
)
def test_what_is_kept_of_a_layer_and_token(block: object, expected: float) -> None:
    assert saved(block) == expected * LAYERS


def test_nothing_is_kept_without_checkpointing_nor_by_0_19() -> None:
    assert saved(True, gradient_checkpointing=False) == 0
    assert saved(True, LONG_SINCE) == 0


def test_windows_are_computed_again_unless_they_are_asked_for() -> None:
    name = "google/gemma-2-9b"
    plan = Plan({**FULL, "selective_checkpointing": {"save_sliding_window": True}})
    all_of_them = saved_bytes(model(name), effective(plan, model(name), None))
    some = saved_bytes(model(name), effective(Plan({**FULL, "selective_checkpointing": True}), model(name), None))
    assert some == all_of_them / 2


def test_what_is_kept_is_on_the_gpu_until_the_backward_or_in_host_memory() -> None:
    plain, kept = estimated(), estimated(selective_checkpointing=True)
    away = estimated(selective_checkpointing={"offload": True})
    bytes_kept = (2 * Q + 4 * HEADS) * LAYERS * TOKENS
    assert kept.phases["forward"] - plain.phases["forward"] == bytes_kept
    assert away.phases == plain.phases
    assert away.host["activations"] == bytes_kept
