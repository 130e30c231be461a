"""What the two steps run with in place of what a file has changes nothing that the file could die of."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.runs.judge.small_config import instead
from scripts.runs.unjudged import unjudged


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ({"lr_scheduler": "one_cycle", "warmup_steps": 1}, {"warmup_steps": 0}),
        ({"lr_scheduler": "polynomial", "warmup_ratio": 0.1}, {"warmup_steps": 0, "warmup_ratio": None}),
        ({"lr_scheduler": "polynomial", "warmup_ratio": 1.0}, {}),
        ({"lr_scheduler": "polynomial", "warmup_steps": 1, "max_steps": 2}, {}),
        ({"lr_scheduler": "cosine", "warmup_steps": 1}, {}),
        ({"gradient_checkpointing": "offload_disk"}, {"gradient_checkpointing": True}),
        ({"gradient_checkpointing": True}, {}),
        ({"profiler_steps": 2}, {"profiler_steps": None}),
        (
            {"rl": "grpo", "trl": {"max_completion_length": 256, "num_generations": 4, "beta": 0.1}},
            {"trl": {"max_completion_length": 8, "num_generations": 2, "beta": 0.1}},
        ),
        ({"rl": "grpo", "trl": {"max_completion_length": 8, "num_generations": 2}}, {}),
        ({"rl": "grpo", "trl": {"max_completion_length": 0}}, {}),
    ],
)
def test_what_two_steps_on_a_cpu_have_no_room_for_is_left_out(written: dict[str, Any], other: dict[str, Any]) -> None:
    assert instead(written, "qwen3") == other


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("ValueError: sonicmoe requires CUDA device", True),
        ("ModuleNotFoundError: No module named 'deepspeed'", True),
        ("ModuleNotFoundError: No module named 'own_rewards'", False),
        ("ZeroDivisionError: division by zero", False),
    ],
)
def test_what_the_judge_lacks_is_no_fault_of_a_file(said: str, known: bool) -> None:
    row = {"id": ["plan", "001"], "architecture": "qwen3_moe", "outcome": said}
    assert (unjudged(row) is not None) is known
