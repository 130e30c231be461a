"""Which half precision transformers is told, by the file and the machine."""

from __future__ import annotations

import pytest

from wizard.axolotl.precision import told_to_trainer
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine


@pytest.mark.parametrize(
    ("written", "gpu", "halves"),
    [
        ({"bf16": True}, None, (True, False)),
        ({"bf16": True, "fp16": True}, None, (True, False)),
        ({"bf16": False, "fp16": True}, None, (False, True)),
        ({"bf16": False}, "t4", (False, False)),
        ({"bf16": False, "bfloat16": True}, None, (True, False)),
        ({"fp16": True}, "h100-80gb", (False, True)),
        ({}, None, (None, None)),
        ({}, "h100-80gb", (True, False)),
        ({}, "t4", (False, True)),
        ({"fp16": False}, "t4", (False, False)),
    ],
)
def test_auto_follows_the_gpu_and_bf16_goes_before_fp16(
    written: dict[str, object], gpu: str | None, halves: tuple[bool | None, bool | None]
) -> None:
    machine = named_machine(gpu) if gpu else None
    assert tuple(told_to_trainer(Plan(written), machine, name) for name in ("bf16", "fp16")) == halves
