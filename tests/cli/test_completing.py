"""What a shell offers for the values of options."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from wizard.cli import COMMANDS, cli
from wizard.knowledge.models.catalogue import catalogue
from wizard.world.presets import presets

NAMES = tuple(preset.name for preset in presets())
MODEL = next(iter(catalogue()))


def offered(arguments: list[str], begun: str) -> list[str]:
    complete = ShellComplete(cli, {}, "memwizard", "_MEMWIZARD_COMPLETE")
    return [one.value for one in complete.get_completions(arguments, begun)]


@pytest.mark.parametrize(
    ("arguments", "begun", "one"),
    [
        (["wizard", "--gpu"], "rtx-30", "rtx-3090"),
        (["estimate", "a.yml", "--gpu"], "8xh100", "8xh100-80gb"),
        (["data", "a.jsonl", "--gpu"], "rtx-40", "rtx-4090"),
        (["wizard", "--preset"], NAMES[0][:3], NAMES[0]),
        (["generate", "--preset"], "", NAMES[-1]),
        (["wizard", "--model"], MODEL[:6].upper(), MODEL),
        (["check", "a.yml", "--model"], MODEL.partition("/")[2][:8], MODEL),
        (["wizard", "--theme"], "con", "contrast"),
        (["wizard", "--axolotl"], "0.2", "0.21"),
        (["check", "--axolotl"], "n", "newest"),
        (["generate", "--launch"], "sl", "slurm"),
        (["generate", "--set"], "adap", "adapter="),
        (["generate", "--set"], "adapter=q", "adapter=qlora"),
        (["generate", "--set"], "load_in_4bit=", "load_in_4bit=true"),
        (["generate", "--set"], "rl=", "rl=grpo"),
        (["probe", "--demo"], "t", "t4"),
        (["check", "a.yml", "--select"], "MW102,MW10", "MW102,MW103"),
        (["check", "a.yml", "--ignore"], "padd", "padding-off"),
        (["data", "a.jsonl", "--type"], "chat", "chat_template"),
        (["lsp", "--axolotl"], "0.2", "0.20"),
    ],
)
def test_a_value_is_offered(arguments: list[str], begun: str, one: str) -> None:
    found = offered(arguments, begun)
    assert one in found
    assert len(found) <= 60


def test_nothing_is_offered_that_is_none() -> None:
    assert offered(["wizard", "--gpu"], "zz") == []


def test_every_file_that_is_named_is_completed_by_the_shell() -> None:
    """A value that has no list of its own is a number, a text of the person's own, or a file."""
    own = {"--map", "--prefer", "--budget", "--size", "--only", "--launch", "options", "search", "tool"}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        for one in command.params:
            files = {"FILE", "FILE...", "[FILE]", "OUT", "CONFIG", "LOG...", "DATA"}
            if one.make_metavar(click.Context(command)) in files:
                [item] = one.shell_complete(click.Context(command), "my")
                assert (item.value, item.type) == ("my", "file"), (name, one.name)
            elif not own & {*one.opts, str(one.name)} and not getattr(one, "is_flag", False):
                listed = isinstance(one.type, (click.Choice, click.types.IntParamType, click.types.FloatParamType))
                assert listed or one.shell_complete(click.Context(command), ""), (name, one.name)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("words", "one"),
    [
        (["generate", "--set", "adapter", "=", "q"], "qlora"), (["generate", "--set", "adapter", "="], "lora"),
        (["generate", "--set", "adap"], "adapter="), (["estimate", "--gpu", "=", "rtx-40"], "rtx-4090"),
        (["estimate", "--gpu", "rtx-40"], "rtx-4090"), (["check", "a.yml", "--select", "MW102,MW10"], "MW102,MW103"),
    ],
)  # fmt: skip
def test_bash_itself_offers_it(words: list[str], one: str, tmp_path: Path) -> None:
    command = tmp_path / "memwizard"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m wizard "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = (
        'eval "$(_MEMWIZARD_COMPLETE=bash_source memwizard)"; compopt() { :; }; COMP_WORDS=(memwizard "$@");'
        ' COMP_CWORD=$#; _memwizard_completion memwizard; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", *words], capture_output=True, text=True, check=True,
                          env=environment)  # fmt: skip
    assert one in done.stdout.split()
