"""`memwizard estimate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wizard.cli import completing
from wizard.cli.common import (
    chosen_machine,
    demo_option,
    gpu_option,
    hub_option,
    json_option,
    model_of,
    model_option,
    print_json,
    shown,
)
from wizard.cli.echo import echo
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError
from wizard.domain.text import plain
from wizard.domain.units import gib

if TYPE_CHECKING:
    from wizard.domain.version import Version
    from wizard.review import Review


@click.command()
@click.argument("files", metavar="FILE...", shell_complete=completing.files, nargs=-1, required=True)
@gpu_option
@model_option
@hub_option
@demo_option
@axolotl_option
@click.option("--explain", is_flag=True, help="Print each term with its formula, the numbers put in, and its source.")
@click.option("--budget", metavar="SIZE", help="Exit code 1 where a GPU needs more (22GiB), whatever is free.")
@json_option
def command(
    files: tuple[str, ...],
    gpu: str | None,
    model: str | None,
    hub: bool,
    demo: str | None,
    axolotl: Version,
    budget: str | None,
    **told: bool,
) -> int:
    """Show what memory a config needs, by component and phase, and whether it fits. `-` reads stdin.

    \b
    Examples:
      memwizard estimate my.yml
      memwizard estimate my.yml --gpu 24GiB
      memwizard estimate my.yml --explain
      memwizard estimate configs/*.yml --gpu 2xa100-80gb --json
      memwizard estimate configs/*.yml --gpu a100-80gb --budget 60GiB

    Exit code 1 where a config does not fit, 2 where a file can't be used.
    """
    from wizard.cli.learning import with_history
    from wizard.review import review
    from wizard.world.configs import read_plan

    machine = chosen_machine(gpu, demo)
    allowed = _size(budget)
    code = 0
    for file in files:
        try:
            plan = read_plan(file, axolotl)
            known, why = model_of(plan, model, file, hub=hub)
            if known is None:
                raise InputError(f"no estimate: {why}", file=file, line=plan.line("base_model"))
        except InputError as error:
            echo(f"memwizard: {plain(str(error))}", err=True)
            code = 2
            continue
        judged = with_history(review(plan, known, machine), axolotl)
        _show(shown(file), judged, told["as_json"], told["explain"])
        if allowed is None and "over" in (judged.fit, judged.host_fit):
            code = max(code, 1)
        if allowed is not None and judged.estimate is not None and judged.estimate.fit(allowed) == "over":
            need = f"needs {gib(judged.estimate.device.likely)}, over the budget of {gib(allowed)}"
            echo(f"memwizard: {plain(shown(file))}: {need}", err=True)
            code = max(code, 1)
    return code


def _size(budget: str | None) -> int | None:
    """The bytes of a budget. Raises UsageError where it is no size."""
    if budget is None:
        return None
    from wizard.knowledge.gpus import size_bytes

    found = size_bytes(budget)
    if found is None:
        raise click.UsageError(f"--budget {budget}: write a size, such as 22GiB")
    return found


def _show(file: str, judged: Review, as_json: bool, explain: bool) -> None:
    assert judged.model is not None
    assert judged.estimate is not None
    if as_json:
        from wizard.output.json.estimate import estimate_out

        print_json(estimate_out(file, judged, judged.model, judged.estimate))
    else:
        from wizard.cli.room import free_disk_of
        from wizard.output.text.estimate import estimate_text

        echo(estimate_text(file, judged, free_disk_of(judged)))
    if explain and not as_json:
        from wizard.output.text.explain import explain_text

        echo(explain_text(judged))
