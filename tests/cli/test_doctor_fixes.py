"""A config with the very fault that a log tells of: the doctor's fix is put into it, and the fault is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.command import run
from tests.cli.test_doctor import CONFIG, TEXTS
from tests.doctor.test_real import REAL

_FULL = dict.fromkeys(("adapter", "load_in_4bit", "lora_r", "lora_alpha", "lora_target_linear"))
_CHATS = [{"path": "mlabonne/FineTome-100k", "type": "chat_template"}]


@dataclass(frozen=True)
class Faulty:
    """`log`: of the corpus, or `real/NAME`. `changes`: to the config of the doctor's tests, None takes a key out.

    What was the fault: `rule`, a finding of that code; `capacity`, too much for a GPU of that size; `less`, more than
    there need be of what the estimate says under that name; `wanted`, not these values.
    """

    log: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    capacity: str = ""
    less: str = ""
    wanted: Mapping[str, Any] = field(default_factory=dict)
    again: str = ""

    @property
    def name(self) -> str:
        """As the test is called."""
        return f"{self.log}{self.again and '-'}{self.again}"


FAULTS = (
    Faulty("fp16-scaler", {**_FULL, "bf16": False, "fp16": True}, rule="MW225"),
    Faulty("fp16-scaler", {"bf16": False, "fp16": True, "lora_modules_to_save": ["embed_tokens", "lm_head"]},
           rule="MW226", again="modules"),
    Faulty("qkv-code", {"base_model": "microsoft/Phi-3-mini-4k-instruct", "lora_qkv_kernel": True}, rule="MW580"),
    Faulty("dtype", {"base_model": "tiiuae/falcon-7b", "adapter": "lora", "load_in_4bit": None, "load_in_8bit": True,
                     "bf16": False, "attn_implementation": "sdpa"}, rule="MW928"),
    Faulty("real/no-template", {"base_model": "meta-llama/Llama-3.1-8B", "datasets": _CHATS}, rule="MW857"),
    Faulty("real/no-targets", {"lora_target_linear": None, "lora_target_modules": ["nobodys_proj"]}, rule="MW337"),
    Faulty("real/unknown-type", {"datasets": [{"path": "mhenrichsen/alpaca_2k_test", "type": "alpacaa"}]},
           rule="MW820"),
    Faulty("real/unknown-optimizer", {"optimizer": "adamw_trch"}, rule="MW537"),
    Faulty("torch-2.2-backward-first", {"micro_batch_size": 4}, capacity="23.65GiB"),
    Faulty("torch-2.13-alloc-conf", {"micro_batch_size": 48}, capacity="79.25GiB"),
    Faulty("longest-row-128", {"micro_batch_size": 4}, capacity="23.65GiB"),
    Faulty("first-optimizer-step-adamw", {**_FULL, "micro_batch_size": 2}, capacity="79.25GiB"),
    Faulty("torch-2.5-load", {"base_model": "Qwen/Qwen3-14B", "adapter": "lora", "load_in_4bit": None,
                              "micro_batch_size": 1, "sequence_len": 1024}, capacity="23.55GiB"),
    Faulty("leak-axolotl", {"micro_batch_size": 8}, less="device_bytes"),
    Faulty("evaluation-by-stack", {"eval_batch_size": 8}, less="eval", wanted={"eval_batch_size": 1}),
    Faulty("evaluation-by-axolotls-line", less="eval", wanted={"eval_batch_size": 1}),
    Faulty("evaluation-on-start", {"eval_on_start": True}, less="eval", wanted={"eval_batch_size": 1}),
    Faulty("fragmentation-kohya", wanted={"pad_to_sequence_len": True}),
    Faulty("safetensors-full", {"save_total_limit": 8}, less="disk_bytes", wanted={"save_total_limit": 1}),
    Faulty("quota", {**_FULL}, less="disk_bytes", wanted={"save_total_limit": 1}),
    Faulty("save-fsdp-gather", {"fsdp_version": 2, "fsdp_config": {"state_dict_type": "FULL_STATE_DICT"}},
           wanted={"fsdp_config": {"state_dict_type": "SHARDED_STATE_DICT"}}),
    Faulty("vllm-no-cache-blocks", {"rl": "grpo", "vllm": {"gpu_memory_utilization": 0.5}},
           wanted={"vllm": {"gpu_memory_utilization": 0.6}}),
    Faulty("memory-error-data", {"dataset_num_proc": 8}, wanted={"dataset_num_proc": 1}),
)  # fmt: skip


def put(folder: Path, case: Faulty) -> tuple[Path, Path]:
    log, config = folder / "train.log", folder / "my.yml"
    real = case.log.removeprefix("real/")
    log.write_bytes((REAL / f"{real}.log").read_bytes() if real != case.log else TEXTS[case.log].encode())
    written = {key: value for key, value in {**yaml.safe_load(CONFIG), **case.changes}.items() if value is not None}
    config.write_text("# mine\n" + yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    return log, config


def found(config: Path) -> dict[str, str]:
    """Severity by code of what `check` finds."""
    return {one["code"]: one["severity"] for one in run("check", config, "--format", "json").row()["findings"]}


def figure(config: Path, name: str) -> int:
    row = run("estimate", config, "--gpu", "24GiB", "--json").row()
    return int(row["phases"][name] if name in row["phases"] else row[name]["likely"])


def fits(config: Path, capacity: str) -> str:
    return str(run("estimate", config, "--gpu", capacity, "--json").row()["fit"])


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case.name)
def test_the_fault_is_gone(case: Faulty, tmp_path: Path) -> None:
    log, config = put(tmp_path, case)
    before, text = found(config), config.read_text(encoding="utf-8")
    more_before = figure(config, case.less) if case.less else 0
    if case.rule:
        assert case.rule in before
    if case.capacity:
        assert fits(config, case.capacity) == "over"
    assert any(yaml.safe_load(text).get(key) != value for key, value in case.wanted.items()) or not case.wanted
    first = run("doctor", log, "--config", config, "--json").row()
    assert first["changes"]

    done = run("doctor", log, "--config", config, "--fix", "--unsafe-fixes")

    assert (done.code, "is changed" in done.err) == (1, True)
    read = config.read_text(encoding="utf-8")
    assert read.startswith("# mine\n")
    after, made = found(config), yaml.safe_load(read)
    assert {code for code, how in after.items() if how == "error"} <= {c for c, how in before.items() if how == "error"}
    if case.rule:
        assert case.rule not in after
        assert "finds it in the config" not in run("doctor", log, "--config", config, "--json").row()["why"]
    if case.capacity:
        assert fits(config, case.capacity) in ("fits", "tight")
    if case.less:
        assert figure(config, case.less) < more_before
    assert {key: made.get(key) for key in case.wanted} == dict(case.wanted)
    again = run("doctor", log, "--config", config, "--json").row()
    assert first["changes"][0]["changes"] not in [one["changes"] for one in again["changes"]]


def test_there_are_as_many_as_are_promised() -> None:
    assert len({case.name for case in FAULTS}) == len(FAULTS) >= 15
