"""Settings of other trainers: as many parameters on as many tokens as there, and Axolotl takes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.axolotl.real import judge
from tests.cli.command import files as files_of
from tests.cli.command import run
from tests.migrate.sides import side
from wizard.axolotl.effective import effective
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.trainers import trainers
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.models.catalogue import built, find
from wizard.migrate.trainer import Imported, imported
from wizard.review import review, stopping
from wizard.session.importing import runnable
from wizard.world.trainerfile import read_settings

FOLDER = Path(__file__).parent / "trainers"
FILES = sorted(path for path in FOLDER.glob("*/*") if path.is_file())
ASKS: dict[str, list[str]] = yaml.safe_load((FOLDER / "asks.yaml").read_text(encoding="utf-8"))
EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
OF_THE_DATA = {"dataset", "dataset_name", "dataset.source", "dataset._component_", "datasets"}


@cache
def made(path: Path) -> Imported:
    return runnable(imported(read_settings(str(path)), trainers()[path.parent.name], newest()), newest())


def test_each_trainer_has_thirty_files() -> None:
    assert {name: sum(path.parent.name == name for path in FILES) for name in trainers()} == dict.fromkeys(
        trainers(), 30
    )
    assert {f"{path.parent.name}/{path.name}" for path in FILES} >= ASKS.keys()


@EACH
def test_both_sides_train_the_same(path: Path) -> None:
    theirs, plan = side(path), Plan(made(path).values)
    row = find(str(plan["base_model"]))
    assert row is not None
    assert find(theirs.model) == row
    settings = effective(plan, built(row.id), None)
    if theirs.tokens is not None:
        assert settings.micro_batch * settings.accumulation * settings.sequence_len == theirs.tokens
    if "lora_target_modules" in ASKS.get(f"{path.parent.name}/{path.name}", ()):
        return  # the model that Axolotl loads has other modules: a person decides
    estimate = review(plan, built(row.id), None).estimate
    assert estimate is not None
    assert estimate.trainable == theirs.trained


@EACH
def test_no_file_has_what_axolotl_is_known_to_die_of(path: Path) -> None:
    plan = Plan(made(path).values, axolotl=newest())
    row = find(str(plan["base_model"]))
    assert row is not None
    assert [one.code for one in stopping(review(plan, built(row.id), None).findings)] == []


def test_what_is_changed_so_that_it_runs_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kto.yaml"
    text = (
        "model_name_or_path: Qwen/Qwen3-4B\nstage: kto\nper_device_train_batch_size: 1\ngradient_accumulation_steps: "
    )
    path.write_text(f"{text}8\n", encoding="utf-8")
    done = run("import", path, "--from", "llama-factory")
    values = yaml.safe_load(done.out)
    assert (values["micro_batch_size"], values["gradient_accumulation_steps"]) == (2, 4)
    assert "micro_batch_size: micro_batch_size: 2, gradient_accumulation_steps: 4 (rl: kto with micro" in done.err
    path.write_text(f"{text}3\n", encoding="utf-8")
    assert yaml.safe_load(run("import", path, "--from", "llama-factory").out)["micro_batch_size"] == 1


@EACH
def test_every_key_is_taken_along_dropped_or_asked(path: Path) -> None:
    done = made(path)
    asked = {move.key for move in done.moves if move.kind == "ask"}
    assert asked - OF_THE_DATA == set(ASKS.get(f"{path.parent.name}/{path.name}", ()))
    assert all(move.says for move in done.moves)
    told = {move.key for move in done.moves} | set(done.values)
    silent = [key for key, value in read_settings(str(path)).items() if key not in told and value is not None]
    assert [key for key in silent if not any(one.startswith(f"{key}.") for one in told)] == []


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("axolotl")
def test_axolotl_takes_what_comes_of_them(tmp_path: Path) -> None:
    written = []
    for number, path in enumerate(FILES):
        written.append(tmp_path / f"{number}.yml")
        assert run("import", path, "--from", path.parent.name, "-o", written[-1]).code in (0, 1)
    answers = zip(FILES, judge(*written), strict=True)
    assert {path.name: answer["errors"] for path, answer in answers if answer["errors"]} == {}


def test_what_it_prints_and_says(tmp_path: Path) -> None:
    path = tmp_path / "sft.yaml"
    path.write_text("model_name_or_path: a/b\nlora_rank: 4\nodd: 1\n", encoding="utf-8")
    done = run("import", path, "--from", "llama-factory")
    assert done.code == 1
    assert yaml.safe_load(done.out)["lora_r"] == 4
    assert "lora_rank: lora_r: 4" in done.err
    assert "odd: to decide: nobody knows" in done.err
    assert "datasets: to decide" in done.err
    assert files_of(tmp_path) == {"sft.yaml": path.read_bytes()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "- 1\n"),
        ("a.yaml", "a: !!python/name:os.system"),
        ("a.sh", "trl --a 'open\n"),
        ("a.py", "def (:\n"),
        ("a.py", "(" * 3000),
        ("a.py", "x = \0"),
        ("a.ipynb", "{}"),
        ("a.ipynb", '{"cells": [3]}'),
        ("a.ipynb", '{"cells": [{"cell_type": "code", "source": ["def (:"]}]}'),
        ("a.ipynb", "[" * 3000),
    ],
)
def test_what_can_not_be_read(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    for trainer in trainers():
        assert name in run("import", tmp_path / name, "--from", trainer).refusal()


def test_a_script_is_read_and_not_run(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w')\nr = 8\nargs = SFTConfig(learning_rate=1e-4, output_dir=f'{{x}}')\n"
        "get_peft_model(model, r=r, lora_alpha=__import__('os').getpid())\nif False:\n    get_peft_model(model, r=9)\n",
        encoding="utf-8",
    )
    assert read_settings(str(path)) == {"learning_rate": 1e-4, "r": 8}
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", ["# tune run --config x\nlora_rank: 4\n", "lora_rank: 4 # --lora_rank 8\n"])
def test_a_command_in_a_comment_is_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sft.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_settings(str(path)) == {"lora_rank": 4}


def test_modules_that_nobody_can_know_are_to_decide(tmp_path: Path) -> None:
    path = tmp_path / "train.sh"
    path.write_text("trl sft --model_name_or_path mine/own --use_peft\n", encoding="utf-8")
    done = run("import", path, "--from", "trl")
    assert "lora_target_modules: to decide: PEFT chooses the modules by the model" in done.err
    assert "lora_target_modules" not in yaml.safe_load(done.out)
