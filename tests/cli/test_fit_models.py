"""`memwizard fit` that suggests a model, `fit` that writes, and `generate` without a preset."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.cli.command import files, run
from wizard.knowledge.axolotl.templates import family_template, texts_of_templates

GPU = ("--gpu", "rtx-4090")


@pytest.fixture
def chat(here: Path) -> Path:
    path = here / "chat.jsonl"
    row = {"messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "a word " * 2000}]}
    path.write_text("".join(json.dumps(row) + "\n" for _ in range(20)), encoding="utf-8")
    return path


@pytest.fixture
def config(here: Path) -> Path:
    path = here / "mine.yml"
    assert run("generate", "--preset", "qlora-24gb", *GPU, "-o", path).code == 0
    path.write_text("# my own words\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    return path


# --- models


def test_without_a_file_models_are_suggested_each_with_what_is_known_of_it() -> None:
    done = run("fit", *GPU, "--size", "9B")
    assert done.code == 0
    head, _, rest = done.out.partition("\n\n")
    assert " ".join(head.split()) == (
        "What to train on RTX 4090, 23.5 GiB free: chat and instructions, rows of 2,048 tokens"
    )
    first, *_ = rest.split("\n\n")
    assert first.splitlines()[0] == "  Qwen/Qwen3-8B"
    assert "LoRA" in first
    assert "Apache-2.0, 2025, 32k tokens" in first
    assert "What else of the catalogue fits, the largest first" in rest
    assert "memwizard generate --model Qwen/Qwen3-8B --method lora --gpu rtx-4090 -o my.yml" in done.err


def test_the_command_that_it_names_writes_what_it_tells(here: Path) -> None:
    (line,) = [one for one in run("fit", *GPU, "--size", "9B").err.splitlines() if "generate" in one]
    assert run(*line.split()[1:]).code == 0
    first = run("fit", *GPU, "--size", "9B", "--json").rows()[0]
    need = run("estimate", "my.yml", *GPU, "--json").row()["device_bytes"]
    assert need == first["best"]["device_bytes"]


def test_the_data_tell_kind_and_length(chat: Path) -> None:
    done = run("fit", *GPU, "--data", "chat.jsonl", "--json")
    assert {row["length"] for row in done.rows()} == {4096}
    assert {row["kind"] for row in done.rows()} == {"instruct"}
    assert "99% of the rows of chat.jsonl have" in done.err
    named = run("fit", *GPU, "--data", "chat.jsonl", "--length", "1024", "--kind", "code", "--size", "2B", "--json")
    assert {(row["length"], row["kind"]) for row in named.rows()} == {(1024, "code")}


def test_a_folder_is_looked_into_as_a_file_is(chat: Path) -> None:
    folder = chat.parent / "folder"
    folder.mkdir()
    (folder / "train.jsonl").write_bytes(chat.read_bytes())
    (folder / "test.jsonl").write_text("not looked at", encoding="utf-8")
    done = run("fit", *GPU, "--data", "folder", "--json")
    assert {row["length"] for row in done.rows()} == {4096}
    assert "99% of the rows of folder have" in done.err


def test_where_no_length_is_known_that_is_said(here: Path) -> None:
    (here / "many").mkdir()
    for number in range(65):
        (here / "many" / f"{number}.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    said = run("fit", *GPU, "--data", "many", "--size", "2B", "--json").err
    assert "how long the rows of many are is not known: a folder whose rows are not read:\n  65 files" in said


def test_plain_text_asks_for_a_base_model(here: Path) -> None:
    (here / "text.jsonl").write_text('{"text": "some words"}\n' * 9, encoding="utf-8")
    rows = run("fit", *GPU, "--data", "text.jsonl", "--size", "2B", "--json").rows()
    assert {row["kind"] for row in rows} == {"base"}


def test_the_recommended_stand_first() -> None:
    rows = run("fit", "--gpu", "8GiB", "--size", "1B", "--json").rows()
    marks = [row["recommended"] for row in rows]
    assert marks == sorted(marks, reverse=True)
    assert 3 <= sum(marks) <= 5
    assert all((row["why"] is None) != row["recommended"] for row in rows)


def test_where_nothing_fits_it_says_so_and_leaves_with_one() -> None:
    done = run("fit", "--gpu", "1GiB")
    assert done.code == 1
    assert "None of the models that are recommended for this fits." in done.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--demo", "no-gpu"), "no GPU is known here: name one with --gpu"),
        ((*GPU, "--size", "big"), "write the most parameters as 8B or 270M"),
        ((*GPU, "--data", "nowhere.jsonl"), "there is no such file"),
        ((*GPU, "--write"), "go with a FILE"),
        ((*GPU, "--model", "Qwen/Qwen3-8B", "--size", "8B"), "--size goes without"),
    ],
)
def test_what_can_not_be_answered_is_said_in_one_sentence(here: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run("fit", *arguments)
    assert done.code == 2
    assert says in done.err
    assert done.out == ""


# --- writing


def test_o_writes_the_config_of_the_first(here: Path) -> None:
    done = run("fit", *GPU, "--size", "9B", "-o", "my.yml")
    assert (done.code, done.out) == (0, "")
    values = yaml.safe_load((here / "my.yml").read_text())
    assert (values["base_model"], values["adapter"]) == ("Qwen/Qwen3-8B", "lora")
    assert values["output_dir"] == "./outputs/qwen3-8b-lora"
    assert "took Qwen/Qwen3-8B: The usual first choice" in done.err
    assert run("check", "my.yml", *GPU).code == 0


def test_o_of_a_file_is_its_text_with_the_changes(here: Path, config: Path) -> None:
    before = config.read_bytes()
    best = run("fit", "mine.yml", *GPU, "--json").row()["best"]["changes"]
    assert run("fit", "mine.yml", *GPU, "-o", "best.yml").code == 0
    text = (here / "best.yml").read_text()
    assert text.startswith("# my own words\n")
    old, new = yaml.safe_load(before), yaml.safe_load(text)
    changed = {key: new.get(key) for key in {*old, *new} if old.get(key) != new.get(key)}
    assert changed == best
    assert config.read_bytes() == before


def test_diff_shows_the_same_and_writes_nothing(here: Path, config: Path) -> None:
    before = files(here)
    done = run("fit", "mine.yml", *GPU, "--diff")
    assert done.code == 0
    assert done.out.startswith("--- mine.yml (as it is)\n+++ mine.yml (as it would be)\n")
    assert "+optimizer: adamw_torch_fused" in done.out
    assert files(here) == before


def test_write_asks_first_and_keeps_a_backup(here: Path, config: Path) -> None:
    before = config.read_bytes()
    asked = run("fit", "mine.yml", *GPU, "--write")
    assert asked.code == 2
    assert "+optimizer: adamw_torch_fused" in asked.err
    assert files(here) == {"mine.yml": before}
    done = run("fit", "mine.yml", *GPU, "--write", "--overwrite")
    assert done.code == 0
    assert (here / "mine.yml.bak1").read_bytes() == before
    assert run("fit", "mine.yml", *GPU, "--json").row()["best"]["changes"] == {}
    again = run("fit", "mine.yml", *GPU, "--write")
    assert again.code == 0
    assert "already so; nothing written" in again.err


def test_where_nothing_fits_nothing_is_written(here: Path, config: Path) -> None:
    before = files(here)
    for more in ("--write", "--diff"):
        done = run("fit", "mine.yml", "--gpu", "2GiB", more)
        assert (done.code, done.out) == (1, "")
        assert "nothing written" in done.err
    assert files(here) == before


def test_only_one_way_to_write(here: Path, config: Path) -> None:
    assert run("fit", "mine.yml", *GPU, "--write", "--diff").code == 2
    assert run("fit", "mine.yml", *GPU, "--data", "x.jsonl").code == 2


# --- generate without a preset


def test_generate_takes_the_best_for_the_model_and_says_so() -> None:
    done = run("generate", "--model", "Qwen/Qwen3-14B", *GPU)
    assert done.code == 0
    values = yaml.safe_load(done.out)
    assert (values["base_model"], values["adapter"]) == ("Qwen/Qwen3-14B", "qlora")
    said = " ".join(done.err.split())
    assert said.startswith("took QLoRA, ")
    assert "the best that fits RTX 4090" in said
    assert "-> fits" in said


def test_generate_takes_a_model_for_the_data(chat: Path) -> None:
    done = run("generate", *GPU, "--data", "chat.jsonl")
    assert done.code == 0
    values = yaml.safe_load(done.out)
    assert values["sequence_len"] == 4096
    assert values["datasets"][0]["path"] == "chat.jsonl"
    assert values["datasets"][0]["type"] == "chat_template"
    assert f"took {values['base_model']}: " in " ".join(done.err.split())


def test_generate_keeps_to_the_method_length_and_settings() -> None:
    done = run(
        *("generate", "--model", "Qwen/Qwen3-1.7B", *GPU, "--method", "lora", "--length", "1024"),
        *("--set", "seed=7", "--set", "datasets=[{path: x, type: alpaca}]"),
    )
    values = yaml.safe_load(done.out)
    assert (values["adapter"], values["sequence_len"], values["seed"]) == ("lora", 1024, 7)
    assert values["datasets"] == [{"path": "x", "type": "alpaca"}]


def test_generate_tells_where_rows_had_to_be_shorter() -> None:
    done = run("generate", "--model", "Qwen/Qwen3-8B", "--gpu", "12GiB", "--length", "16384")
    assert yaml.safe_load(done.out)["sequence_len"] < 16384
    assert "rows of 16,384 tokens do not fit" in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--demo", "no-gpu"), "no GPU is known here"),
        (("--model", "meta-llama/Llama-3.1-70B", "--gpu", "8GiB"), "nothing fits: meta-llama/Llama-3.1-70B"),
        (("--gpu", "1GiB"), "none of the models for this (instruct) fits"),
        (("--preset", "qlora-24gb", "--method", "lora"), "go without --preset"),
        (("--preset", "qlora-24gb", "--length", "4096"), "go without --preset"),
    ],
)
def test_generate_says_why_it_can_not(arguments: tuple[str, ...], says: str) -> None:
    done = run("generate", *arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


@pytest.mark.parametrize(
    "name", ["meta-llama/Llama-3.1-8B", "Qwen/Qwen3-8B-Base", "google/gemma-3-4b-pt", "google/gemma-4-E4B"]
)
@pytest.mark.parametrize(
    "asked",
    [("generate", "--gpu", "h100-80gb"), ("fit", "--gpu", "h100-80gb"), ("generate", "--preset", "qlora-24gb", *GPU)],
    ids=["generate", "fit", "preset"],
)  # fmt: skip
def test_a_base_model_gets_the_template_and_the_ends_that_conversations_ask_for(
    here: Path, chat: Path, name: str, asked: tuple[str, ...]
) -> None:
    done = run(*asked, "--model", name, "--data", chat, "-o", "my.yml")
    assert done.code == 0, done.err
    written = yaml.safe_load((here / "my.yml").read_text(encoding="utf-8"))
    assert written["eot_tokens"] == [texts_of_templates()[str(family_template(name))].end]
    told = json.loads(run("check", "--format", "json", "my.yml").out)["findings"]
    assert {one["code"] for one in told} & {"MW855", "MW856", "MW857"} == set()


def test_a_model_of_text_is_searched_for_as_without_the_sound_of_the_rows(tmp_path: Path) -> None:
    """It reads their texts, which may be packed."""
    said = [{"type": "audio", "path": "/a.wav"}, {"type": "text", "text": "what is this"}]
    row = {"messages": [{"role": "user", "content": said}, {"role": "assistant", "content": "a dog"}]}
    data = tmp_path / "rows.jsonl"
    data.write_text(f"{json.dumps(row)}\n" * 30, encoding="utf-8")
    asked = ("fit", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090")
    assert run(*asked, "--data", str(data)).out == run(*asked, "--length", "512").out
