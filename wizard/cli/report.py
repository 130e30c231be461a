"""`memwizard report`."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.cli.echo import echo

if TYPE_CHECKING:
    from wizard.domain.machine import Gpu

_OURS = ("click", "nvidia-ml-py", "platformdirs", "pydantic", "PyYAML", "textual", "tomli")
_EXTRAS = ("huggingface_hub", "jinja2", "pyarrow", "tokenizers", "pygls", "mcp")
_AXOLOTLS = ("axolotl", "torch", "transformers", "peft", "trl", "accelerate", "bitsandbytes", "deepspeed", "flash-attn")
_TERMINAL = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "TMUX", "SSH_CONNECTION")
_ONLY_THERE = ("TMUX", "SSH_CONNECTION")
"""Variables of which it matters that they are there, and what they say is nobody's business."""
_MOST = 6000
_SHORTEST = 6
"""A secret of fewer letters is no secret, and stands in every other word."""


@click.command()
def command() -> int:
    """Print what an issue about memwizard should tell, as Markdown: read it, then paste it.

    \b
    Examples:
      memwizard report
      memwizard report > report.md

    Versions, the machine, your settings and the last defect. No config, no data; no token, key or password; your home
    folder is `~`. Nothing is sent anywhere.
    """
    parts = (("Versions", _versions()), ("Machine", _machine()), ("Terminal", _terminal()), ("Settings", _settings()))
    text = "".join(f"### {head}\n\n" + "".join(f"- {line}\n" for line in lines) + "\n" for head, lines in parts)
    echo(_cleaned(text + "### Last defect\n\n" + _last_defect()), nl=False)
    return 0


def _versions() -> Iterator[str]:
    from wizard import __version__
    from wizard.world.installed import installed

    yield f"memwizard {__version__}, {platform.python_implementation()} {platform.python_version()}"
    yield platform.platform()
    for title, names in (("needs", _OURS), ("extras", _EXTRAS), ("Axolotl's", _AXOLOTLS)):
        found = [f"{name} {version}" for name in names if (version := installed(name)) is not None]
        yield f"{title}: {', '.join(found) or 'none installed here'}"


def _machine() -> Iterator[str]:
    from wizard.domain.units import gib
    from wizard.world import probe

    machine = probe.probe()
    for gpu in machine.gpus:
        yield _gpu(gpu)
    yield f"driver {machine.driver or 'unknown'}, CUDA {machine.cuda or 'unknown'}"
    if machine.host_total_bytes is not None:
        yield f"host memory: {gib(machine.host_free_bytes)} free of {gib(machine.host_total_bytes)}"
    yield from (f"{name}={value}" for name, value in machine.environment.items())
    yield from (f"note: {note}" for note in machine.notes)


def _gpu(gpu: Gpu) -> str:
    """Without its number of manufacture, and without the programs that others run on it."""
    from wizard.domain.units import capability, gib

    kind = capability(gpu.compute_capability) or "unknown"
    return f"GPU {gpu.index}: {gpu.name}, {kind}, {gib(gpu.free_bytes)} free of {gib(gpu.total_bytes)}"


def _terminal() -> Iterator[str]:
    for name in _TERMINAL:
        value = os.environ.get(name)
        if value is not None:
            yield f"{name}: there" if name in _ONLY_THERE else f"{name}={value}"
    yield f"encoding {sys.stdout.encoding}"


def _settings() -> Iterator[str]:
    from wizard.domain.errors import InputError
    from wizard.world.preferences import preferences

    try:
        found = preferences().rows()
    except InputError as error:
        yield f"can't be read: {error}"
        return
    yield from (f"{name} = {one.value} ({one.source})" for name, one in found.items())


def _last_defect() -> str:
    from wizard.cli import defect

    try:
        kept = defect.file().read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "none is kept\n"
    return f"```\n{kept[-_MOST:].replace('```', '` ` `').strip()}\n```\n"


def _cleaned(text: str) -> str:
    """Without secrets: by their form, by the name before them, and those that variables of such names hold."""
    from wizard.domain.secrets import HIDDEN, is_secret, masked
    from wizard.domain.text import joined

    for name, value in os.environ.items():
        if len(value) >= _SHORTEST and is_secret(name, value):
            text = text.replace(value, HIDDEN)
    home = str(Path.home())
    text = re.sub(re.escape(home) + r"(?=[/\\\s:,)'\"]|$)", "~", text) if len(home) > 1 else text
    return joined(masked(text).split("\n"))
