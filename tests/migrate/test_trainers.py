"""Settings of other trainers: as many parameters on as many tokens as there, and Axolotl takes them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.axolotl.real import judge
from tests.cli.command import files as files_of
from tests.cli.command import run
from tests.migrate.trainer_files import FILES, Theirs
from wizard.axolotl.effective import effective
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.trainers import trainers
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.models.catalogue import built
from wizard.migrate.trainer import Imported, imported
from wizard.review import review
from wizard.world.trainerfile import read_settings

EACH = pytest.mark.parametrize("theirs", FILES, ids=lambda one: f"{one.trainer}-{one.name}")
MODEL = built("HuggingFaceTB/SmolLM2-135M")
WIDTHS = {"q_proj": (576, 576), "k_proj": (576, 192), "v_proj": (576, 192), "o_proj": (576, 576)}
WIDTHS |= {"gate_proj": (576, 1536), "up_proj": (576, 1536), "down_proj": (1536, 576)}
LAYERS = 30
"""Of SmolLM2-135M, from its config.json."""


def made(theirs: Theirs, folder: Path) -> Imported:
    path = folder / theirs.name
    path.write_text(theirs.text, encoding="utf-8")
    return imported(read_settings(str(path)), trainers()[theirs.trainer], newest())


def test_each_trainer_has_ten_files() -> None:
    assert {name: sum(one.trainer == name for one in FILES) for name in trainers()} == dict.fromkeys(trainers(), 10)


@EACH
def test_both_sides_train_the_same(theirs: Theirs, tmp_path: Path) -> None:
    done = made(theirs, tmp_path)
    plan = Plan(done.values)
    if theirs.targets is None:
        expected = MODEL.parameters
    else:
        expected = LAYERS * theirs.rank * sum(sum(WIDTHS[name]) for name in theirs.targets)
    dora = LAYERS * sum(WIDTHS[name][1] for name in theirs.targets or ()) if plan.get("peft_use_dora") is True else 0
    settings = effective(plan, MODEL, None)
    estimate = review(plan, MODEL, None).estimate
    assert estimate is not None
    assert estimate.trainable == expected + dora
    if theirs.tokens is not None:
        assert settings.micro_batch * settings.accumulation * settings.sequence_len == theirs.tokens


@EACH
def test_every_key_is_taken_along_dropped_or_asked(theirs: Theirs, tmp_path: Path) -> None:
    done = made(theirs, tmp_path)
    asked = {move.key for move in done.moves if move.kind == "ask"}
    data = {"dataset", "dataset_name", "dataset.source", "datasets"}
    assert asked - data == set(theirs.asks)
    assert all(move.says for move in done.moves)
    told = {move.key for move in done.moves} | set(done.values)
    given = read_settings(str(tmp_path / theirs.name))
    silent = [key for key, value in given.items() if key not in told and value is not None]
    assert [key for key in silent if not any(one.startswith(f"{key}.") for one in told)] == []


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("axolotl")
def test_axolotl_takes_what_comes_of_them(tmp_path: Path) -> None:
    paths = []
    for number, theirs in enumerate(FILES):
        source, path = tmp_path / f"{number}-{theirs.name}", tmp_path / f"{number}.yml"
        source.write_text(theirs.text, encoding="utf-8")
        assert run("import", source, "--from", theirs.trainer, "-o", path).code in (0, 1)
        paths.append(path)
    refused = {
        path.name: answer["errors"] for path, answer in zip(paths, judge(*paths), strict=True) if answer["errors"]
    }
    assert refused == {}


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
        "get_peft_model(model, r=r, lora_alpha=__import__('os').getpid())\n",
        encoding="utf-8",
    )
    assert read_settings(str(path)) == {"learning_rate": 1e-4, "r": 8}
    assert not (tmp_path / "ran").exists()
