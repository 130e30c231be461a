"""The JSON file of `deepspeed`: read beside the config, its stage counts, what is wrong in it is told with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wizard.axolotl.sharding import Sharding, sharding
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.review import review
from wizard.world.configs import read_plan

CODES = ("MW862", "MW875")
CONFIG = "base_model: HuggingFaceTB/SmolLM2-135M\nlearning_rate: 0.0002\ndeepspeed: "


def plan(folder: Path, content: str | None, name: str = "ds.json") -> Plan:
    if content is not None:
        (folder / name).write_text(content, encoding="utf-8")
    config = folder / "my.yml"
    config.write_text(f"{CONFIG}{name}\n", encoding="utf-8")
    return read_plan(str(config))


def told(plan: Plan) -> list[Finding]:
    return [one for one in review(plan, None).findings if one.code in CODES]


def divided(plan: Plan) -> Sharding:
    return sharding(plan, 2)[0]


@pytest.mark.parametrize("stage", [3, "3"])
def test_the_stage_of_a_file_beside_the_config_counts(tmp_path: Path, stage: object) -> None:
    zero = {"stage": stage, "offload_optimizer": {"device": "cpu"}, "reduce_bucket_size": "auto"}
    found = plan(tmp_path, json.dumps({"zero_optimization": zero, "train_batch_size": "auto"}))
    assert (divided(found).kind, divided(found).offload_optimizer) == ("zero3", True)
    assert sharding(found, 2)[1] == ()
    assert told(found) == []


def test_a_file_here_stands_before_the_one_that_axolotl_ships(tmp_path: Path) -> None:
    assert divided(plan(tmp_path, None, "zero3.json")).kind == "zero3"
    assert divided(plan(tmp_path, '{"zero_optimization": {"stage": 1}}', "zero3.json")).kind == "zero1"


def test_another_path_is_not_read_as_the_file(tmp_path: Path) -> None:
    found = plan(tmp_path, '{"zero_optimization": {"stage": 3}}')
    assert divided(found.changed({"deepspeed": "zero1.json"})).kind == "zero1"


@pytest.mark.parametrize(
    ("content", "code", "severity", "words"),
    [
        ('{\n"zero_optimization": {\n\t"stage": 3,\n"overlap_com": true}}', "MW875", "error", "ds.json, line 4: "),
        ('{\n"zero_optimisation": {"stage": 3}}', "MW875", "warning", "did you mean zero_optimization?"),
        ('{"bf16": {"enable": true}}', "MW875", "error", "bf16.enable"),
        ('{\n"zero_optimization": {"stage": 3},\n}', "MW862", "error", "line 3: not valid JSON"),
        ("[]", "MW862", "error", "not a JSON object"),
        (None, "MW862", "error", "there is no such file"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    tmp_path: Path, content: str | None, code: str, severity: str, words: str
) -> None:
    (found,) = told(plan(tmp_path, content))
    assert (found.code, found.severity, found.line, found.fix) == (code, severity, 3, None)
    assert words in found.message


def test_what_can_not_be_known_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("deepspeed_configs/zero3_bf16.json", "folder"):
        assert not [one for one in told(plan(tmp_path, None, name)) if one.severity == "error"], name
    (found,) = told(plan(tmp_path, None, "/of/another/machine/ds.json"))
    assert found.severity == "warning"
