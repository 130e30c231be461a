"""Whatever a file, a model, a GPU or a name holds: no command sends it to a terminal as more than text on a line."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import wizard
from tests.builders import QLORA, machine, model, plan
from tests.cli.command import Done, run
from wizard.domain.text import plain, safe
from wizard.output.yaml import document
from wizard.review import review

HOSTILE = "a\x1b]0;X\x07\x9b31m\u202e\u2028b\n::error::planted\nplanted_key: 1 #"
"""Sets a title, turns text around, ends lines as YAML, GitHub and Unicode do."""
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]")
PLANTED = re.compile("^(::error::planted|planted_key)", re.MULTILINE)
FIELDS = (
    "adapter", "attn_implementation", "base_model", "bf16", "chat_template", "datasets", "deepspeed",
    "gradient_checkpointing", "hub_model_id", "load_in_4bit", "lora_target_modules", "lr_scheduler", "optimizer",
    "output_dir", "planted", "plugins", "rl", "sequence_len", "tokenizer_type", "torch_dtype", "wandb_project",
)  # fmt: skip
COMMANDS = (
    ("check",), ("check", "--diff"), ("check", "--format", "github"), ("check", "--format", "json"),
    ("check", "--format", "sarif"), ("estimate",), ("estimate", "--explain"), ("fit",), ("fit", "--json"),
)  # fmt: skip


def calm(done: Done) -> None:
    assert done.code in (0, 1, 2)
    for text in (done.out, done.err):
        assert not RAW.search(text), RAW.search(text)
        assert not PLANTED.search(text), text


@pytest.mark.parametrize("field", FIELDS)
def test_a_value_stays_a_text_on_its_line(field: str, tmp_path: Path) -> None:
    values = {"base_model": "Qwen/Qwen3-8B", "adapter": "lora", "lora_r": 8, "sequence_len": 512}
    for value in (HOSTILE, [HOSTILE], {HOSTILE: HOSTILE}):
        file = tmp_path / "my.yml"
        file.write_text(json.dumps({**values, field: value}))
        for command in COMMANDS:
            calm(run(*command, file, "--gpu", "rtx-4090"))
        calm(run("migrate", file))


def test_a_file_name_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a\x1b]0;X\x07\nb.yml"
    Path(name).write_text("base_model: Qwen/Qwen3-8B\nadapter: lora\nlora_r: 8\nlora_target_linear: true\n")
    for command in COMMANDS:
        calm(run(*command, name, "--gpu", "rtx-4090"))
    calm(run("migrate", name))
    calm(run("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "-o", name, "--overwrite"))
    rows = "r\x1b]0;X\x07.jsonl"
    Path(rows).write_text(json.dumps({"a\x1b]0;X": "b", "text": "c" * 40}) + "\n")
    calm(run("data", rows))
    Path("s\x1b.jsonl").write_text(json.dumps({HOSTILE: 1}) + "\n")
    calm(run("data", "s\x1b.jsonl"))


def test_a_models_words_stay_text(tmp_path: Path) -> None:
    sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100}
    kinds = {"model_type": HOSTILE, "torch_dtype": HOSTILE, "quantization_config": {"quant_method": HOSTILE}}
    folder = tmp_path / HOSTILE.replace("/", "").replace("\n", " ")
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({**sizes, "intermediate_size": 128, **kinds}))
    (tmp_path / "my.yml").write_text("base_model: x/y\nadapter: lora\nlora_r: 8\nlora_target_linear: true\n")
    for command in COMMANDS:
        calm(run(*command, tmp_path / "my.yml", "--gpu", "rtx-4090", "--model", folder))


def test_what_is_generated_has_the_keys_that_were_asked_for_alone(tmp_path: Path) -> None:
    for setting in (f"optimizer={json.dumps(HOSTILE)}", f"hub_model_id={json.dumps(HOSTILE)}"):
        done = run(
            "generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--set", setting, "-o", tmp_path / "a.yml"
        )
        calm(done)
        key = setting.partition("=")[0]
        written = yaml.safe_load((tmp_path / "a.yml").read_text())
        assert written[key] == HOSTILE
        assert "planted_key" not in written
        (tmp_path / "a.yml").unlink()


def test_a_gpus_name_adds_no_key() -> None:
    """Drivers are outside too: a card's name stands in the head of the file."""
    hostile = replace(machine("rtx-4090").gpus[0], name=HOSTILE)
    judged = review(plan(QLORA), model(), replace(machine("rtx-4090"), gpus=(hostile,)))
    assert yaml.safe_load(document(judged)) == QLORA
    assert not RAW.search(document(judged))


def test_json_reads_back_what_was_made_safe() -> None:
    for text in (HOSTILE, "a\x7f\x9b\u2066\ud800"):
        assert json.loads(safe(json.dumps(text, ensure_ascii=False))) == text
        assert not RAW.search(plain(text))
    assert safe("one\n\ttwo\r\n") == "one\n\ttwo\r\n"


def test_words_leave_the_commands_in_one_place() -> None:
    """Asked of the syntax trees: nobody else prints, and only two say that what they print is theirs."""
    own = []
    for file in sorted((Path(wizard.__file__).parent / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            assert file.name == "echo.py" or called not in ("click.echo", "click.secho", "print"), file.name
            own += [file.name] * any(one.arg == "own" for one in node.keywords)
    assert sorted(set(own)) == ["check_call.py", "datafiles.py", "statusline.py"]
