"""The options and arguments of every command."""

from __future__ import annotations

import importlib
from functools import cache
from random import Random

import click

from scripts.fuzz.case import Case
from scripts.fuzz.hostile import NUMBERS, text
from scripts.fuzz.readers.configs import GPUS, made, texts
from wizard.cli import COMMANDS

_NOT = {"run", "watch", "lsp", "mcp", "probe"}
"""Commands that start others, wait, or serve; `run` and `watch` have tests of their own."""
_ENDLESS = {"watch", "hub", "help"}
_OUT = (
    "out.yml",
    "my.yml",
    "-",
    "folder",
    "loop",
    "x" * 300,
    "o\x1b[31m.yml",
    "no/such/folder.yml",
    "fifo",
    "",
    "o\nb.yml",
)
"""Places to write to: none leads out of the current folder."""
_PLACES = {"output", "output_file", "baseline", "write_baseline", "config", "log", "allow_write"}
_WORTH: dict[str, tuple[str, ...]] = {
    "gpu": (*GPUS, "1024xb200", "0.001GiB", "0", "2x", "99999xrtx-4090", "4x8xh100-80gb", "rtx-4090+64GiB", "9" * 300 + "GiB"),
    "model": ("Qwen/Qwen3-8B", "nobody/unknown", "folder", "my.yml", ""), "demo": ("t4", "no-gpu", "2xa100-80gb", "x"),
    "axolotl": ("0.21", "0.19", "newest", "0.1", "99", "0.21.0.dev1"), "assignments": ("lora_r=8", "lora_r=", "=", "a=b=c", "x={"),
    "length": ("16", "2048", "0", "-1", "4000000"), "sample": ("0", "1", "-1", "10"), "budget": ("1GiB", "22GiB", "0", "x"),
    "size": ("8b", "1", "0", "x"),
}  # fmt: skip


@cache
def _commands() -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    for name in COMMANDS:
        if name in _NOT:
            continue
        command = importlib.import_module(f"wizard.cli.{name}").command
        found[(name,)] = command
        if isinstance(command, click.Group):
            found |= {(name, inner): one for inner, one in command.commands.items()}
    return found


def options(dice: Random) -> Case:
    """A call with any options at all."""
    path = dice.choice(sorted(_commands()))
    command = _commands()[path]
    words = list(path)
    for option in dice.sample(command.params, min(len(command.params), dice.randint(0, 4))):
        words += _given(dice, option)
    words += [
        _file(dice) for one in command.params if isinstance(one, click.Argument) for _ in range(dice.randint(0, 2))
    ]
    if path == ("wizard",):
        words.append("--plain")
    if dice.random() < 0.9 and any(one.name == "gpu" for one in command.params) and "--gpu" not in words:
        words += ["--gpu", "24GiB"]
    files = {"my.yml": made(dice) if dice.random() < 0.5 else dice.choice(texts()), "rows.jsonl": b'{"text": "a"}\n' * 3,
             "folder/x.txt": b"", "train.log": b"Killed\n"}  # fmt: skip
    asked = "--json" in words or ("--format" in words and words[words.index("--format") + 1] in ("json", "sarif"))
    asked = asked and not {"-h", "--help"} & set(words)
    copies = path[0] in ("generate", "import", "schema", "migrate", "fit", "config")
    return Case(tuple(words), files, b"\n\nquit\n", copies=copies)


def _given(dice: Random, option: click.Parameter) -> list[str]:
    if not isinstance(option, click.Option) or option.name in _ENDLESS:
        return []
    name = dice.choice(option.opts + option.secondary_opts)
    if option.is_flag:
        return [name]
    if option.name in _PLACES:
        return [name, dice.choice(_OUT)]
    kind = dice.random()
    if isinstance(option.type, click.Choice) and kind < 0.9:
        return [name, str(dice.choice(list(option.type.choices)))]
    if option.name in _WORTH and kind < 0.8:
        return [name, dice.choice(_WORTH[option.name])]
    return [name, _word(dice)]


def _file(dice: Random) -> str:
    return dice.choice(
        ("my.yml", "rows.jsonl", "train.log", "folder", "-", "none.yml", "*.yml", "MW102", "lora_r", _word(dice))
    )


def _word(dice: Random) -> str:
    """A word that names no place outside, as whoever calls may write it."""
    found = text(dice) if dice.random() < 0.7 else str(dice.choice(NUMBERS[:-7]))
    found = found.encode(errors="ignore").decode()  # no system passes on half a character
    return found.replace("\0", "").replace("/dev/zero", "zero").replace("/proc/self/mem", "mem").replace("../", "")
