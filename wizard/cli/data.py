"""`memwizard data`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wizard.cli import completing
from wizard.cli.common import chosen_machine, json_option, print_json, shown
from wizard.cli.echo import echo
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError
from wizard.domain.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wizard.axolotl.forms.answer import Answer
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version

_CONFIGS = (".yml", ".yaml")
_METHODS = ("dpo", "ipo", "simpo", "kto", "orpo")


@click.command()
@click.argument("file", metavar="FILE", shell_complete=completing.files)
@click.option(
    "--type",
    "kind",
    metavar="T",
    shell_complete=completing.forms,
    help="How a row looks, as in `datasets`: alpaca, chat_template, ...",
)
@click.option("--rl", type=click.Choice(_METHODS), help="How a data file is trained on. Default: supervised.")
@click.option("--length", type=click.IntRange(1), metavar="L", help="In place of the config's sequence_len.")
@click.option(
    "--model",
    metavar="M",
    shell_complete=completing.models,
    help="Whose tokenizer counts: a folder or an id in the Hugging Face cache.",
)
@click.option(
    "--gpu",
    metavar="G",
    shell_complete=completing.gpus,
    help="The GPUs that share a step, as `estimate` takes them. Default: one.",
)
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=20_000,
    show_default=True,
    metavar="N",
    help="About how many rows of each file to read. 0: all.",
)
@click.option(
    "--as",
    "other",
    type=click.Choice(["jsonl", "reward", "orpo"]),
    help="Write a table anew as JSON lines, or a file of pairs with the rows that a reward model or ORPO reads.",
)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    shell_complete=completing.files,
    help="Where --as writes to. Default: FILE.jsonl or FILE-reward.jsonl beside FILE.",
)
@axolotl_option
@json_option
def command(  # noqa: PLR0913 (one for each option)
    *,
    file: str,
    kind: str | None,
    rl: str | None,
    length: int | None,
    model: str | None,
    gpu: str | None,
    sample: int,
    other: str | None,
    output: str | None,
    axolotl: Version,
    as_json: bool,
) -> int:
    """Show what form your data has, how long its rows are, what sequence_len cuts, and the steps of an epoch.

    FILE is a config (`-` reads stdin), whose datasets are read where they are files on this machine, or a data file:
    jsonl, json, csv, parquet.

    \b
    Examples:
      memwizard data my.yml
      memwizard data my.yml --length 8192 --sample 0
      memwizard data rows.jsonl --type alpaca --model Qwen/Qwen3-8B
      memwizard data pairs.jsonl --as reward
      memwizard data sheet.csv --as jsonl

    Exit code 1 where rows do not have what their type reads, 2 where a file can't be used.
    """
    from wizard.cli.datafiles import Looker
    from wizard.cli.detected import detected
    from wizard.cli.hours import epoch_hours
    from wizard.cli.outside import RealOutside
    from wizard.cli.recasting import recast_file
    from wizard.cli.rows import tell_rows
    from wizard.data.review import review_data
    from wizard.domain.plan import Plan
    from wizard.output.text.data import data_text, form_text, hours_text
    from wizard.world.configs import folder_of

    _agrees(other, output, {"type": kind, "rl": rl, "length": length, "model": model, "gpu": gpu, "json": as_json})
    if other is not None:
        return recast_file(file, other, output)
    is_config = file == "-" or file.lower().endswith(_CONFIGS)
    answer = None if is_config or kind is not None else detected(file, Plan({"rl": rl} if rl else {}))[0]
    plan = _plan(file, kind, length, is_config, answer).for_axolotl(axolotl)
    machine = chosen_machine(gpu) if gpu is not None else None
    looker = Looker(
        plan, model, folder_of(file) if is_config else None, sample, named=not is_config, guessed=answer is not None
    )
    datasets, lines = looker.look()
    _tell(looker.problems, is_config=is_config)
    review = review_data(plan, datasets, machine, looker.counted_by, looker.exact)
    if looker.problems and not as_json and all(one.unknown for one in datasets):
        return 2
    hours = epoch_hours(plan, review, machine, "." if file == "-" else file, model)
    told = [hours_text(hours, machine.title)] if hours is not None and machine is not None else []
    if as_json:
        from wizard.output.json.data import data_out

        print_json(data_out(shown(file), review, lines, hours, answer))
    else:
        echo("\n".join([form_text(shown(file), answer) + data_text(shown(file), review, lines), *told]))
        tell_rows(plan, RealOutside(), file if is_config else None)
    return 2 if looker.problems else int(any(one.wrong or one.bad for one in datasets))


def _agrees(other: str | None, output: str | None, looks: Mapping[str, object]) -> None:
    """Refuse options that go with another work of the command. `looks`: those of looking at rows."""
    given = [option for option, value in looks.items() if value]
    if other is None and output is not None:
        raise click.UsageError("-o goes with --as")
    if other is not None and given:
        raise click.UsageError(f"--as writes rows and looks at none: --{given[0]} goes without it")
    if output == "":
        raise click.UsageError("-o names no file")


def _tell(problems: Sequence[InputError], *, is_config: bool) -> None:
    """Files that can't be used, on stderr; raises the first where it is the one that was named."""
    if problems and not is_config:
        raise problems[0]
    for problem in problems:
        echo(f"memwizard: {plain(str(problem))}", err=True)


def _plan(file: str, kind: str | None, length: int | None, is_config: bool, answer: Answer | None) -> Plan:
    """The plan of a config, or one made of a data file and what it is taken for; with the length that is named."""
    from wizard.axolotl.forms.answer import Detected
    from wizard.domain.plan import Plan
    from wizard.world.configs import read_plan

    if is_config:
        if kind is not None:
            raise InputError("`--type` goes with a data file; a config names its own", file=file)
        plan = read_plan(file)
        if not plan.get("datasets"):
            raise InputError("the config names no `datasets`", file=file)
    else:
        entry = dict(answer.entry) if isinstance(answer, Detected) else {"type": kind}
        plan = Plan({"datasets": [{**entry, "path": file}]})
    return plan if length is None else plan.changed({"sequence_len": length})
