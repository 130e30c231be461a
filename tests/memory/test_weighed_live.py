"""What `memwizard run` says of host memory, and then sees, of a real Axolotl on a CPU (`scripts.weighed.live`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.knowledge.allocator import ARROW, LIBRARY
from wizard.knowledge.models.architecture import build
from wizard.knowledge.process import COLLECTED, WORKER
from wizard.memory.disk import disk
from wizard.output.text.run import host_need
from wizard.review import Review, review

_RECORD = Path(__file__).with_name("weighed_live.jsonl")
ROWS: list[dict[str, Any]] = [json.loads(line) for line in _RECORD.read_text(encoding="utf-8").splitlines()]
CARDS = ("dpo",)
"""Those that ended at their save, after the last step: trackio, of which TRL asks a link for the model's card, missed a
package there.
"""
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])


def reviewed(row: dict[str, Any]) -> Review:
    model = build({**row["model"], "torch_dtype": row["model"]["dtype"]}, row["name"])
    return review(Plan(row["config"]), model, Machine())


@each_row
def test_predicted_and_measured_are_within_three_hundredths(row: dict[str, Any]) -> None:
    """Of the phases those with the model: data are prepared before, by processes that are gone by then."""
    told = host_need(reviewed(row), launched=row["launcher"] is None, threads=row["threads"])
    held = max(size for phase, size in row["host"].items() if phase != "data")
    assert row["environment"] == dict([LIBRARY, ARROW])
    assert row["exit_code"] == (row["name"] in CARDS)
    assert told is not None
    assert told.likely == pytest.approx(held, rel=0.03)
    assert told.low < held < told.high


@pytest.mark.parametrize("row", [row for row in ROWS if row["name"] not in CARDS], ids=lambda row: row["name"])
def test_a_checkpoint_takes_what_was_said_of_it(row: dict[str, Any]) -> None:
    """Within three hundredths and two megabytes, by which files of a tokenizer differ."""
    one = reviewed(row)
    assert one.model is not None
    told = disk(one.plan, one.effective, one.model).checkpoint.likely
    assert told == pytest.approx(row["checkpoint"], abs=2_000_000 + 0.03 * row["checkpoint"])


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ({"save_strategy": "no"}, WORKER),
        ({"save_strategy": "no", "dataloader_num_workers": 3}, 3 * WORKER),
        ({}, COLLECTED),
        ({"dataloader_num_workers": 3}, COLLECTED),
        ({"dataloader_num_workers": 0}, 0),
        ({"dataloader_pin_memory": True}, 0),
    ],
)
def test_workers_that_read_the_data_count(written: dict[str, Any], count: int) -> None:
    """Each by itself, or all together once a checkpoint is written."""
    row = next(one for one in ROWS if one["name"] == "lora")
    plain = {key: value for key, value in row["config"].items() if not key.startswith("dataloader_")}
    needs = [
        host_need(reviewed({**row, "config": {**plain, **one}})) for one in (written, {"dataloader_num_workers": 0})
    ]
    assert needs[0] is not None
    assert needs[1] is not None
    assert needs[0].likely - needs[1].likely == count
