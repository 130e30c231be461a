"""What several commands share: options, the machine, the model, printing."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from wizard.cli import completing
from wizard.cli.echo import echo, send
from wizard.domain.errors import InputError
from wizard.domain.text import joined, plain

if TYPE_CHECKING:
    from wizard.domain.errors import About
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.output.json.shape import LineShape

Command = Callable[..., Any]
_OPTIONS: dict[About, str] = {
    "gpu": "`--gpu` names the GPUs, `memwizard gpus` lists them",
    "launch": "`--launch` names what starts it",
}


def gpu_option(command: Command) -> Command:
    """`--gpu`."""
    return click.option(
        "--gpu",
        shell_complete=completing.gpus,
        metavar="G",
        help="A GPU of `memwizard gpus`, a size (24GiB), several (2xa100-80gb), nodes of them (4x8xh100-80gb), "
        "each with its host memory (rtx-4090+64GiB). "
        "Default: this machine's.",
    )(command)


def demo_option(command: Command) -> Command:
    """`--demo`."""
    return click.option(
        "--demo",
        metavar="NAME",
        shell_complete=completing.demos,
        help="A recorded machine instead of this one: rtx-4090, t4, 2xa100-80gb, no-gpu, ...",
    )(command)


def output_options(command: Command) -> Command:
    """`-o` and `--overwrite` of what makes a config."""
    overwrite = click.option(
        "--overwrite", is_flag=True, help="Replace an existing OUT without asking; a backup stays."
    )(command)
    return click.option(
        "-o",
        "--output",
        metavar="OUT",
        shell_complete=completing.files,
        default="-",
        help="The file to write; `-` (default) is stdout.",
    )(overwrite)


def model_option(command: Command) -> Command:
    """`--model`."""
    return click.option(
        "--model",
        metavar="M",
        shell_complete=completing.models,
        help="A Hugging Face id (`memwizard models` lists those known by heart, the cache is searched for others) or"
        " a folder with a config.json. For a config whose model is private, one of the same shapes, or its size: 7B."
        " Default: the config's base_model.",
    )(command)


def form_option(command: Command) -> Command:
    """`--form`."""
    return click.option(
        "--form",
        type=click.IntRange(1),
        metavar="N",
        help="How the rows of --data are read, where that is asked: the number of the answer.",
    )(command)


def hub_option(command: Command) -> Command:
    """`--hub`, which MEMWIZARD_HUB=1 or the person's settings also set: nothing else lets a command use the network."""
    return click.option(
        "--hub",
        is_flag=True,
        callback=_hub,
        help="Let a model that is not found here be looked up on the Hugging Face hub (also MEMWIZARD_HUB=1).",
    )(command)


def _hub(context: click.Context, _: click.Parameter, given: bool | None) -> bool:
    """The flag, else what the person's settings say; completing a line reads none."""
    if given or context.resilient_parsing:
        return bool(given)
    from wizard.world.preferences import preferences

    return preferences().hub.value


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(command)


def chosen_machine(gpu: str | None, demo: str | None = None, source: str | None = None) -> Machine | None:
    """The machine the person names, here or in their settings, else the one probed; None where no GPU is known.

    `source`: the file that names `gpu`, None for the option. Raises InputError for a name that is none.
    The allocator variables of this environment come along unless the machine is a recorded one.
    """
    from wizard.world import probe, recorded

    if demo is not None:
        return recorded.recorded(demo)
    if gpu is not None:
        return _named(gpu, source)
    return preferred_machine() or probe.probe()


def preferred_machine() -> Machine | None:
    """The machine that the person's settings name, None where they name none. Raises InputError with their place."""
    from wizard.world.preferences import preferences

    gpu = preferences().gpu
    return None if gpu.value is None else _named(gpu.value, gpu.source)


def _named(gpu: str, source: str | None) -> Machine:
    """The machine of this name. Raises InputError, for `source` where it was not an option that named it."""
    from wizard.knowledge.gpus import named_machine
    from wizard.world import probe

    try:
        machine = named_machine(gpu)
    except InputError as error:
        raise InputError(error.message, file=source, about=error.about) from None
    return replace(
        machine,
        environment=probe.allocator_environment(os.environ),
        torch_version=probe.torch_version(),
    )


def model_of(plan: Plan, named: str | None, file: str, *, hub: bool = False) -> tuple[Model | None, str | None]:
    """The model of a plan, or the sentence why it is not known. A named one must be there. `hub`: it may be asked.

    Beside a person's own file a size may be named (`7B`), where that is all that is known of its model.
    """
    from wizard.knowledge.models.of_size import of_size, size_in, size_said
    from wizard.world import configs, models

    size = size_said(named) if named is not None else None
    if size is not None and file != ".":
        return of_size(size), None
    if named is not None:
        return models.resolve(named, allow_hub=hub), None
    base = plan.get("base_model")
    known, why = models.resolve_or_none(base, configs.folder_of(file), allow_hub=hub)
    if why is not None and isinstance(base, str) and base and file != ".":
        about = size_in(base).removeprefix("about ") or "7B"
        why = f"{why} `--model {about}` estimates it by its size alone, `--model OWNER/NAME` by the shapes of another."
    return known, why


def spoken(error: InputError) -> str:
    """An error's sentence, with the option that mends it; what a file says wrong is mended there."""
    option = _OPTIONS.get(error.about) if error.about is not None and error.file is None else None
    return f"{error}; {option}" if option else str(error)


def machine_options(gpu: str | None, demo: str | None) -> str:
    """What names a machine, as a person would type it again behind a command; empty for the one here."""
    return f" --gpu {shlex.quote(gpu)}" if gpu else f" --demo {demo}" if demo else ""


def at_terminal() -> bool:
    """Whether a person can be asked: stdin and stderr are a terminal. Either may be closed (None)."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters, as JSON and YAML can write them; the others stand for bytes of a file's name."""


def shown(file: str) -> str:
    """A file's name as text that can be printed: bytes that are no UTF-8 become question marks."""
    whole = _HALVES.sub("\ufffd", file)
    return whole.encode(errors="surrogateescape").decode(errors="replace")


def print_json(*lines: LineShape) -> None:
    """One JSON object a line."""
    for line in lines:
        send(line.as_json())


def table(rows: Sequence[tuple[str, ...]], heads: tuple[str, ...]) -> str:
    """Aligned columns, as wide as their longest cell; the last one runs free."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads) - 1)]
    lines = []
    for row in (heads, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join((*cells, row[-1])).rstrip())
    return joined(lines)


def say(sentence: str) -> None:
    """A sentence on stderr."""
    echo(f"memwizard: {plain(sentence)}", err=True)
