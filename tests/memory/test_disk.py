"""Bytes on disk: against what a real Axolotl on a CPU left (`python -m scripts.weighed PYTHON`), and by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.weighed.cases import CASES
from tests.builders import FULL, LLAMA_8B, LORA, QLORA
from wizard.axolotl.effective import effective
from wizard.axolotl.saving import saving
from wizard.domain.disk import Disk
from wizard.domain.estimate import Range
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import built
from wizard.knowledge.models.packed import packed as packed_as
from wizard.memory.disk import disk, prepared_bytes

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("weighed.jsonl").read_text(encoding="utf-8").splitlines()
]
SAVED = [pytest.param(row, id=f"{row['name']} {row['axolotl']}") for row in ROWS]


def forecast(row: dict[str, Any], *, tokenizer: bool = True) -> Disk:
    config = {**row["model"], "torch_dtype": row["model"]["dtype"]}
    model = build(config, row["name"], tokenizer_bytes=row["tokenizer"] if tokenizer else None)
    plan = Plan(row["config"])
    return disk(plan, effective(plan, model, None), model)


def within(measured: int, told: Range, share: float = 0.03) -> None:
    assert told.likely == pytest.approx(measured, rel=share)
    assert told.low <= measured * 1.001
    assert told.high >= measured


def test_every_run_that_is_weighed_is_here_and_ended_well() -> None:
    assert {row["name"] for row in ROWS} == {one.name for one in CASES}
    assert all(row["exit_code"] == 0 and row.get("merge_code", 0) == 0 for row in ROWS)


@pytest.mark.parametrize("row", SAVED)
def test_a_checkpoint_and_the_end_within_three_hundredths(row: dict[str, Any]) -> None:
    told = forecast(row)
    within(sum(row["checkpoint"].values()), told.checkpoint)
    within(sum(row["final"].values()), told.final)
    assert told.kept == row["checkpoints"]


@pytest.mark.parametrize("row", SAVED)
def test_the_folder_at_its_fullest_within_three_hundredths(row: dict[str, Any]) -> None:
    """It was looked at now and then: a small folder goes before it is seen."""
    told, checkpoint = forecast(row), sum(row["checkpoint"].values())
    assert told.most.high >= row["most_on_disk"]
    if checkpoint > 100_000_000:
        assert told.most.likely == pytest.approx(row["most_on_disk"], rel=0.03)
    else:
        assert told.most.likely - checkpoint < row["most_on_disk"] * 1.001


@pytest.mark.parametrize("row", [row for row in ROWS if "merged" in row])
def test_what_is_merged_within_three_hundredths(row: dict[str, Any]) -> None:
    told = forecast(row).merged
    assert told is not None
    within(sum(row["merged"].values()), told)


@pytest.mark.parametrize("row", [row for row in ROWS if "tokens" in row])
def test_prepared_data_within_three_hundredths(row: dict[str, Any]) -> None:
    packed = bool(row["config"].get("sample_packing"))
    assert prepared_bytes(row["tokens"], row["rows"], packed=packed) == pytest.approx(row["prepared"], rel=0.03)


@pytest.mark.parametrize("row", SAVED)
def test_a_tokenizer_that_is_not_here_widens_the_range_around_the_truth(row: dict[str, Any]) -> None:
    told = forecast(row, tokenizer=False)
    assert told.checkpoint.low <= sum(row["checkpoint"].values()) <= told.checkpoint.high


@pytest.mark.parametrize(
    ("changes", "saves", "kept", "at_once"),
    [
        ({}, 1, 1, 1),
        ({"num_epochs": 3}, 3, 3, 3),
        ({"num_epochs": 9}, 9, 4, 5),
        ({"saves_per_epoch": 2, "num_epochs": 2}, 4, 4, 4),
        ({"save_steps": 0.1, "save_total_limit": 3}, 10, 3, 4),
        ({"save_steps": 100}, None, 4, 5),
        ({"save_steps": 4, "max_steps": 9}, 3, 3, 3),
        ({"max_steps": 9}, None, 4, 5),
        ({"save_strategy": "no"}, 0, 0, 0),
        ({"save_strategy": "best", "save_total_limit": 2}, None, 2, 3),
        ({"save_steps": 100, "eval_steps": 50, "val_set_size": 0.1, "save_total_limit": 1}, None, 2, 3),
        ({"save_steps": 100, "eval_steps": 50, "save_total_limit": 1}, None, 1, 2),
    ],
)
def test_how_many_checkpoints(changes: dict[str, object], saves: int | None, kept: int, at_once: int) -> None:
    found = saving(Plan({**FULL, **changes}))
    assert (found.saves, found.kept, found.at_once) == (saves, kept, at_once)


def of(base: dict[str, object], machine: str = "a100-80gb", **changes: object) -> Disk:
    plan, model = Plan({**base, **changes}), built(LLAMA_8B)
    return disk(plan, effective(plan, model, named_machine(machine)), model)


def test_an_8b_by_hand() -> None:
    model = built(LLAMA_8B)
    weights, tokenizer = 2 * model.parameters, 128_256 * 110
    assert of(FULL).final.likely == pytest.approx(weights + tokenizer, rel=1e-4)
    assert of(FULL).checkpoint.likely == pytest.approx(3 * weights + tokenizer, rel=1e-4)
    assert of(FULL, save_only_model=True).checkpoint == of(FULL).final
    adapter = 16 * 2_621_440 * 4
    assert of(LORA).final.likely == pytest.approx(adapter + tokenizer, rel=0.01)
    merged = of(LORA).merged
    assert merged is not None
    assert merged.likely == pytest.approx(weights + tokenizer, rel=1e-4)
    assert of(FULL).merged is None
    assert of(QLORA).final == of(LORA).final


def test_what_came_quantized_is_merged_in_16_bits_or_stays_in_4() -> None:
    model = built(LLAMA_8B)
    packed = replace(model, packed=packed_as({"quantization_config": {"quant_method": "bitsandbytes"}}))
    plan = Plan(LORA)
    whole, rounded = (disk(plan, effective(plan, one, None), one).merged for one in (model, packed))
    assert whole is not None
    assert rounded is not None
    assert rounded.likely == whole.likely
    beside = whole.low - 2 * model.parameters  # the tokenizer's
    assert (rounded.low - beside) / model.parameters == pytest.approx(0.5 + 1 / 64 + 4 / (64 * 256), rel=1e-4)


def test_deepspeed_saves_an_fp32_copy_and_the_states_of_all() -> None:
    model = built(LLAMA_8B)
    for stage, each in (("zero2", 16), ("zero3_bf16", 14)):
        told = of(FULL, "8xa100-80gb", deepspeed=f"deepspeed_configs/{stage}.json")
        assert told.checkpoint.likely == pytest.approx(each * model.parameters, rel=0.01)


def test_where_nothing_is_saved_on_the_way_only_the_end_is_there() -> None:
    told = of(FULL, save_strategy="no")
    assert (told.kept, told.most) == (0, told.final)
