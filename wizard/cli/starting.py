"""What `memwizard run` starts: the command, its environment, and the plan as its options change it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.machine import Machine
    from wizard.domain.version import Version

_ELSEWHERE = {"slurm": "sbatch", "sky": "sky launch", "ray": "axolotl train on a node of the Ray cluster"}


def command_of(config: str, launch: str | None, options: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command that trains. Raises InputError for a launch that is none, or where there is no Axolotl.

    `launch`: one of Axolotl's own launchers, or a whole command, in which {config} stands for the file.
    """
    from wizard.world.programs import LAUNCHERS, axolotl_program

    if launch is None or launch in LAUNCHERS:
        named = ["--launcher", launch] if launch is not None else []
        path = f"./{config}" if config.startswith("-") else config
        return [axolotl_program(environment), "train", path, *named, *options]
    if launch in _ELSEWHERE:
        raise InputError(f"{launch} starts a run elsewhere: start it by `{_ELSEWHERE[launch]}`", about="launch")
    try:
        words = shlex.split(launch)
    except ValueError as error:
        raise InputError(f"what is to be launched is no command: {str(error).lower()}", about="launch") from None
    if not words:
        raise InputError("what is to be launched is empty", about="launch")
    return [*(word.replace("{config}", config) for word in words), *options]


def environment_of(program: str, machine: Machine | None, axolotl: Version) -> tuple[dict[str, str], str]:
    """The environment of the run, and what was set in it, in words.

    The allocator's variable is set where neither is, as Axolotl does it too;
    the folder of the program comes first where it is not on PATH, so that Axolotl finds its launchers.
    """
    from wizard.knowledge.allocator import VARIABLES, axolotl_setting
    from wizard.world.programs import beside

    made, said = dict(os.environ), list[str]()
    torch = beside(program, "torch")
    ours = axolotl_setting(torch, axolotl) if torch is not None else None
    amd = machine is not None and any(gpu.vendor == "amd" for gpu in machine.gpus)
    if ours is not None and not amd and not any(name in made for name in VARIABLES):
        made[ours.variable] = ours.value
        said.append(f"{ours.variable}={ours.value}")
    folder = os.path.dirname(program)
    if folder and folder not in made.get("PATH", "").split(os.pathsep):
        made["PATH"] = os.pathsep.join(filter(None, (folder, made.get("PATH"))))
    return made, " ".join(said)


def library_of(environment: Mapping[str, str], machine: Machine | None) -> tuple[dict[str, str], str]:
    """What a run on the CPU gets in its environment so that what is freed is given back, and what is said of it; a run
    on a GPU gets nothing.

    Settings of a person's own stay as they are.
    """
    from wizard.knowledge.allocator import ARROW, LIBRARY, library_chosen
    from wizard.output.text.run import library_gives_back, library_keeps
    from wizard.world.library import glibc

    if machine is None or not machine.without_gpu or not glibc():
        return {}, ""
    chosen = library_chosen(environment)
    if chosen is None:
        added = dict([LIBRARY] if ARROW[0] in environment else [LIBRARY, ARROW])
        return added, library_gives_back(added)
    return {}, "" if chosen == LIBRARY[0] else library_keeps(chosen)


def launched(command: Sequence[str]) -> bool:
    """Whether `accelerate launch` stands beside the run: `axolotl train` starts it unless another launcher is named."""
    words = [*command]
    name = os.path.basename(words[0])
    if name != "axolotl":
        return name == "accelerate"
    for place, word in enumerate(words):
        if word == "--launcher" or word.startswith("--launcher="):
            return (word.partition("=")[2] or " ".join(words[place + 1 : place + 2])) == "accelerate"
    return "train" in words[1:2]


def version_beside(program: str, chosen: Version) -> Version:
    """The version of the Axolotl that is started, where neither the person nor their settings name one."""
    import click

    from wizard.domain.version import parse_version
    from wizard.knowledge.axolotl.versions import nearest
    from wizard.world.preferences import preferences
    from wizard.world.programs import beside

    source = click.get_current_context().get_parameter_source("axolotl")
    found = parse_version(beside(program, "axolotl") or "")
    given = source is not click.core.ParameterSource.DEFAULT or preferences().axolotl.value is not None
    return chosen if given or found is None else nearest(found)


def overridden(options: Sequence[str], version: Version) -> dict[str, object]:
    """What options of `axolotl train` change of a config: `--micro-batch-size 2`, `--no-sample-packing`.

    What stands after `--` is the launcher's. Source: axolotl 0.19 to 0.21 cli/utils/args.py.
    """
    from wizard.knowledge.axolotl.fields import find
    from wizard.world.typed import value_of

    found: dict[str, object] = {}
    words = [*options]
    if "--" in words:
        words = words[: words.index("--")]
    for place, word in enumerate(words):
        name, equals, text = word.removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if not word.startswith("--"):
            continue
        after = words[place + 1] if place + 1 < len(words) else "--"
        if find(name, version) is None:
            if name.startswith("no_") and find(name[3:], version) is not None:
                found[name[3:]] = False
        elif equals or not after.startswith("--"):
            found[name] = value_of(text if equals else after)
        else:
            found[name] = True
    return found
