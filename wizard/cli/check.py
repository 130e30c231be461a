"""`memwizard check`."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from wizard.cli.check_call import CheckCall, Told, say
from wizard.cli.common import demo_option, gpu_option, hub_option, model_option

if TYPE_CHECKING:
    pass

ALONE = 64
"""Fewer files than these are judged in one process."""


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@gpu_option
@model_option
@hub_option
@demo_option
@click.option("--fix", is_flag=True, help="Apply the safe fixes [*] to the files; see them first with --diff.")
@click.option("--unsafe-fixes", "unsafe", is_flag=True, help="With --fix or --diff: also those that change training.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; nothing is written.")
@click.option("--select", metavar="CODES", multiple=True, help="Only these: MW102,MW3,padding-off.")
@click.option("--ignore", metavar="CODES", multiple=True, help="Not these.")
@click.option("--skip-others", is_flag=True, help="Skip a FILE that is no Axolotl config (a folder's always are).")
@click.option("--strict/--no-strict", default=None, help="Warnings count as errors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="Default: text.",
)
def command(  # noqa: PLR0913 (one for each option)
    *,
    files: tuple[str, ...],
    gpu: str | None,
    model: str | None,
    hub: bool,
    demo: str | None,
    fix: bool,
    unsafe: bool,
    diff: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    skip_others: bool,
    strict: bool | None,
    form: str,
) -> int:
    """Judge configs by every rule, with file and line; each finding says its reason and its fix.

    \b
    Examples:
      memwizard check my.yml
      memwizard check configs --gpu rtx-4090 --strict
      memwizard check my.yml --diff
      memwizard check my.yml --fix
      memwizard check my.yml --format json
    FILE may be a folder or a pattern. `# memwizard: ignore[MW102]` at a line's end ignores a finding there.
    Exit code 1 where an error is found, 2 where a file can't be used.
    """
    from wizard.cli.check_file import fix as mend
    from wizard.cli.check_file import judge, unread
    from wizard.cli.checker import Checker
    from wizard.cli.selection import split
    from wizard.world.finder import find
    from wizard.world.ledger import LEDGER

    if diff and form != "text":
        raise click.UsageError("--diff shows text; leave --format out")
    checker = Checker(gpu, demo, model, hub, split(select), split(ignore))
    call = CheckCall(form, fix, diff, unsafe, strict)
    found = find(files, skip_others=skip_others)
    LEDGER.meant = len(found.files)
    for argument, count in found.skipped.items():
        if os.path.isdir(argument):
            say(f"{argument}: {count} YAML file{'s' if count != 1 else ''} skipped, no Axolotl config")
    for problem in found.problems:
        call.take(unread(call, problem.file or "", problem))
    if fix or diff:
        for file in found.files:
            mend(checker, call, file)
    else:
        with closing(_told_of(found.files, partial(judge, checker, call), hub=hub)) as all_told:
            for told in all_told:
                call.take(told)
    _end(call)
    return call.code


def _told_of(files: Sequence[str], judge: Callable[[str], Told], *, hub: bool) -> Generator[Told, None, None]:
    """What is told of each file, in their order."""
    if len(files) < ALONE or "-" in files or hub:
        yield from map(judge, files)
        return
    from wizard.cli.spread import spread

    yield from spread(files, judge)


def _end(call: CheckCall) -> None:
    """The summary, or the one log of SARIF; on stderr where stdout holds a fixed text."""
    if call.form == "sarif":
        import json

        from wizard.output.sarif import sarif

        click.echo(json.dumps(sarif(call.placed, call.problems), indent=2), err=call.on_stderr)
    elif call.diff and call.judged:
        say(_count(call.fixed, "finding") + f" would be fixed in {_count(call.changed, 'file')}")
    elif call.form == "text" and call.judged:
        from wizard.output.text.findings import summary

        fixed = call.fixed if call.fix else None
        click.echo(summary(call.judged, call.tally, fixed=fixed, unsafe=call.unsafe), err=call.on_stderr)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
