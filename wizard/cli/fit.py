"""`memwizard fit`."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import click

from wizard.cli import completing
from wizard.cli.common import (
    chosen_machine,
    demo_option,
    form_option,
    gpu_option,
    hub_option,
    json_option,
    machine_options,
    model_option,
    print_json,
    say,
    shown,
)
from wizard.cli.echo import echo
from wizard.cli.fit_options import ALL, FOR, START, Asked, sought, subject
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.fit.answer import FitAnswer


@click.command()
@click.argument("file", metavar="[FILE]", shell_complete=completing.files, required=False)
@model_option
@hub_option
@gpu_option
@demo_option
@axolotl_option
@click.option(
    "--prefer",
    type=click.Choice(["quality", "speed", "length"]),
    default="quality",
    show_default=True,
    help="What goes first: what is learned, the time of a step, or the longest rows.",
)
@click.option("--length", type=click.IntRange(16, 4_000_000), metavar="TOKENS", help="The rows to make room for.")
@click.option(
    "--method",
    "methods",
    type=click.Choice(ALL),
    multiple=True,
    help="Take no other method; repeatable. Default: the file's own and those that need less; without one, all.",
)
@click.option("--map", is_flag=True, help="A table: each model, or each method of one, with the rows that fit.")
@click.option(
    "--against",
    type=click.Choice(["lengths", "gpus"]),
    default="lengths",
    show_default=True,
    help="The columns of the map.",
)
@click.option("--only", metavar="WORDS", default="", help="In the map, models whose id or family has these words.")
@click.option("--csv", "as_csv", is_flag=True, help="The map as CSV, bytes and all.")
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DOLLARS",
    help="On which rented GPUs it fits and finishes the data, the cheapest first, and which are within this.",
)
@click.option(
    "--data",
    metavar="DATA",
    shell_complete=completing.files,
    help="Rows to train on: they tell what kind of model, and how long rows are.",
)
@form_option
@click.option("--kind", type=click.Choice(FOR), help="Without a FILE: what the model is for. Default: as the data say.")
@click.option("--size", metavar="SIZE", help="Suggest no model with more parameters than this: 8B, 270M.")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    shell_complete=completing.files,
    help="Write the best as a config; of a FILE, its text with the changes.",
)
@click.option("--write", is_flag=True, help="Write the best into FILE: the difference is shown first, a backup stays.")
@click.option("--diff", is_flag=True, help="Show what the best would change in FILE.")
@click.option("--overwrite", is_flag=True, help="Replace what is there without asking; a backup stays.")
@json_option
def command(**given: Any) -> int:
    """Find what fits: models for a GPU, the best settings for one, and what each change of a config saves or costs.

    \b
    Examples:
      memwizard fit --gpu rtx-4090
      memwizard fit --gpu rtx-4090 --data chats.jsonl -o my.yml
      memwizard fit --model Qwen/Qwen3-8B --gpu rtx-4090
      memwizard fit my.yml
      memwizard fit my.yml --write
      memwizard fit my.yml --gpu 2xa100-80gb --prefer speed
      memwizard fit my.yml --budget 20
      memwizard fit --map --gpu rtx-4090 --only qwen3
      memwizard fit --map --model Qwen/Qwen3-8B --against gpus --csv

    Exit code 1 where nothing fits, or the file does not.
    """
    asked = Asked(**given)
    if asked.map:
        from wizard.cli.fit_map import show

        return show(asked)
    for option, given_too in (("--csv", asked.as_csv), ("--only", asked.only), ("--against", asked.against == "gpus")):
        if given_too:
            raise InputError(f"{option} goes with --map")
    _agrees(asked)
    if asked.budget is not None:
        from wizard.cli.fit_costs import show as show_costs

        return show_costs(asked, asked.budget)
    if asked.open:
        from wizard.cli.fit_models import show as show_models

        return show_models(asked)
    return _answered(asked)


def _agrees(asked: Asked) -> None:
    """Refuse options that contradict each other."""
    if (asked.write or asked.diff) and asked.file is None:
        raise click.UsageError("--write and --diff go with a FILE; -o names a new one")
    if asked.form is not None and asked.data is None:
        raise click.UsageError("--form goes with --data")
    if asked.file is not None and (asked.data or asked.kind):
        raise click.UsageError("a FILE names its own data: --data and --kind go without one")
    if asked.budget is not None and (asked.write or asked.diff or asked.output is not None):
        raise click.UsageError("--budget only tells: name the GPU with --gpu to write what is best there")
    if asked.size is not None and not asked.open:
        raise click.UsageError("--size goes without a FILE and a model")
    if sum((asked.write, asked.diff, asked.output is not None)) > 1:
        raise click.UsageError("one of --write, --diff and -o")
    if asked.file == "-" and asked.write:
        raise click.UsageError("--write needs a file on disk; -o names one")


def _answered(asked: Asked) -> int:
    from wizard.cli.learning import last_run_of
    from wizard.cli.room import free_disk_of
    from wizard.fit.answer import answer
    from wizard.output.text.fit import fit_text
    from wizard.output.text.run import disk_need
    from wizard.review import acceptance, refusals, review

    machine = chosen_machine(asked.gpu, asked.demo)
    plan, known = subject(asked, machine)
    want = sought(asked, plan, known, machine)
    found = answer(plan, known, machine, want, acceptance)
    name = shown(asked.file) if asked.file is not None else None
    judged = review(plan, known, machine) if name is not None else None
    errors = refusals(judged.findings) if judged is not None else ()
    if asked.output is not None or asked.write or asked.diff:
        from wizard.cli.fit_writing import write

        return write(asked, found)
    if asked.as_json:
        from wizard.output.json.fit import fit_out

        print_json(fit_out(name, found, errors))
    else:
        echo(fit_text(name, found, errors))
        for sentence in last_run_of(judged) if judged is not None else ():
            say(sentence)
        if judged is not None and (free := free_disk_of(judged)) is not None:
            for sentence in disk_need(judged, free):
                say(sentence)
        _next(asked, found)
    if found.free is None:
        return 0
    if found.experts_lost:
        return 1
    return int(found.fit == "over" if asked.file is not None else found.found is None)


def _next(asked: Asked, found: FitAnswer) -> None:
    """The command that comes next, on stderr."""
    from wizard.domain.plan import REMOVE
    from wizard.knowledge.axolotl.versions import newest

    if asked.file is not None:
        if asked.file != "-":
            echo(f"next:\n  memwizard --config {shlex.quote(asked.file)}     (F5 takes the best)", err=True)
        return
    best = found.found or found.short
    if best is None or found.machine is None:
        return
    gpu = machine_options(asked.gpu, asked.demo)
    sets = [
        f"--set {shlex.quote(f'{key}={json.dumps(None if value is REMOVE else value)}')}"
        for key, value in best.changes.items()
    ]
    gpu += f" --axolotl {asked.axolotl}" if asked.axolotl != newest() else ""
    parts = [f"memwizard generate --preset {START} --model {shlex.quote(str(asked.model))}{gpu}", *sets, "-o my.yml"]
    echo("next:\n  " + " \\\n    ".join(parts), err=True)
