"""`memwizard migrate`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from wizard.cli import completing
from wizard.cli.common import json_option, print_json, say, shown
from wizard.cli.echo import echo, put
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError
from wizard.domain.text import plain

if TYPE_CHECKING:
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version
    from wizard.migrate.engine import Migration


@click.command()
@click.argument("files", metavar="FILE...", shell_complete=completing.files, nargs=-1, required=True)
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing: what happens without --write.")
@click.option("--write", is_flag=True, help="Write the files, after the difference was shown; a backup stays.")
@click.option("--yes", is_flag=True, help="With --write: do not ask.")
@axolotl_option
@json_option
def command(*, files: tuple[str, ...], diff: bool, write: bool, yes: bool, axolotl: Version, as_json: bool) -> int:
    """Bring old Axolotl files, and keys of other trainers, to today's form.

    \b
    Examples:
      memwizard migrate old.yml
      memwizard migrate old.yml --write
      memwizard migrate configs --write --yes
      memwizard migrate - < old.yml > new.yml

    Shows the difference, names every key that goes with its reason, and says what a person has to decide: that is
    never guessed. FILE may be a folder or a pattern; `-` gives the new text on stdout.
    Exit code 1 where something is left to decide, 2 where a file can't be used.
    """
    from wizard.world.finder import find
    from wizard.world.ledger import LEDGER

    if diff and write:
        raise click.UsageError("--diff writes nothing: leave it out, or --write")
    if yes and not write:
        raise click.UsageError("--yes goes with --write")
    if as_json and write:
        raise click.UsageError("--json shows what would change: leave it out, or --write")
    found = find(files)
    if write:
        LEDGER.meant = len([file for file in found.files if file != "-"])
    code = 0
    for argument, count in found.skipped.items():
        say(f"{argument}: {count} YAML file{'s' if count != 1 else ''} skipped, no Axolotl config")
    for problem in found.problems:
        say(str(problem))
        code = 2
    for file in found.files:
        try:
            code = max(code, _migrate(file, axolotl, diff=diff, write=write, yes=yes, as_json=as_json))
        except InputError as error:
            say(str(error))
            code = 2
    return code


def _migrate(file: str, axolotl: Version, *, diff: bool, write: bool, yes: bool, as_json: bool) -> int:
    """Bring one file along; 1 where something is left to decide."""
    from wizard.domain.diff import unified
    from wizard.migrate.engine import migrate
    from wizard.output.retold import for_version
    from wizard.world.configs import written
    from wizard.world.rewrite import rewrite
    from wizard.world.yamlfile import parse, read_marked

    mark, text = read_marked(file)
    name = "<stdin>" if file == "-" else file

    def read(now: str) -> Plan:
        document = parse(now, name)
        return written(document, name, axolotl)

    made = migrate(text, read, lambda now, changes, near: rewrite(now, changes, name, near))
    made = replace(made, text=for_version(made.text, axolotl))
    if as_json:
        from wizard.output.json.migrate import migrate_out

        print_json(migrate_out(shown(file), text, made, axolotl))
        return int(bool(made.open))
    if file == "-" and not diff:
        put(mark + made.text)
    elif not write:
        echo(unified(text, made.text, shown(name)), nl=False)
    _tell(shown(name), made, read(made.text if write else text))
    if write and file != "-" and made.text != text:
        _write(file, mark, text, made.text, yes=yes)
    return int(bool(made.open))


def _tell(name: str, made: Migration, plan: Plan) -> None:
    """What was done and why, and what is left, a line each on stderr; lines of what is left are those of this plan."""
    from wizard.knowledge.axolotl.versions import of_plan
    from wizard.migrate.engine import dropped

    for move in made.moves:
        assert move.fix is not None
        gone = [key for key in dropped(move) if key not in move.message]
        how = (
            ""
            if move.fix.says in move.message or move.fix.changes.keys() == set(dropped(move))
            else f": {move.fix.says}"
        )
        more = f" (takes out {', '.join(gone)})" if gone else ""
        say(f"{_place(name, move.line)}: {move.code} {move.message}{how}{more}")
    for message, finding in made.open:
        say(f"{_place(name, plan.line(*finding.fields))}: to decide: {message}")
    count = len(made.moves)
    what = f"{count} change{'s' if count != 1 else ''}" if count else "nothing to change"
    left = f", {len(made.open)} left to decide" if made.open else ""
    say(f"{name}, Axolotl {of_plan(plan)}: {what}{left}")


def _place(name: str, line: int | None) -> str:
    return f"{name}:{line}" if line else name


def _write(file: str, mark: str, old: str, new: str, *, yes: bool) -> None:
    """Put the new text in the file's place, once the difference was shown and agreed to.

    Raises InputError where nobody can be asked or the file has changed, Abort where the person says no.
    """
    from pathlib import Path

    from wizard.cli.common import at_terminal
    from wizard.domain.diff import unified
    from wizard.world import atomic
    from wizard.world.yamlfile import read_marked

    ask = partial(click.confirm, f"Write {plain(shown(file))}? The old content stays as a backup", err=True)
    echo(unified(old, new, shown(file)), nl=False)
    if not yes:
        if not at_terminal():
            raise InputError("nobody can be asked here: --yes writes it (a backup stays)", file=file)
        if not ask():
            raise click.Abort
    if read_marked(file) != (mark, old):
        raise InputError("it changed since it was read; nothing is written, run again", file=file)
    backup = atomic.write(Path(file), mark + new)
    say(f"wrote {shown(file)}" + (f", the old content is {backup}" if backup else ""))
