"""What a person has set, left and typed."""

from __future__ import annotations

from random import Random

import yaml

from scripts.fuzz.case import Case
from scripts.fuzz.hostile import broken, changed, text, value
from scripts.fuzz.readers.configs import made, texts

_SETTINGS = b'theme = "light"\ngpu = "rtx-4090"\npresets = "~/mine"\nhub = false\nascii = true\naxolotl = "0.21"\n'
_PROJECT = (
    b'[tool.memwizard]\nselect = ["MW1"]\nignore = ["padding-off"]\nstrict = true\ngpu = "24GiB"\nexclude = ["x/*"]\n'
)
_DRAFT = {
    "version": 1, "saved": "2026-11-29T10:14:03+00:00", "step": 3, "target": "my.yml", "preset": "qlora-24gb", "file": None,
    "machine": "rtx-4090", "origin": "named", "wish": {"set": {"micro_batch_size": 2}, "removed": []},
    "plan": {"set": {"micro_batch_size": 2, "lora_r": 8}, "removed": ["flash_attention"]},
    "model": "Qwen/Qwen3-0.6B", "only": None, "axolotl": "0.21",
}  # fmt: skip
_PLAIN = ("--plain", "--gpu", "rtx-4090")
_ODD_PLACES = ("/proc", "relative", "", "/dev/null", "~nobody", "my.yml", "\u202e")
"""Folders that are none: nothing can be made in any of them but below the current folder."""
_WORDS = (
    "", "", "", "back", "help", "?", "quit", "1", "2", "99", "-1", "yaml", "findings", "fix", "fix 1", "undo", "set", "write",
    "set lora_r=8", "set x", "0", "y", "n", "go batch", "go", "Qwen/Qwen3-0.6B", "my.yml", "out.yml", "fit", "explain MW101",
)  # fmt: skip


def settings(dice: Random) -> Case:
    """The person's file, and the project's."""
    mine = dice.random() < 0.5
    content = broken(dice, _SETTINGS if mine else _PROJECT)
    place = (
        "home/.config/memwizard/config.toml"
        if mine
        else dice.choice(("pyproject.toml", "memwizard.toml", ".memwizard.toml"))
    )
    call = dice.choice(
        (("config", "show", "--json"), ("config",), ("check", "my.yml", "--format", "json"), ("presets", "--json"))
    )
    return Case(call, {place: content, "my.yml": dice.choice(texts())}, terminal=dice.random() < 0.5)


def environment(dice: Random) -> Case:
    """Variables, of which none leads out of the current folder."""
    names = ("MEMWIZARD_THEME", "MEMWIZARD_GPU", "MEMWIZARD_ASCII", "MEMWIZARD_AXOLOTL", "MEMWIZARD_FIRST_RUN", "NO_COLOR",
             "CUDA_VISIBLE_DEVICES", "PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "COLUMNS", "LINES", "TERM", "LANG",
             "HF_TOKEN", "FORCE_COLOR", "COLORTERM", "SHELL", "EDITOR")  # fmt: skip
    places = ("MEMWIZARD_PRESETS", "MEMWIZARD_CONFIG", "HF_HOME", "HF_HUB_CACHE", "HF_TOKEN_PATH", "HOME", "XDG_CONFIG_HOME",
              "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "VIRTUAL_ENV")  # fmt: skip
    given = {dice.choice(names): _variable(dice) for _ in range(dice.randint(1, 3))}
    given |= {dice.choice(places): dice.choice(_ODD_PLACES) for _ in range(dice.randint(0, 2))}
    call = dice.choice((
        ("check", "my.yml", "--format", "json"), ("check", "my.yml"), ("config", "show", "--json"), ("presets", "--json"),
        ("history", "show", "--json"), ("estimate", "my.yml", "--json", "--gpu", "t4"), ("data", "rows.jsonl", "--gpu", "t4"),
        ("generate", "--preset", "qlora-24gb", "--launch", "slurm", "-o", "out.yml"), _PLAIN,
    ))  # fmt: skip
    files = {"my.yml": dice.choice(texts()), "rows.jsonl": b'{"text": "a"}\n'}
    return Case(call, files, b"\n\nquit\n", environment=given, terminal=dice.random() < 0.5)


def _variable(dice: Random) -> str:
    made = text(dice).replace("\0", "").replace("/dev/zero", "x").replace("/proc/self/mem", "x").replace("../", "")
    return made.encode(errors="ignore").decode()


def draft(dice: Random) -> Case:
    """The work that a wizard left."""
    content = yaml.safe_dump(changed(dice, _DRAFT), sort_keys=False).encode(errors="surrogatepass")
    content = broken(dice, content) if dice.random() < 0.2 else content
    folder = "home/.local/state/memwizard/drafts/"
    files = {folder + "0123456789abcdef.yml": content, folder + "0123456789abcdef.lock": b"", "my.yml": made(dice)}
    return Case(("--plain", "--resume"), files, b"\n\nfindings\nyaml\nquit\n", terminal=True)


def answers(dice: Random) -> Case:
    """What is typed into the wizard that asks line by line."""
    lines = [dice.choice(_WORDS) if dice.random() < 0.8 else _typed(dice) for _ in range(dice.randint(1, 25))]
    typed = "\n".join(lines).encode(errors="surrogatepass")
    typed = broken(dice, typed) if dice.random() < 0.2 else typed
    more = dice.choice(((), ("--config", "my.yml"), ("--preset", "lora-80gb"), ("--ascii",)))
    return Case((*_PLAIN, *more, "-o", "out.yml"), {"my.yml": made(dice)}, typed, terminal=True)


def _typed(dice: Random) -> str:
    """A line that names no file elsewhere."""
    found = text(dice) if dice.random() < 0.6 else f"set {text(dice)}={value(dice)}"
    return found.replace("/", "|").replace("~", "-").replace("..", ".")
