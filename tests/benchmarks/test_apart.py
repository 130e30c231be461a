"""Answers of the search, held against a sum that shares no code with it."""

from __future__ import annotations

import ast
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks.apart import by_hand
from benchmarks.apart import shapes as counting
from benchmarks.apart.answers import FILE, SEED, asked, judged
from benchmarks.apart.by_hand import need
from benchmarks.apart.shapes import FAMILIES, Shapes, shapes
from wizard.knowledge.models.catalogue import catalogue

TINY = Shapes(2, 8, 100, 8, 4, 16, 1152, 0, 800, 800, 192, 800)
"""2 layers: 1152 weights in linear layers, 800 in the embedding and 800 in lm_head; of LoRA 192 a rank."""
QLORA: dict[str, Any] = {
    "adapter": "qlora", "load_in_4bit": True, "lora_r": 2, "sequence_len": 4, "micro_batch_size": 1,
    "optimizer": "adamw_torch_fused", "gradient_checkpointing": True, "cut_cross_entropy": True,
}  # fmt: skip
SCALES = 1152 * 0.127 / 8
WHOLE = 1152 / 2 + SCALES + 3200
FSDP2: dict[str, Any] = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}
EFFICIENT: dict[str, Any] = {"fsdp_version": 2, "fsdp_config": {"cpu_ram_efficient_loading": True}}


def test_every_answer_loads_and_fits_by_the_sum() -> None:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    answered = [row for row in rows if row["says"]]
    assert len(rows) == 300
    assert len(answered) >= 150
    assert {row["gpus"].partition("x")[0] for row in rows} >= {"1", "2", "4", "8"}
    assert not [row for row in answered if row["by_hand"] > row["free"]]


def test_and_those_that_the_search_gives_today() -> None:
    rows = [judged(question) for question in islice(asked(SEED + 1, 20), 20)]
    answered = [row for row in rows if row["says"]]
    assert len(answered) >= 8
    assert not [row for row in answered if row["by_hand"] > row["free"]]


@pytest.mark.parametrize("name", [name for name, row in catalogue().items() if row.config["model_type"] in FAMILIES])
def test_the_shapes_give_the_parameters_that_are_published(name: str) -> None:
    row = catalogue()[name]
    assert shapes(row.config).all == pytest.approx(row.parameters, rel=0.01)


@pytest.mark.parametrize(
    ("changes", "gpus", "load"),
    [
        ({}, 1, WHOLE),
        (FSDP2, 2, WHOLE + (WHOLE - SCALES) / 2),
        (EFFICIENT, 2, SCALES + (WHOLE - SCALES) / 2 + 1600),
        ({"deepspeed": "deepspeed_configs/zero3_bf16.json"}, 2, WHOLE),
        ({"deepspeed": "deepspeed_configs/zero3_bf16.json", "load_in_4bit": False, "adapter": "lora"}, 2, 2752 + 1600),
    ],
)
def test_loading_by_hand(changes: dict[str, Any], gpus: int, load: float) -> None:
    assert need(TINY, {**QLORA, **changes}, gpus).load == pytest.approx(load)


def test_training_by_hand() -> None:
    layer = 2 * (3 * 8 + 2 * 8 + 2 * 4 + 3 * 16 + 8) * 4
    found = need(TINY, QLORA, 1)
    gradients, states = 192 * 2 * 4, 192 * 2 * 12
    assert found.train == pytest.approx(WHOLE + states + max(2 * 4 * 8 * 2 + layer, gradients + layer))
    assert need(TINY, {**QLORA, "cut_cross_entropy": False}, 1).train > found.train


@pytest.mark.parametrize("module", [by_hand, counting])
def test_the_sum_shares_no_code_with_what_it_judges(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    assert not [name for name in named if name.startswith("wizard")]
