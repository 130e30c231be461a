"""`memwizard fit`."""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import pytest
import yaml

from tests.cli.command import run
from wizard.world.presets import preset


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "my.yml"
    assert run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "-o", path).code == 0
    return path


def test_a_file_has_its_need_the_best_and_both_ladders(config: Path) -> None:
    done = run("fit", config, "--gpu", "rtx-4090")
    assert done.code == 0
    heads = [line.partition(":")[0].partition(" (")[0] for line in done.out.splitlines() if not line.startswith(" ")]
    wanted = ["as it stands", "Best for quality", "What saves memory", "What more memory would buy"]
    assert [head for head in heads if head in wanted] == wanted
    assert f"memwizard --config {config}" in done.err


def test_json_tells_the_same(config: Path) -> None:
    row = run("fit", config, "--gpu", "rtx-4090", "--json").row()
    assert row["now"]["fit"] == "fits"
    assert row["best"]["device_bytes"]["high"] < row["free_bytes"]
    assert {rung["gains"] is None for rung in row["ladder"]} == {True, False}
    assert all((rung["bytes"] > 0) == (rung["gains"] is not None) for rung in row["ladder"])


def test_what_it_proposes_can_be_written_as_it_says(tmp_path: Path) -> None:
    done = run("fit", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090", "--prefer", "speed")
    assert done.code == 0
    command = done.err.replace("next:", "").replace("\\\n", " ")
    words = shlex.split(command)
    path = tmp_path / "out.yml"
    made = run(*words[1:-1], path)
    assert made.code == 0, made.err
    again = run("estimate", path, "--gpu", "rtx-4090", "--json").row()
    first = run("fit", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090", "--prefer", "speed", "--json").row()
    assert again["fit"] == "fits"
    assert again["device_bytes"] == first["best"]["device_bytes"]


def test_what_cannot_fit_says_what_else_would() -> None:
    done = run("fit", "--model", "meta-llama/Llama-3.1-70B", "--gpu", "rtx-4090")
    assert done.code == 1
    assert "Nothing fits with rows of 2,048 tokens." in done.out
    row = run("fit", "--model", "meta-llama/Llama-3.1-70B", "--gpu", "rtx-4090", "--json").row()
    assert row["best"] is None
    assert [one["fit"] for one in row["instead"]] == ["fits"] * len(row["instead"])
    assert {bool(one["gpu"]) for one in row["instead"]} == {True, False}


def test_a_file_that_does_not_fit_leaves_with_one(config: Path) -> None:
    assert run("fit", config, "--gpu", "rtx-3060-12gb").code == 0  # tight
    assert run("fit", config, "--gpu", "8GiB").code == 1
    assert run("fit", config, "--demo", "no-gpu").code == 0


def test_the_map_of_a_model() -> None:
    done = run("fit", "--map", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090")
    assert done.code == 0
    assert [line.split("  ")[0] for line in done.out.splitlines()[2:6]] == ["method", "full fine-tune", "LoRA", "QLoRA"]


def test_the_map_as_csv_and_json_is_the_same() -> None:
    arguments = ("fit", "--map", "--only", "qwen3 8b", "--against", "gpus")
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--csv").out)))
    told = run(*arguments, "--json").rows()
    assert [(row["model"], row["gpu"], row["fit"], int(row["micro_batch_size"])) for row in rows] == [
        (row["model"], row["gpu"], row["fit"], row["micro_batch_size"]) for row in told
    ]
    assert len({row["gpu"] for row in rows}) == 7


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name one with --gpu, or a FILE or a --model"),
        (("--map", "--demo", "no-gpu"), "no GPU is known here"),
        (("--map", "--gpu", "t4", "--only", "nothing of the kind"), "no model of the catalogue"),
        (("--csv", "--model", "Qwen/Qwen3-8B"), "--csv goes with --map"),
        (("no-such.yml",), "no-such.yml"),
        (("--model", "no/such-model", "--gpu", "t4"), "no/such-model"),
        (("--map", "--against", "gpus", "--gpu", "nothing"), "nothing"),
    ],
)
def test_a_wrong_call_is_one_sentence(arguments: tuple[str, ...], says: str) -> None:
    assert says in run("fit", *arguments).refusal()


def test_the_plan_it_starts_from_is_a_preset() -> None:
    assert preset("qlora-24gb").plan.get("adapter") == "qlora"


@pytest.mark.parametrize("gpu", ["8GiB", "rtx-4090", "2xa100-80gb"])
@pytest.mark.parametrize("asked", [("--model", "Qwen/Qwen3-8B"), ("my.yml",), ("refused.yml",)], ids=" ".join)
def test_no_line_is_longer_than_a_terminal_and_none_shows_an_escape(
    asked: tuple[str, ...], gpu: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = dict(preset("qlora-24gb").plan.values)
    for name, more in (("my.yml", {}), ("refused.yml", {"load_in_8bit": True, "warmup_steps": 0.1})):
        Path(name).write_text(yaml.safe_dump({**plan, **more}), encoding="utf-8")
    said = run("fit", *asked, "--gpu", gpu).out
    folded = [line for line in said.splitlines() if not line.startswith("    ")]
    assert "\\n" not in said
    assert max(map(len, folded)) < 110
    assert any(line.startswith(("Best for quality: ", "With shorter rows: ", "What would else do:")) for line in folded)
