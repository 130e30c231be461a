"""`memwizard estimate`: the need by component and phase, as text and as DESIGN.md's JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Done, run
from tests.cli.configs import GOOD, number_of, with_line
from wizard.domain.estimate import COMPONENTS, PHASES
from wizard.output.json.estimate import EstimateOut
from wizard.world.recorded import names

KEYS = [
    *("config", "model", "gpu", "fit", "allocated_bytes", "device_bytes", "nvidia_smi_bytes", "peak_phase"),
    *("phases", "components", "assumptions", "warnings"),
]
MIB = 2**20


def estimate(here: Path, text: str = GOOD, *arguments: str, gpu: str = "rtx-4090") -> Done:
    (here / "my.yml").write_text(text, encoding="utf-8")
    return run("estimate", "my.yml", "--gpu", gpu, *arguments)


def row(here: Path, text: str = GOOD, gpu: str = "rtx-4090") -> dict[str, Any]:
    return estimate(here, text, "--json", gpu=gpu).row()


def is_bytes(value: object) -> bool:
    return type(value) is int and value >= 0


@pytest.mark.parametrize("gpu", ["rtx-4090", "24GiB", "2xa100-80gb", "mi300x"])
def test_the_keys_and_types_are_those_of_the_design(here: Path, gpu: str) -> None:
    found = row(here, gpu=gpu)
    EstimateOut.model_validate(found, strict=True)
    host, left = ["host_bytes", "causes", "host_need_bytes", "host_free_bytes", "host_fit"], ["disk_bytes", "disk"]
    assert list(found) == [*KEYS, *host, *left, "axolotl"]
    assert found["config"] == "my.yml"
    assert list(found["model"]) == ["id", "parameters", "trainable", "exact"]
    assert found["model"]["id"] == "Qwen/Qwen3-8B"
    assert found["model"]["parameters"] == 8190735360
    assert is_bytes(found["model"]["trainable"])
    assert found["model"]["exact"] is True
    assert found["fit"] in ("fits", "tight", "over", "unknown")
    for name in ("allocated_bytes", "device_bytes"):
        assert list(found[name]) == ["low", "likely", "high"]
        assert all(is_bytes(value) for value in found[name].values())
        assert found[name]["low"] <= found[name]["likely"] <= found[name]["high"]
    assert is_bytes(found["nvidia_smi_bytes"])
    assert set(found["phases"]) <= set(PHASES)
    assert list(found["components"]) == list(COMPONENTS)
    assert all(is_bytes(value) for value in (*found["phases"].values(), *found["components"].values()))
    assert all(type(text) is str for text in (*found["assumptions"], *found["warnings"]))
    assert all(is_bytes(value) for value in found["host_bytes"].values())
    assert all(is_bytes(cause["less"]) and is_bytes(cause["more"]) and cause["name"] for cause in found["causes"])


def test_explain_prints_the_sum(here: Path) -> None:
    done = estimate(here, GOOD, "--explain")
    assert done.code == 0
    assert "NF4: 1/2 + 1/64 + 4/(64 × 256)" in done.out
    assert "together" in done.out


@pytest.mark.parametrize(("name", "size"), [("acme/secret-13b-chat", "13B"), ("acme/secret", "7B")])
def test_a_model_that_is_not_known_is_estimated_by_its_size(here: Path, name: str, size: str) -> None:
    text = with_line(f"base_model: {name}")
    refused = estimate(here, text)
    assert refused.code == 2
    assert f"`--model {size}` estimates it by its size alone" in refused.err
    assert f"about {size}" in estimate(here, text, "--model", size).out


@pytest.mark.parametrize(
    "changes",
    [
        ("adapter: lora", "load_in_4bit: false"),
        ("adapter:", "load_in_4bit: false"),
        ("val_set_size: 0",),
        ("micro_batch_size: 8",),
        ("gradient_checkpointing: false",),
        ("sequence_len: 32768",),
    ],
    ids=str,
)
def test_the_components_add_up_and_the_peak_is_the_largest_phase(here: Path, changes: tuple[str, ...]) -> None:
    found = row(here, with_line(*changes))
    parts = found["components"]
    assert sum(parts.values()) - parts["runtime"] == found["allocated_bytes"]["likely"]
    assert found["phases"][found["peak_phase"]] == max(found["phases"].values()) == found["allocated_bytes"]["likely"]
    for mark in ("low", "likely", "high"):
        assert found["device_bytes"][mark] >= found["allocated_bytes"][mark]
    assert found["nvidia_smi_bytes"] >= found["device_bytes"]["likely"]


def test_fits_tight_and_over_compare_the_need_with_what_is_free(here: Path) -> None:
    need = row(here)["device_bytes"]
    for free, fit, code in (
        (need["high"] // MIB + 2, "fits", 0),
        ((need["likely"] + need["high"]) // 2 // MIB, "tight", 0),
        (need["likely"] // MIB - 1, "over", 1),
    ):
        done = estimate(here, GOOD, "--json", gpu=f"{free}MiB")
        assert (done.row()["fit"], done.code, done.err) == (fit, code, "")
        assert done.row()["gpu"]["free_bytes"] == free * MIB


def test_without_evaluation_there_is_no_such_phase(here: Path) -> None:
    assert "eval" in row(here)["phases"]
    assert "eval" not in row(here, with_line("val_set_size: 0"))["phases"]


def test_the_gpu_is_told_as_the_machine_knows_it(here: Path) -> None:
    assert row(here, gpu="2xa100-80gb")["gpu"] == {
        "name": "NVIDIA A100-SXM4-80GB",
        "count": 2,
        "nodes": 1,
        "total_bytes": 80 << 30,
        "free_bytes": 81038 << 20,
        "compute_capability": "8.0",
    }
    assert row(here, gpu="24GiB")["gpu"]["compute_capability"] is None


def test_what_another_holds_is_not_free(here: Path) -> None:
    (here / "my.yml").write_text(GOOD)
    found = run("estimate", "my.yml", "--demo", "a100-shared", "--json").row()["gpu"]
    assert found["total_bytes"] - found["free_bytes"] > 31 << 30


@pytest.mark.parametrize(("demo", "gpu"), [("no-gpu", False), ("gb10", True)])
def test_unknown_memory_is_unknown_fit_and_no_failure(here: Path, demo: str, gpu: bool) -> None:
    (here / "my.yml").write_text(GOOD)
    done = run("estimate", "my.yml", "--demo", demo, "--json")
    found = done.row()
    assert (done.code, found["fit"], found["gpu"] is not None) == (0, "unknown", gpu)
    if gpu:
        assert (found["gpu"]["total_bytes"], found["gpu"]["free_bytes"]) == (None, None)
    assert found["device_bytes"]["likely"] > 0


@pytest.mark.parametrize("demo", names())
def test_every_recorded_machine_gives_an_estimate(here: Path, demo: str) -> None:
    (here / "my.yml").write_text(GOOD)
    done = run("estimate", "my.yml", "--demo", demo, "--json")
    assert done.code == (done.row()["fit"] == "over")


def test_without_a_gpu_named_the_machine_is_probed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    (here / "my.yml").write_text(GOOD)
    done = run("estimate", "my.yml", "--json")
    assert (done.code, done.row()["gpu"], done.row()["fit"]) == (0, None, "unknown")
    assert "name one with --gpu" in run("estimate", "my.yml").out


def test_several_files_are_a_line_each(here: Path) -> None:
    for name, text in (("a", GOOD), ("b", with_line("micro_batch_size: 64")), ("c", with_line("sequence_len: 1024"))):
        (here / f"{name}.yml").write_text(text)
    done = run("estimate", "a.yml", "b.yml", "c.yml", "--gpu", "rtx-4090", "--json")
    assert [(one["config"], one["fit"]) for one in done.rows()] == [
        ("a.yml", "fits"),
        ("b.yml", "over"),
        ("c.yml", "fits"),
    ]
    assert done.code == 1
    done = run("estimate", "a.yml", "none.yml", "b.yml", "--gpu", "rtx-4090", "--json")
    assert done.code == 2
    assert [one["config"] for one in done.rows()] == ["a.yml", "b.yml"]
    assert done.err == "memwizard: none.yml: there is no such file\n"


def test_stdin_is_a_file() -> None:
    assert run("estimate", "-", "--gpu", "rtx-4090", "--json", stdin=GOOD).row()["config"] == "-"


def test_a_model_that_is_not_known_ends_with_2(here: Path) -> None:
    text = with_line("base_model: Qwen/Qwen3-8")
    done = estimate(here, text)
    assert done.refusal().startswith(f"my.yml:{number_of(text, 'base_model')}: no estimate: the model 'Qwen/Qwen3-8'")
    assert "Did you mean 'Qwen/Qwen3-8B'?" in done.err
    assert "names no base_model" in estimate(here, "micro_batch_size: 1\n").refusal()


def test_another_model_in_place_of_the_files(here: Path) -> None:
    done = estimate(here, with_line("base_model: nobody/nothing"), "--model", "qwen/qwen3-4b", "--json")
    assert (done.code, done.row()["model"]["id"]) == (0, "Qwen/Qwen3-4B")


def test_the_text_tells_need_range_fit_and_each_part(here: Path) -> None:
    done = estimate(here)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("my.yml: Qwen/Qwen3-8B, 8.19B parameters, ")
    found = row(here)
    assert lines[1].startswith(f"needs {found['device_bytes']['likely'] / 2**30:.1f} GiB, between ")
    assert lines[1].endswith(f"worst at {found['peak_phase']}")
    assert lines[2].endswith("-> fits")
    first_words = [line.split()[0] for line in lines if line.startswith("  ")]
    assert first_words == [*COMPONENTS, *(phase for phase in PHASES if phase in found["phases"])]
    (worst,) = [line.split()[0] for line in lines if line.endswith("<- worst")]
    assert worst == found["peak_phase"]


def test_the_text_of_what_does_not_fit(here: Path) -> None:
    done = estimate(here, gpu="4GiB")
    assert done.code == 1
    assert "-> over: does not fit" in done.out


@pytest.mark.parametrize("size", ["7B", "about 7B"])
def test_a_private_model_is_estimated_by_its_size(here: Path, size: str) -> None:
    text = with_line("base_model: acme/secret")
    assert "neither in the catalogue" in estimate(here, text).err
    row = estimate(here, text, "--json", "--model", size).row()
    assert row["model"]["exact"] is False
    assert row["device_bytes"]["low"] < row["device_bytes"]["likely"] < row["device_bytes"]["high"]
    assert "nothing but its size is known" in row["warnings"][0]


def test_a_size_is_no_name_of_a_model_to_train(here: Path) -> None:
    done = run("generate", "--preset", "qlora-24gb", "--model", "7B", "--gpu", "rtx-4090")
    assert done.code == 2
    assert "base_model" not in done.out
