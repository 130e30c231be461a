"""Rows measured on a GPU: what is measured, what a row holds, and how the estimate is held against it. No PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.gpu import cli, launch, nvml
from benchmarks.gpu.compare import Compared, compared, comparison, read
from benchmarks.gpu.jobs import Job, Unreadable, from_file, from_grid, settled, shared, without_folders
from benchmarks.gpu.launch import environment, measure, refusal, run_in_process
from benchmarks.gpu.supported import NOT_SET_UP, PARALLEL, why_not
from tests.builders import FULL, LLAMA_1B, LORA, QLORA
from wizard.domain.estimate import Estimate
from wizard.domain.plan import Plan
from wizard.domain.units import GIB
from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.knowledge.axolotl.versions import known
from wizard.knowledge.models.catalogue import built, find
from wizard.memory import estimate

CONFIG = {**FULL, "base_model": LLAMA_1B, "attn_implementation": "sdpa"}
GPU = {"name": "NVIDIA A10", "total_bytes": 24 * GIB}


def said() -> Estimate:
    return estimate(Plan(CONFIG), built(LLAMA_1B))


def measured(**changes: Any) -> dict[str, Any]:
    row = {"id": "one", "config": CONFIG, "metric": "allocated", "bytes": said().allocated.likely, "gpu": GPU}
    return {**row, "phase": "backward", **changes}


def one(row: Mapping[str, Any]) -> Compared:
    found = compared(row)
    assert isinstance(found, Compared)
    return found


def everything(_: str) -> bool:
    return True


def nothing(_: str) -> bool:
    return False


def test_errors_are_of_likely_and_below_zero_where_it_promised_too_little() -> None:
    high = said().allocated.high
    assert one(measured()).error == 0
    assert one(measured(bytes=2 * said().allocated.likely)).error == pytest.approx(-0.5)
    assert one(measured(bytes=high)).covered
    assert not one(measured(bytes=high + 1)).covered


def test_reserved_and_nvml_are_held_against_the_devices_high_figure() -> None:
    found = one(measured(reserved=said().device.high, nvml_used_bytes=2 * said().device.high))
    assert found.over_device("reserved") == 1
    assert found.over_device("nvml_used_bytes") == 2
    assert one(measured()).over_device("nvml_used_bytes") is None


def test_the_table_says_which_rows_the_high_figure_does_not_cover() -> None:
    rows = [measured(), measured(id="two", bytes=said().allocated.high + GIB, reserved=GIB, context_bytes=GIB // 2)]
    text = comparison(rows)
    worst, fine = text.splitlines()[1:3]
    assert worst.split()[0] == "two"
    assert "NO" in worst
    assert "yes" in fine
    assert "high enough for 1 of 2" in text
    assert "CUDA context and kernels before the model: 0.50 to 0.50 GiB" in text
    assert "after the steps" not in text


@pytest.mark.parametrize(
    ("total", "before", "fit"), [(80 * GIB, 0, "fits"), (80 * GIB, 79 * GIB, "over"), (2 * GIB, 0, "over")]
)
def test_a_run_out_of_memory_shows_what_would_have_been_said(total: int, before: int, fit: str) -> None:
    gpu = {"name": "a", "total_bytes": total}
    row = {"id": "big", "config": CONFIG, "oom": True, "reached_bytes": GIB, "asked_bytes": None, "gpu": gpu}
    found = one({**row, "nvml_before_bytes": before})
    assert found.fit == fit
    assert "Out of memory" in comparison([row])
    assert one({**row, "gpu": {}}).fit == "unknown"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"skipped": "it needs flash-attn"}, "skipped: it needs flash-attn"),
        ({"failed": "ValueError: no"}, "failed: ValueError: no"),
        ({"bytes": None}, "no measured allocation"),
        ({"config": {"base_model": "nobody/none"}}, "nobody/none is not in the catalogue"),
    ],
)
def test_what_can_not_be_compared_is_listed_with_the_reason(changes: dict[str, Any], why: str) -> None:
    text = comparison([measured(**changes)])
    assert text.startswith("Not compared")
    assert why in text


def test_of_runs_on_the_same_kind_of_gpu_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    other = {"name": "NVIDIA L4"}
    rows = [measured(bytes=1), measured(gpu=other, bytes=2), measured(bytes=3)]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    assert [row["bytes"] for row in read(path)] == [2, 3]


@pytest.mark.parametrize(
    ("text", "says"), [("{}\n{", "rows.jsonl:1"), ('{"id": "a", "config": {}}\n{', "rows.jsonl:2"), ("[1]", "a row")]
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=says):
        read(path)


@pytest.mark.parametrize("config", [CONFIG, {**LORA, "attn_implementation": "eager"}, QLORA])
def test_the_common_runs_are_measured(config: dict[str, Any]) -> None:
    assert why_not(config, everything) is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"attn_implementation": "flash_attention_2"}, "flash-attn"),
        ({"flash_attention": True, "attn_implementation": None}, "flash-attn"),
        ({"cut_cross_entropy": True}, "cut-cross-entropy"),
        ({"liger_fused_linear_cross_entropy": True}, "liger-kernel"),
        ({"adapter": "lora"}, "package axolotl"),
        ({"rl": "dpo"}, "rl is not set up"),
        ({"bf16": False}, "only bf16"),
        ({"adapter": "lora", "load_in_4bit": True}, "load_in_4bit"),
        ({"adapter": "llama-adapter"}, "adapter llama-adapter"),
        ({"gradient_checkpointing": "offload"}, "gradient_checkpointing: offload"),
        ({"sample_packing": True}, "flash_attention_2 only"),
        ({"tensor_parallel_size": 2}, "several GPUs"),
        ({"plugins": ["somebody.else"]}, "a plugin"),
    ],
)
def test_what_is_not_here_is_skipped_and_said(changes: dict[str, Any], says: str) -> None:
    config = {**CONFIG, **changes}
    assert says in str(why_not({key: value for key, value in config.items() if value is not None}, nothing))


def test_every_field_that_is_not_set_up_is_one_of_axolotls() -> None:
    assert {*NOT_SET_UP, *PARALLEL} <= {name for one in known() for name in (*fields(one), *plugin_fields(one))}


def test_a_row_keeps_what_bears_on_memory_and_no_name_or_path() -> None:
    private = {
        "hub_model_id": "me/secret",
        "datasets": [{"path": "/data/private"}],
        "test_datasets": [{"path": "/data/private"}],
        "output_dir": "/data/out",
        "plugins": ["axolotl.integrations.liger.LigerPlugin", "mine.Plugin"],
    }
    kept = shared({**CONFIG, **private})
    assert "private" not in json.dumps(kept)
    assert not {"hub_model_id", "datasets", "test_datasets", "output_dir"} & set(kept)
    assert kept["plugins"] == ["axolotl.integrations.liger.LigerPlugin"]
    assert kept["val_set_size"] > 0
    assert shared({"base_model": "/data/private/model"})["base_model"] == "model"
    assert without_folders("OSError: '/data/private/a.json' and/or 1/2: no") == "OSError: 'a.json' and/or 1/2: no"


def test_what_a_row_keeps_is_estimated_as_the_whole_config() -> None:
    for job in list(from_grid())[::7]:
        row = find(job.config["base_model"])
        assert row is not None
        whole, kept = (estimate(Plan(config), built(row.id)) for config in (job.config, shared(job.config)))
        assert kept == whole, job.id


@pytest.mark.parametrize("text", ["a: [", "- 1", "sequence_len: 4"])
def test_a_file_that_is_no_config_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=r"mine\.yml is not"):
        from_file(path)
    with pytest.raises(Unreadable, match="No such file"):
        from_file(tmp_path / "none.yml")
    path.write_text(f"base_model: {LLAMA_1B}\n", encoding="utf-8")
    assert from_file(path) == Job("mine", {"base_model": LLAMA_1B})


def test_runs_that_were_skipped_or_failed_are_not_settled(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [{"id": "a", "bytes": 1}, {"id": "b", "skipped": "x"}, {"id": "c", "failed": "x"}, {"id": "d", "oom": True}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert settled(path) == {"a", "d"}
    assert settled(tmp_path / "none.jsonl") == set()


def test_the_allocator_is_set_as_axolotl_sets_it() -> None:
    made = environment({"HOME": "x"}, "2.13.0")
    assert made["PYTORCH_ALLOC_CONF"].startswith("expandable_segments:True")
    assert made["HF_HUB_OFFLINE"] == "1"
    assert environment({"PYTORCH_ALLOC_CONF": "mine"}, "2.13.0")["PYTORCH_ALLOC_CONF"] == "mine"


def test_a_run_is_handed_over_as_json_and_its_answer_is_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvml, "used_by_gpu", lambda: {"abc": 5})
    seen: list[Mapping[str, Any]] = []

    def run(job: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
        seen.append(json.loads(json.dumps(job)))
        return {"metric": "allocated", "bytes": 7}

    row = measure(Job("one", {**CONFIG, "base_model": LLAMA_1B.lower()}), 3, has=everything, run=run)
    assert seen[0]["model"] == LLAMA_1B
    assert seen[0]["used_before"] == {"abc": 5}
    assert (seen[0]["steps"], seen[0]["device"], row["bytes"]) == (3, "cuda", 7)
    assert row["config"]["base_model"] == LLAMA_1B
    assert {"allocator", "date", "versions"} <= set(row)


@pytest.mark.parametrize(("model", "says"), [("nobody/none", "catalogue"), (LLAMA_1B, "flash-attn")])
def test_a_run_that_can_not_take_place_is_a_row_too(model: str, says: str) -> None:
    row = measure(Job("one", {**FULL, "base_model": model}), 3, has=nothing)
    assert says in row["skipped"]
    assert "metric" not in row


def test_the_answer_of_a_process_is_the_row_and_one_that_dies_leaves_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys; from pathlib import Path; Path(sys.argv[1]).write_text(sys.stdin.read())"
    monkeypatch.setattr(launch, "WORKER", ("-c", code))
    assert run_in_process({"a": 1}, {}) == {"a": 1}
    monkeypatch.setattr(launch, "WORKER", ("-c", "import sys; sys.exit('no such thing')"))
    assert run_in_process({}, {}) == {"failed": "the process ended with code 1: no such thing"}


def test_the_highest_reading_is_kept() -> None:
    readings = iter([5, 9])
    with nvml.Watch(lambda: next(readings, 7), every_s=60) as watch:
        watch.look()
    assert watch.highest == 9


def test_used_memory_is_by_uuid(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(nvmlInit=lambda: None, nvmlDeviceGetCount=lambda: 2, NVMLError=RuntimeError)
    fake.nvmlDeviceGetHandleByIndex = lambda index: f"h{index}"
    fake.nvmlDeviceGetUUID = lambda handle: f"GPU-u{handle[1]}"
    monkeypatch.setattr(nvml, "pynvml", fake)
    monkeypatch.setattr(nvml, "memory", lambda handle: {"used": {"h0": None, "h1": 4}[handle]})
    assert nvml.used_by_gpu() == {"u1": 4}


@pytest.mark.parametrize(
    ("code", "says"), [("sys.exit(3)", "PyTorch finds no CUDA GPU here"), ("1 / 0", "PyTorch can't be imported here")]
)
def test_without_a_gpu_it_says_so_and_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, says: str
) -> None:
    assert "needs torch, transformers" in str(refusal("cuda", nothing))
    monkeypatch.setattr(launch, "CUDA", f"import sys; {code}")
    monkeypatch.setattr(cli, "refusal", lambda device: refusal(device, everything))
    assert cli.main(["--grid"]) == 2
    written = capsys.readouterr()
    assert written.err.startswith(says)
    assert len(written.err.splitlines()) == 1


def test_rows_are_added_and_a_failed_run_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("good", "bad"):
        (tmp_path / f"{name}.yml").write_text(f"base_model: {LLAMA_1B}\n", encoding="utf-8")
    results: dict[str, Any] = {"good": {"bytes": GIB, "phase": "backward"}, "bad": {"failed": "no"}}
    monkeypatch.setattr(cli, "refusal", lambda device: None)
    monkeypatch.setattr(cli, "measure", lambda job, steps, device: {"id": job.id, **results[job.id]})
    out = tmp_path / "rows.jsonl"
    asked = [str(tmp_path / "good.yml"), str(tmp_path / "bad.yml"), "--out", str(out)]
    assert cli.main([*asked, "--only", "good"]) == 0
    assert cli.main(asked) == 1
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["good", "good", "bad"]
    assert "good: 1.00 GiB allocated, at the backward" in capsys.readouterr().err


def test_compare_prints_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(measured()), encoding="utf-8")
    assert cli.main(["--compare", str(path)]) == 0
    assert "1 measured; error of likely: median 0.00%" in capsys.readouterr().out
    assert cli.main(["--compare", str(tmp_path / "none.jsonl")]) == 2


def test_only_the_process_of_a_run_imports_pytorch() -> None:
    code = "import sys, benchmarks.gpu.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=launch.ROOT, check=False).returncode == 0
