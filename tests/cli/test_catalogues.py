"""`rules`, `explain`, `presets`, `models`, `gpus` and `probe`: text, and the JSON that scripts read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import run
from wizard.knowledge.gpus import gpus, named_machine
from wizard.output.json.probe import ProbeOut
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import HEADINGS, Rule
from wizard.world.recorded import names, recorded

CATALOGUES = pytest.mark.parametrize("command", ["rules", "presets", "models", "gpus"])
SEVEN = {
    "MW101": "batch-size-set",
    "MW102": "eval-batch-size-differs",
    "MW103": "padding-off",
    "MW104": "fp16-full-finetune-packed-without-flash",
    "MW106": "fp8-without-compile",
    "MW107": "allocator-config",
}


@CATALOGUES
def test_text_and_json_list_the_same(command: str) -> None:
    text, rows = run(command), run(command, "--json")
    assert (text.code, text.err, rows.code, rows.err) == (0, "", 0, "")
    key = {"rules": "code", "models": "id"}.get(command, "name")
    listed = [line.split()[0] for line in text.out.splitlines()[1:] if line and not line.startswith("Your own")]
    assert listed == [row[key] for row in rows.rows()]
    assert len(set(listed)) == len(listed)


@CATALOGUES
def test_the_columns_stand_in_line(command: str) -> None:
    head, *lines = run(command).out.partition("\n\n")[0].splitlines()
    starts = [match.start() for match in re.finditer(r"\S+( \S+)*", head)]
    for line in lines:
        assert all(start == 0 or line[start - 2 : start] == "  " for start in starts[: len(line)])


def test_rules_as_json() -> None:
    rows = run("rules", "--json").rows()
    for row in rows:
        assert list(row) == ["code", "name", "severity", "status", "since", "fix", "source"]
        assert re.fullmatch(r"MW\d{3}", row["code"])
        assert row["severity"] in ("error", "warning", "hint")
        assert row["status"] in ("stable", "preview", "deprecated")
        assert row["fix"] in ("safe", "unsafe", "none")
        assert row["source"]
    found = {row["code"]: row["name"] for row in rows}
    assert SEVEN.items() <= found.items()
    assert {"MW105", "MW901", "MW902", "MW903"} <= set(found)
    assert list(found) == sorted(found)


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)
def test_explain_tells_a_rule_in_full(rule: Rule) -> None:
    code, name = rule.code, rule.name
    done = run("explain", code)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{code} {name} (")
    lines = done.out.splitlines()
    assert [line for line in lines if line in HEADINGS] == list(HEADINGS)
    assert run("explain", name.upper()).out == run("explain", code.lower()).out == done.out
    row = run("explain", code, "--json").row()
    assert (row["code"], row["name"]) == (code, name)
    assert set(row["sections"]) == {"what_it_checks", "why_it_matters", "example", "fix", "source"}
    assert all(row["sections"].values())
    assert row["summary"]


def test_presets_as_json() -> None:
    rows = run("presets", "--json").rows()
    assert len(rows) >= 10
    for row in rows:
        assert list(row) == ["name", "title", "for", "gpu", "model", "axolotl"]
        assert all(isinstance(value, str) and value for value in row.values())
        assert named_machine(row["gpu"]).gpus


def test_presets_name_the_folder_for_ones_own(own_home: Path) -> None:
    folder = run("presets").out.splitlines()[-1].partition("put Axolotl YAML files into ")[2]
    assert folder.startswith(str(own_home))
    Path(folder).mkdir(parents=True)
    (Path(folder) / "mine.yml").write_text("base_model: org/model\n")
    first = run("presets", "--json").rows()[0]
    assert first == {
        "name": "mine",
        "title": "your preset mine",
        "for": str(Path(folder) / "mine.yml"),
        "gpu": None,
        "model": "org/model",
        "axolotl": None,
    }
    assert "base_model: org/model" in run("generate", "--preset", "mine", "--gpu", "rtx-4090").out


def test_models_as_json() -> None:
    rows = run("models", "--json").rows()
    assert len(rows) >= 60
    for row in rows:
        assert list(row)[:3] == ["id", "family", "parameters"]
        assert type(row["parameters"]) is int
        assert row["parameters"] > 0
        assert all(type(row[key]) is int for key in ("layers", "hidden_size", "vocab_size"))
        assert all(type(row[key]) is bool for key in ("moe", "tied", "exact", "gated"))
        assert row["source"]
        assert row["date"]
    assert {row["moe"] for row in rows} == {True, False}


def test_models_are_those_people_train() -> None:
    rows = run("models", "--json").rows()
    known = " ".join(name for row in rows for name in (row["id"], row["family"], *row["also"])).lower()
    wanted = (
        *("llama-3", "qwen2.5", "qwen3", "mistral", "ministral", "devstral", "magistral", "gemma-2", "gemma-3"),
        *("gemma-4", "phi", "gpt-oss", "deepseek", "glm", "smollm", "granite", "olmo", "falcon", "tinyllama"),
    )
    assert [name for name in wanted if name not in known] == []


def test_gpus_as_json() -> None:
    rows = run("gpus", "--json").rows()
    for row in rows:
        assert {"name", "memory_bytes", "compute_capability"} <= set(row)
        assert type(row["memory_bytes"]) is int
        assert row["memory_bytes"] > 2**30
        assert row["memory_bytes"] % 2**20 == 0
        assert row["source"]
        assert row["date"]
    nvidia = [row for row in rows if row["vendor"] == "nvidia"]
    assert len(nvidia) >= 45
    assert all(re.fullmatch(r"\d+\.\d", row["compute_capability"]) for row in nvidia)
    assert all(row["bandwidth_gb_s"] for row in nvidia)
    names_of_all = {row["name"] for row in nvidia}
    assert {"gtx-1080-ti", "rtx-4090", "t4", "a100-80gb", "h100-80gb"} <= names_of_all
    assert any(name.startswith("b200") for name in names_of_all)
    assert any("pro-6000" in name for name in names_of_all)


def test_every_gpu_of_the_catalogue_can_be_named() -> None:
    for row in run("gpus", "--json").rows():
        (device,) = named_machine(row["name"].upper()).gpus
        assert device.total_bytes == row["memory_bytes"]
        assert device.catalogue == row["name"]


def test_a_search_narrows_the_lists() -> None:
    found = [row["name"] for row in run("gpus", "A100", "--json").rows()]
    assert 0 < len(found) < len(gpus())
    assert "a100-80gb" in found
    some = run("models", "smol", "--json").rows()
    assert some
    assert all("smol" in (row["id"] + row["family"] + "".join(row["also"])).lower() for row in some)
    assert run("models", "no such model", "--json").out == ""
    nothing = run("gpus", "no such gpu")
    assert nothing.out == ""
    assert nothing.code == 1
    assert "nothing in the catalogue matches 'no such gpu'" in nothing.err


@pytest.mark.parametrize("demo", names())
def test_probe_tells_every_recorded_machine(demo: str) -> None:
    done = run("probe", "--demo", demo, "--json")
    row = done.row()
    ProbeOut.model_validate(row, strict=True)
    assert (done.code, done.err) == (0, "")
    assert list(row) == ["driver", "cuda", "gpus", "notes", "host_total_bytes", "host_free_bytes"]
    machine = recorded(demo)
    assert [gpu["uuid"] for gpu in row["gpus"]] == [gpu.uuid for gpu in machine.gpus]
    for gpu, known in zip(row["gpus"], machine.gpus, strict=True):
        wanted = ["index", "uuid", "name", "total_bytes", "used_bytes", "free_bytes", "compute_capability", "bf16"]
        assert [key for key in gpu if key in (*wanted, "fp8", "processes")] == [*wanted, "fp8", "processes"]
        assert gpu["free_bytes"] == known.free_bytes
        assert [sorted(process) for process in gpu["processes"]] == [["name", "pid", "used_bytes"]] * len(
            known.processes
        )
    text = run("probe", "--demo", demo)
    assert (text.code, text.err) == (0, "")
    for known in machine.gpus:
        assert f"GPU {known.index}: {known.name}, compute capability " in text.out
    assert all(f"note: {note}" in text.out for note in machine.notes)


def test_probe_says_unknown_and_who() -> None:
    assert "memory: unknown free of unknown, unknown used" in run("probe", "--demo", "gb10").out
    assert "in use by: python3 (pid 48213), 31.0 GiB" in run("probe", "--demo", "a100-shared").out
    assert "Name a GPU instead" in run("probe", "--demo", "no-gpu").out
    assert "bf16 no" in run("probe", "--demo", "t4").out


def test_probe_of_this_machine_with_all_gpus_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    row = run("probe", "--json").row()
    assert row["gpus"] == []
    assert len(row["notes"]) == 1


def test_explain_says_of_a_version_that_the_rule_is_not_of() -> None:
    assert "Axolotl 0.19 knows nothing of it" in run("explain", "MW390", "--axolotl", "0.19").err
    assert run("explain", "MW390", "--axolotl", "0.20").err == ""
