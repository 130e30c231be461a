"""`memwizard history`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from wizard.cli.common import json_option, print_json, say, table
from wizard.cli.echo import echo

if TYPE_CHECKING:
    from wizard.domain.receipt import Receipt

_PUBLIC = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> int | None:
    """List the runs of `memwizard run` and what each needed. `memwizard history` alone is `memwizard history show`.

    They are kept in your data folder, on this machine alone.

    \b
    Examples:
      memwizard history
      memwizard history show --json
      memwizard history delete 2026-11
      memwizard history export > rows.jsonl
    """
    if context.invoked_subcommand is not None:
        return None
    code: int = context.invoke(show)
    return code


@command.command()
@json_option
def show(as_json: bool) -> int:
    """List them, the latest last."""
    from wizard.world.receipts import Receipts

    store = Receipts()
    found = store.all()
    if as_json:
        from wizard.output.json.history import history_out

        print_json(*map(history_out, found))
    elif found:
        heads = ("begun", "model", "method", "machine", "forecast", "allocated", "GPU", "host", "steps", "exit code")
        echo(table([_row(one) for one in found], heads))
    else:
        echo(f"no run is kept yet; `memwizard run` keeps them in {store.path}")
    return 0


def _row(one: Receipt) -> tuple[str, ...]:
    from wizard.domain.text import plain
    from wizard.domain.units import gib

    def size(count: int | None) -> str:
        return gib(count) if count is not None else "-"

    likely = one.forecast[1] if one.forecast is not None else None
    numbers = [size(likely), size(one.allocated), size(one.gpu), size(one.host)]
    words = [one.begun, one.model, one.like.method, one.like.machine, *numbers]
    words += ["-" if value is None else str(value) for value in (one.steps, one.code)]
    return tuple(map(plain, words))


@command.command()
@click.argument("begun", metavar="[BEGUN]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All of them.")
def delete(begun: tuple[str, ...], every: bool) -> int:
    """Delete those that began then: `2026-11` are all of that month, `2026-11-29T10:14:03Z` is one."""
    from wizard.world.receipts import Receipts

    if (not begun and not every) or (begun and every):
        raise click.UsageError("name what to delete by its beginning, as 2026-11, or all by --all")
    gone = Receipts().keep(lambda one: not (every or one.begun.startswith(begun)))
    say(f"{gone} receipt{'s' if gone != 1 else ''} deleted")
    return 0 if gone or every else 1


@command.command()
def export() -> int:
    """Print those that ended well as rows for the project's table: no path, no day, no name that is not public."""
    from wizard.output.json.history import history_out
    from wizard.world.receipts import Receipts

    wanted = [one for one in Receipts().all() if one.code == 0 and one.allocated and one.forecast]
    print_json(*(history_out(redacted(one)) for one in wanted))
    return 0


def redacted(one: Receipt) -> Receipt:
    """A receipt as anybody may see it: of names only those of the hub and of GPUs, of time the month."""
    from wizard.knowledge.models.catalogue import catalogue

    public = _PUBLIC.fullmatch(one.model) is not None and one.model.lower() in {name.lower() for name in catalogue()}
    machine = re.sub(r"[^\w ×().-]", "", one.like.machine)[:60]
    like = replace(one.like, machine=machine)
    return replace(one, begun=one.begun[:7], model=one.model if public else "local", like=like)
