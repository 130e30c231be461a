"""`config`, and what the person's settings do to the other commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import files, run
from tests.cli.configs import GOOD
from wizard.world.places import config_folder

SHOW = pytest.mark.parametrize("command", [("config",), ("config", "show")])


def put(text: str) -> Path:
    file = config_folder() / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@SHOW
def test_nothing_set(command: tuple[str, ...]) -> None:
    done = run(*command)
    assert (done.code, done.err) == (0, "")
    head, *rows, empty, last = done.out.splitlines()
    assert head.split() == ["name", "value", "source"]
    assert [row.split()[0] for row in rows] == ["theme", "gpu", "presets", "hub", "ascii", "axolotl"]
    assert all(row.endswith("  default") for row in rows[:-1])
    assert rows[-1].split()[1:] == ["newest", "MEMWIZARD_AXOLOTL"]
    assert str(config_folder() / "presets") in rows[2]
    file = config_folder() / "config.toml"
    assert (empty, last) == ("", f'Your file: {file} (there is none yet); a line of it: theme = "light"')
    assert not config_folder().exists()


@SHOW
def test_where_each_comes_from(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    file = put('theme = "light"\nhub = true\n')
    monkeypatch.setenv("MEMWIZARD_HUB", "off")
    monkeypatch.setenv("MEMWIZARD_GPU", "rtx-4090")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("MEMWIZARD_OTHER", "secret")
    done = run(*command)
    rows = [line.split() for line in done.out.splitlines()]
    assert ["theme", "light", f"{file}:1"] in rows
    assert ["hub", "false", "MEMWIZARD_HUB"] in rows
    assert ["gpu", "rtx-4090", "MEMWIZARD_GPU"] in rows
    assert "none yet" not in done.out
    assert "secret" not in done.out


def test_as_json(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put('presets = "~/mine"\nascii = true\n')
    monkeypatch.setenv("MEMWIZARD_THEME", "contrast")
    done = run("config", "show", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.rows() == [
        {"name": "theme", "value": "contrast", "source": "MEMWIZARD_THEME"},
        {"name": "gpu", "value": None, "source": "default"},
        {"name": "presets", "value": str(own_home / "mine"), "source": f"{file}:1"},
        {"name": "hub", "value": False, "source": "default"},
        {"name": "ascii", "value": True, "source": f"{file}:2"},
        {"name": "axolotl", "value": "newest", "source": "MEMWIZARD_AXOLOTL"},
    ]


def test_nothing_that_is_shown_steers_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    put('gpu = "\\u001b[2J"\n')
    monkeypatch.setenv("MEMWIZARD_PRESETS", "a\x1bb\udcff")
    done = run("config")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert run("config", "show", "--json").rows()[2]["value"] == "a\x1bb\ufffd"


def test_what_is_wrong_is_one_sentence() -> None:
    file = put('hub = true\ntheme = "lihgt"\n')
    for command in (["config"], ["config", "show", "--json"], ["generate", "--preset", "qlora-24gb"]):
        assert run(*command).refusal().startswith(f"{file}:2: `theme` takes one of ")
    assert "No such command 'shwo'" in run("config", "shwo").refusal()


@pytest.mark.parametrize("command", [("--help",), ("generate", "--help"), ("config", "show", "--help"), ("gpus",)])
def test_what_needs_no_settings_reads_none(command: tuple[str, ...]) -> None:
    put("broken")
    assert (run(*command).code, run(*command).err) == (0, "")


def test_completing_a_line_reads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    put("broken")
    monkeypatch.setenv("_MEMWIZARD_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "memwizard estimate --")
    monkeypatch.setenv("COMP_CWORD", "2")
    code = "from wizard.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "plain,--hub" in done.stdout
    assert done.stderr == ""


def free(*arguments: str) -> int | None:
    """The memory of the machine that an estimate is for."""
    gpu = run("estimate", "my.yml", "--json", *arguments).row()["gpu"]
    found = None if gpu is None else gpu["free_bytes"]
    assert found is None or isinstance(found, int)
    return found


def test_the_gpu_of_the_settings(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "my.yml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert free() is None
    put('gpu = "16GiB"\n')
    assert free() == 16 << 30
    monkeypatch.setenv("MEMWIZARD_GPU", "40GiB")
    assert free() == 40 << 30
    assert free("--gpu", "80GiB") == 80 << 30
    assert free("--demo", "no-gpu") is None


def test_a_wrong_gpu_names_where_it_stands(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "my.yml").write_text(GOOD, encoding="utf-8")
    file = put('hub = false\ngpu = "rtx-409"\n')
    said = f"{file}:2: there is no GPU 'rtx-409' in the catalogue. Did you mean 'rtx-4090'?"
    assert run("estimate", "my.yml").refusal().startswith(said)
    assert said in run("check", "my.yml").err
    monkeypatch.setenv("MEMWIZARD_GPU", "0xt4")
    assert run("estimate", "my.yml").refusal() == "MEMWIZARD_GPU: `0xt4`: between 1 and 1024 GPUs, please"
    assert run("estimate", "my.yml", "--gpu", "24GiB").code == 0
    assert list(files(here)) == ["my.yml"]


def test_probe_shows_the_real_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    moving = {"host_free_bytes": None}  # other programs come and go
    before = run("probe", "--json").row() | moving
    put('gpu = "rtx-4090"\n')
    assert run("probe", "--json").row() | moving == before
    assert before["gpus"] == []
    assert run("probe", "--demo", "t4", "--json").row()["gpus"]


def test_check_asks_the_project_before_the_person(here: Path) -> None:
    (here / "my.yml").write_text(GOOD, encoding="utf-8")
    put('gpu = "4GiB"\n')
    done = run("check", "my.yml")
    assert done.code == 1
    assert "MW901" in done.out
    (here / ".memwizard.toml").write_text('gpu = "24GiB"\n', encoding="utf-8")
    assert run("check", "my.yml").code == 0
    assert run("check", "my.yml", "--gpu", "4GiB").code == 1


@pytest.mark.parametrize(
    ("text", "variable", "flag", "wanted"),
    [
        ("", None, (), False),
        ("", None, ("--hub",), True),
        ("hub = true", None, (), True),
        ("hub = true", "0", (), False),
        ("hub = true", "0", ("--hub",), True),
        ("hub = false", "yes", (), True),
        ("", "1", (), True),
    ],
)
@pytest.mark.parametrize(
    "command", [("estimate", "my.yml"), ("check", "my.yml"), ("generate", "--preset", "lora-24gb")]
)
def test_who_may_ask_the_hub(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    text: str,
    variable: str | None,
    flag: tuple[str, ...],
    wanted: bool,
) -> None:
    (here / "my.yml").write_text(GOOD, encoding="utf-8")
    asked: list[bool] = []

    def model(*_: object, allow_hub: bool) -> tuple[None, str]:
        asked.append(allow_hub)
        return None, "not looked for"

    monkeypatch.setattr("wizard.world.models.resolve_or_none", model)
    put(text)
    if variable is not None:
        monkeypatch.setenv("MEMWIZARD_HUB", variable)
    run(*command, "--gpu", "24GiB", *flag)
    assert asked == [wanted]


def test_the_presets_of_the_folder_that_is_set(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "my-own.yml").write_text("base_model: org/model\n", encoding="utf-8")
    put(f"presets = '{here / 'mine'}'\n")
    done = run("presets")
    assert done.out.splitlines()[1].startswith("my-own ")
    assert done.out.endswith(f"put Axolotl YAML files into {here / 'mine'}\n")
