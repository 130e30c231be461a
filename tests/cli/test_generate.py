"""`memwizard generate`: a config without questions, and never a file lost."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.command import files, run
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.models.catalogue import built
from wizard.world.presets import shipped

PRESETS = [preset.name for preset in shipped()]
HINTS = {"context-parallel-32k-8x80gb": ["MW692"]}
"""What is said of a preset that does what it is for."""
PRESET = ("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090")


@pytest.mark.parametrize("name", PRESETS)
def test_the_text_holds_the_presets_values(here: Path, name: str) -> None:
    preset = next(one for one in shipped() if one.name == name)
    done = run("generate", "--preset", name, "--gpu", preset.gpu or "")
    assert done.code == 0
    wanted = dict(preset.plan.values)
    if isinstance(block := wanted.get("fsdp_config"), dict):  # 0.19 refuses it in 4 bits, so no preset has it
        wanted["fsdp_config"] = {**block, "cpu_ram_efficient_loading": True}
    assert yaml.safe_load(done.out) == wanted
    assert [line.split()[2] for line in done.err.splitlines() if line.startswith("your config")] == HINTS.get(name, [])
    assert "needs about " in done.err
    assert done.err.endswith(" -> fits\n")
    assert files(here) == {}


def test_the_text_says_what_it_is_for_and_what_it_needs() -> None:
    first, second, *_ = run(*PRESET).out.splitlines()
    assert first.startswith("# Written by memwizard ")
    assert f"for Axolotl {newest()}" in first
    assert second.startswith("# Needs about ")
    assert "RTX 4090" in second


def test_a_dash_is_stdout(here: Path) -> None:
    assert run(*PRESET, "-o", "-").out == run(*PRESET).out
    assert files(here) == {}


def test_o_writes_the_same_text_and_says_what_next(here: Path) -> None:
    done = run(*PRESET, "-o", "my.yml")
    assert (done.code, done.out) == (0, "")
    assert files(here) == {"my.yml": run(*PRESET).out.encode()}
    lines = done.err.splitlines()
    assert lines[0] == "wrote my.yml"
    assert lines[-2:] == ["  axolotl preprocess my.yml", "  axolotl train my.yml"]


def test_what_is_written_passes_its_own_check(here: Path) -> None:
    run(*PRESET, "-o", "my.yml")
    done = run("check", "my.yml", "--gpu", "rtx-4090", "--strict")
    assert (done.code, done.err) == (0, "")
    assert list(files(here)) == ["my.yml"]


def test_a_t4_gets_no_bf16_and_no_flash_attention() -> None:
    values = yaml.safe_load(run("generate", "--preset", "qlora-12gb", "--gpu", "t4").out)
    assert (values["bf16"], values["fp16"]) == (False, True)
    assert values.get("attn_implementation") != "flash_attention_2"
    assert not values.get("flash_attention")
    assert values["base_model"] == "Qwen/Qwen3-4B"


@pytest.mark.parametrize("gpu", ["rtx-4090", "h100-80gb"])
def test_a_gpu_that_has_bf16_gets_it(gpu: str) -> None:
    values = yaml.safe_load(run("generate", "--preset", "qlora-12gb", "--gpu", gpu).out)
    assert values["bf16"] in (True, "auto")
    assert not values.get("fp16")
    assert values["attn_implementation"] == "flash_attention_2"


def test_a_recorded_machine_works_as_a_gpu() -> None:
    done = run("generate", "--preset", "qlora-12gb", "--demo", "t4")
    assert yaml.safe_load(done.out)["bf16"] is False


def test_a_model_of_the_persons(here: Path) -> None:
    done = run(*PRESET, "--model", "meta-llama/llama-3.2-1b")
    assert yaml.safe_load(done.out)["base_model"].lower() == "meta-llama/llama-3.2-1b"
    folder = here / "models" / "tiny"
    folder.mkdir(parents=True)
    config = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    (folder / "config.json").write_text(json.dumps({**config, "intermediate_size": 160, "vocab_size": 1000}))
    done = run(*PRESET, "--model", "models/tiny")
    assert done.code == 0
    assert yaml.safe_load(done.out)["base_model"] == "models/tiny"


@pytest.mark.parametrize(
    ("setting", "key", "value"),
    [
        ("sequence_len=4096", "sequence_len", 4096),
        ("learning_rate=1.0e-3", "learning_rate", 0.001),
        ("learning_rate=1e-4", "learning_rate", 0.0001),
        ("learning_rate='1e-4'", "learning_rate", "1e-4"),
        ("revision_of_model=1e4", "revision_of_model", "1e4"),
        ("lr_scheduler_kwargs={min_lr: 1e-6, name: '1e-6'}", "lr_scheduler_kwargs", {"min_lr": 1e-6, "name": "1e-6"}),
        ("optim_args={betas: [9E-1, 9e-1], eps: .5e-8}", "optim_args", {"betas": [0.9, 0.9], "eps": 0.5e-8}),
        ("lora_target_modules=[1e4]", "lora_target_modules", ["1e4"]),
        ("load_in_4bit=yes", "load_in_4bit", True),
        ("output_dir='42'", "output_dir", "42"),
        ("output_dir=./a b: c", "output_dir", None),
        ("output_dir='./a # b: c'", "output_dir", "./a # b: c"),
        ("datasets=[{path: my.jsonl, type: alpaca}]", "datasets", [{"path": "my.jsonl", "type": "alpaca"}]),
        ("lora_target_modules=[q_proj, v_proj]", "lora_target_modules", ["q_proj", "v_proj"]),
        ("val_set_size=0", "val_set_size", 0),
        (" seed = 7", "seed", 7),
        ("wandb_project=é🙂", "wandb_project", "é🙂"),
    ],
)
def test_a_setting_is_read_as_yaml(setting: str, key: str, value: object) -> None:
    done = run(*PRESET, "--set", setting)
    if value is None:
        assert "mapping values are not allowed" in done.refusal()
        return
    found = yaml.safe_load(done.out)[key]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("settings", "key", "value"),
    [
        (("trl.beta=4e-2", "trl.num_generations=4"), "trl", {"beta": 0.04, "num_generations": 4}),
        (("trl={beta: 0.1, use_vllm: false}", "trl.beta=null"), "trl", {"use_vllm": False}),
        (("datasets[0].split=train[:5%]",), "datasets",
         [{"path": "mhenrichsen/alpaca_2k_test", "type": "alpaca", "split": "train[:5%]"}]),
        (("lr_scheduler_kwargs.min_lr=1e-6",), "lr_scheduler_kwargs", {"min_lr": 1e-6}),
    ],
)  # fmt: skip
def test_a_key_inside_of_a_block_is_set_by_its_path(settings: tuple[str, ...], key: str, value: object) -> None:
    done = run(*PRESET, *(part for one in settings for part in ("--set", one)))
    assert yaml.safe_load(done.out)[key] == value


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("trl.betta=0.1", "has no key 'trl.betta'. Did you mean 'trl.beta'?"),
        ("trl.beta=much", "`--set trl.beta=much`: trl.beta takes a number"),
        ("trl..beta=1", "is no key: write it as trl.beta"),
        ("seed.inner=1", "seed"),
    ],
)
def test_a_key_inside_of_a_block_is_judged_by_the_schema(setting: str, says: str) -> None:
    assert says in run(*PRESET, "--set", setting).refusal()


def test_an_entry_may_be_changed_beside_the_data_that_fill_it(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(f"{json.dumps({'instruction': 'a', 'output': 'b'})}\n" for _ in range(20)))
    asked = ("--data", str(data), "--set", "datasets[0].split=train[:50%]")
    (entry,) = yaml.safe_load(run(*PRESET, *asked).out)["datasets"]
    assert (entry["path"], entry["split"]) == (str(data), "train[:50%]")


def test_settings_go_over_what_suits_the_machine_and_the_last_one_counts() -> None:
    done = run("generate", "--preset", "qlora-12gb", "--gpu", "t4", "--set", "bf16=false", "--set", "bf16=true")
    assert yaml.safe_load(done.out)["bf16"] is True
    assert "MW105 " in done.err


def test_an_error_is_told_and_the_file_written_all_the_same(here: Path) -> None:
    done = run("generate", "--preset", "full-80gb", "--gpu", "rtx-4090", "-o", "my.yml")
    assert done.code == 1
    assert "MW901 error" in done.err
    assert "-> over" in done.err
    assert yaml.safe_load((here / "my.yml").read_text())["base_model"] == "Qwen/Qwen3-8B"


def test_no_value_of_the_environment_and_no_path_outside_the_plan_is_written(
    here: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTORCH_ALLOC_CONF", "max_split_size_mb:4711")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    run(*PRESET, "-o", "my.yml")
    text = (here / "my.yml").read_text()
    assert not any(word in text for word in ("4711", "hf_secret", str(own_home), str(here)))


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(), st.text(st.sampled_from("a1 :#-'\"\n\t%@`|>*&!?{}[],~"), max_size=12)))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    setting = yaml.dump(text, default_style='"', width=10**6).rstrip("\n")
    assert yaml.safe_load(run(*PRESET, "--set", f"wandb_project={setting}").out)["wandb_project"] == text


# --- an existing file


@pytest.fixture
def existing(here: Path) -> Path:
    path = here / "my.yml"
    path.write_text("base_model: mine\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_an_existing_file_is_shown_as_a_difference_and_left(here: Path, existing: Path) -> None:
    done = run(*PRESET, "-o", "my.yml", stdin="y\n")
    assert (done.code, done.out) == (2, "")
    lines = done.err.splitlines()
    assert lines[:2] == ["--- my.yml (as it is)", "+++ my.yml (as it would be)"]
    assert "-base_model: mine" in lines
    assert any(line.startswith("+base_model: Qwen/Qwen3-8B") for line in lines)
    assert lines[-1].startswith("memwizard: my.yml: exists already;")
    assert files(here) == {"my.yml": b"base_model: mine\n"}


def test_overwrite_keeps_numbered_backups_and_the_mode(here: Path, existing: Path) -> None:
    done = run(*PRESET, "-o", "my.yml", "--overwrite")
    assert done.code == 0
    assert done.err.startswith("wrote my.yml, the old content is my.yml.bak1\n")
    run(*PRESET, "-o", "my.yml", "--overwrite", "--set", "seed=1")
    found = files(here)
    assert sorted(found) == ["my.yml", "my.yml.bak1", "my.yml.bak2"]
    assert found["my.yml.bak1"] == b"base_model: mine\n"
    assert found["my.yml.bak2"].decode() == run(*PRESET).out
    assert yaml.safe_load(found["my.yml"])["seed"] == 1
    assert existing.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("more", [(), ("--overwrite",)])
def test_the_same_content_is_not_written_again(here: Path, more: tuple[str, ...]) -> None:
    run(*PRESET, "-o", "my.yml")
    before = (here / "my.yml").stat()
    done = run(*PRESET, "-o", "my.yml", *more)
    assert done.code == 0
    assert done.err.startswith("my.yml is already so; nothing written\n")
    after = (here / "my.yml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert list(files(here)) == ["my.yml"]


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 130), (b"\n", 130)])
def test_at_a_terminal_it_asks(here: Path, existing: Path, answer: bytes, code: int) -> None:
    person, terminal = pty.openpty()
    os.write(person, answer)
    done = subprocess.run(
        [sys.executable, "-m", "wizard", *PRESET, "-o", "my.yml"],
        stdin=terminal,
        stderr=terminal,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(terminal)
    shown = os.read(person, 1 << 16).decode()
    os.close(person)
    assert (done.returncode, done.stdout) == (code, b"")
    assert "+++ my.yml (as it would be)" in shown
    assert "Replace my.yml? The old content stays as a backup" in shown
    found = files(here)
    assert found.pop("my.yml.bak1" if code == 0 else "my.yml") == b"base_model: mine\n"
    assert list(found) == (["my.yml"] if code == 0 else [])


def test_a_value_sets_its_own_key_alone() -> None:
    done = run("generate", "--preset", "qlora-24gb", "--set", "hub_model_id=x\nlearning_rate: 5")
    assert "another key, `learning_rate`" in done.refusal()


PAIRS: dict[str, list[dict[str, object]]] = {
    "dpo": [{"prompt": f"What is {n}+2?", "chosen": str(n + 2), "rejected": str(n)} for n in range(20)],
    "kto": [{"prompt": f"What is {n}+2?", "completion": str(n), "label": n % 2 == 0} for n in range(20)],
}


@pytest.mark.parametrize("kind", PAIRS)
def test_rows_that_are_compared_or_judged_are_never_trained_as_answers(kind: str, tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(f"{json.dumps(row)}\n" for row in PAIRS[kind]), encoding="utf-8")
    done = run("generate", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090", "--data", str(data))
    assert done.code == 0, done.err
    found = yaml.safe_load(done.out)
    assert found["rl"] == kind
    assert found["sample_packing"] is False
    assert found["datasets"][0]["path"] == str(data)
    assert f"which {kind.upper()} trains on" in " ".join(done.err.split())
    assert "is not known" not in done.err  # how long the rows are
    named = run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--data", str(data))
    assert named.code == 2
    assert f"which `rl: {kind}` trains on" in named.err


def test_what_is_set_is_what_is_said_to_be_taken(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text(f"{json.dumps({'instruction': 'a', 'output': 'b'})}\n" * 400, encoding="utf-8")
    asked = ("--set", "sequence_len=256", "--set", "learning_rate=0.0005")
    done = run("generate", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090", "--data", str(data), *asked)
    said, found = " ".join(done.err.split()), yaml.safe_load(done.out)
    assert (found["sequence_len"], found["learning_rate"]) == (256, 0.0005)
    assert "rows of 256 tokens" in said
    assert "your --set: learning_rate 0.0005 in place of 0.0002" in said


TURN = {"role": "user", "content": "What is 2+2?"}


@pytest.mark.parametrize(
    ("named", "row", "wanted"),
    [
        (
            ("--set", "rl=orpo"),
            {side: [TURN, {"role": "assistant", "content": side}] for side in ("chosen", "rejected")},
            {"rl": "orpo", "orpo_alpha": 0.1, "rl_beta": None, "type": "chat_template.argilla"},
        ),
        (
            ("--set", "rl=simpo"),
            PAIRS["dpo"][0],
            {"rl": "simpo", "simpo_gamma": 0.5, "type": "chat_template.default"},
        ),
        (
            ("--set", "reward_model=true"),
            {"system": "Be brief.", "input": "What is 2+2?", "chosen": "4", "rejected": "5"},
            {"rl": None, "reward_model": True, "type": "bradley_terry.chat_template"},
        ),
        (("--set", "rl=null"), {"instruction": "Add 2.", "output": "4"}, {"rl": None, "type": "alpaca"}),
    ],
)
def test_rows_are_read_as_the_kind_of_training_does_that_is_named(
    named: tuple[str, ...], row: dict[str, object], wanted: dict[str, object], tmp_path: Path
) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text(f"{json.dumps(row)}\n" * 20, encoding="utf-8")
    done = run("generate", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090", "--data", str(data), *named)
    assert done.code == 0, done.err
    found = yaml.safe_load(done.out)
    merged = {**found, **found["datasets"][0]}
    assert {key: merged.get(key) for key in wanted} == wanted
    assert "DPO trains on" not in done.err


def test_rows_that_the_named_kind_can_not_read_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(f"{json.dumps(row)}\n" for row in PAIRS["dpo"]), encoding="utf-8")
    asked = ("generate", "--model", "Qwen/Qwen3-8B", "--gpu", "rtx-4090", "--data", str(data), "--set", "rl=orpo")
    assert "as lists of messages" in run(*asked).refusal()


def test_prompts_for_rewards_are_taken_as_they_are(tmp_path: Path) -> None:
    data = tmp_path / "prompts.jsonl"
    data.write_text(f"{json.dumps({'prompt': [TURN], 'answer': '4'})}\n" * 20, encoding="utf-8")
    asked = ("generate", "--model", "Qwen/Qwen3-4B", "--gpu", "a100-80gb", "--data", str(data), "--set", "rl=grpo")
    done = run(*asked, "--set", "trl.reward_funcs=[rewards.right]")
    assert done.code == 0, done.err
    found = yaml.safe_load(done.out)
    assert found["datasets"] == [{"path": str(data), "ds_type": "json"}]
    assert found["trl"]["reward_funcs"] == ["rewards.right"]
    assert found["trl"]["num_generations"] > 1
    data.write_text(f"{json.dumps({'question': '2+2?', 'answer': '4'})}\n" * 20, encoding="utf-8")
    assert "the rows have question, answer: rename one" in run(*asked).refusal()


@pytest.mark.parametrize(("model", "told"), [("Qwen/Qwen3-8B", True), ("Qwen/Qwen3-VL-8B-Instruct", False)])
def test_images_that_the_model_does_not_see_are_told(model: str, told: bool, tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    row = {"messages": [TURN, {"role": "assistant", "content": "4"}], "images": ["/a.png"]}
    data.write_text(f"{json.dumps(row)}\n" * 20, encoding="utf-8")
    done = run("generate", "--model", model, "--gpu", "a100-80gb", "--data", str(data))
    assert done.code == 0, done.err
    assert (f"are not seen: {model} reads text alone" in " ".join(done.err.split())) is told


def test_rows_with_sound_get_a_model_that_hears_and_what_reads_them(tmp_path: Path) -> None:
    said = [{"type": "audio", "path": "/a.wav"}, {"type": "text", "text": "what is this"}]
    row = {"messages": [{"role": "user", "content": said}, {"role": "assistant", "content": [said[1]]}]}
    data = tmp_path / "rows.jsonl"
    data.write_text(f"{json.dumps(row)}\n" * 20, encoding="utf-8")
    done = run("generate", "--gpu", "rtx-4090", "--data", str(data))
    assert done.code == 0, done.err
    found = yaml.safe_load(done.out)
    assert built(found["base_model"]).hears
    assert found["processor_type"] == "AutoProcessor"
    assert found["chat_template"] == "gemma4"
    done = run("generate", "--gpu", "rtx-4090", "--data", str(data), "-o", str(tmp_path / "my.yml"))
    assert "librosa" in done.err
    deaf = run("generate", "--model", "Qwen/Qwen2.5-VL-3B-Instruct", "--gpu", "rtx-4090", "--data", str(data))
    assert deaf.code == 0, deaf.err
    assert "is not heard: Qwen/Qwen2.5-VL-3B-Instruct sees, and hears nothing" in " ".join(deaf.err.split())
    assert "processor_type" not in yaml.safe_load(deaf.out)


def test_sound_and_images_behind_the_first_rows_count_too(tmp_path: Path) -> None:
    """A file's head of texts alone tells nothing of what follows."""
    text, answer = {"type": "text", "text": "what is this"}, {"role": "assistant", "content": "a dog"}
    data = tmp_path / "rows.jsonl"
    for kind, hears, sees in (("audio", True, True), ("image", False, True), ("text", False, False)):
        later = {"messages": [{"role": "user", "content": [{"type": kind, "path": "/a"}, text]}, answer]}
        first = {"messages": [{"role": "user", "content": "say it"}, answer]}
        data.write_text(f"{json.dumps(first)}\n" * 40 + f"{json.dumps(later)}\n", encoding="utf-8")
        for length in ((), ("--length", "512")):
            done = run("generate", "--gpu", "rtx-4090", "--data", str(data), *length)
            assert done.code == 0, done.err
            found = yaml.safe_load(done.out)
            assert ("processor_type" in found) is sees
            assert not hears or built(found["base_model"]).hears
            told = "without 1 of images or sound that were not looked at"
            assert (told in " ".join(done.err.split())) is (sees and not length)


@pytest.mark.parametrize(
    ("part", "more"),
    [
        ({"type": "audio_url", "audio_url": {"url": "/a.wav"}}, {}),
        ({"type": "input_audio", "input_audio": {"data": "xx", "format": "wav"}}, {}),
        ({"type": "text", "text": "well"}, {"audio": "/a.wav"}),
    ],
)
def test_sound_that_nothing_reads_is_told(tmp_path: Path, part: object, more: dict[str, object]) -> None:
    """In a column, or in a part of another type: neither Axolotl nor a processor looks there."""
    row = {"messages": [{"role": "user", "content": [part]}, {"role": "assistant", "content": "yes"}], **more}
    data = tmp_path / "rows.jsonl"
    data.write_text(f"{json.dumps(row)}\n" * 30, encoding="utf-8")
    done = run("generate", "--gpu", "rtx-4090", "--data", str(data))
    assert done.code == 0, done.err
    said = " ".join(done.err.split())
    assert "the sound in them is not read: Axolotl takes sound from parts of a message, {type: audio" in said
    assert "of them sound" not in said
    assert "sound that is not read: 30" in " ".join(run("data", str(data)).out.split())


def test_sound_of_compared_answers_is_not_counted(tmp_path: Path) -> None:
    said = [{"type": "audio", "path": "/a.wav"}, {"type": "text", "text": "what is this"}]
    answers = {key: [{"role": "assistant", "content": key}] for key in ("chosen", "rejected")}
    data = tmp_path / "rows.jsonl"
    data.write_text(
        f"{json.dumps({'prompt': [{'role': 'user', 'content': said}], **answers})}\n" * 30, encoding="utf-8"
    )
    done = run("generate", "--gpu", "rtx-4090", "--data", str(data))
    assert done.code == 0, done.err
    assert "the sound in them is not heard" in " ".join(done.err.split())


MODELS = ("google/gemma-4-26B-A4B-it", "Qwen/Qwen3-30B-A3B", "openai/gpt-oss-20b", "meta-llama/Llama-3.3-70B-Instruct")


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("command", ["generate", "fit"])
def test_what_is_written_has_no_safe_fix_to_offer(name: str, command: str, tmp_path: Path) -> None:
    gpu = "8xh100-80gb" if "70B" in name else "h100-80gb"
    assert run(command, "--model", name, "--gpu", gpu, "-o", tmp_path / "a.yml").code == 0
    row = run("check", tmp_path / "a.yml", "--gpu", gpu, "--format", "json").row()
    assert [one for one in row["findings"] if one["fix"] and one["fix"]["safety"] == "safe"] == []


def test_what_a_person_sets_stays_whatever_a_safe_fix_would_do(tmp_path: Path) -> None:
    call = ("generate", "--model", MODELS[0], "--gpu", "h100-80gb", "-o", tmp_path / "a.yml")
    run(*call, "--set", "gradient_checkpointing_kwargs={use_reentrant: true}")
    assert "use_reentrant: true" in (tmp_path / "a.yml").read_text()


def test_where_nothing_fits_the_command_that_is_named_says_what_else_does() -> None:
    refused = run("generate", "--model", "openai/gpt-oss-20b", "--gpu", "rtx-4090", "--length", "4096").refusal()
    named = shlex.split(refused.split("`")[1])
    assert named[0] == "memwizard"
    said = run(*named[1:])
    assert said.code == 1
    assert "What would else do:\n  a larger GPU: " in said.out
    assert "RTX 4090" in said.out
