"""`memwizard check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from wizard.cli.check_call import CheckCall, Told, say
from wizard.cli.common import demo_option, gpu_option, hub_option, model_option, shown
from wizard.domain.errors import InputError
from wizard.domain.text import plain

if TYPE_CHECKING:
    from wizard.cli.checker import Checker, Judged
    from wizard.domain.finding import Finding
    from wizard.output.text.snippet import Place, Role

ALONE = 64
"""Fewer files than these are judged in one process."""
_COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan", "frame": "blue", "help": "green"}


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
        call.take(_unread(call, problem.file or "", problem))
    if fix or diff:
        for file in found.files:
            _fix(checker, call, file)
    else:
        with closing(_told_of(found.files, partial(_judge, checker, call), hub=hub)) as all_told:
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


def _judge(checker: Checker, call: CheckCall, file: str) -> Told:
    """Judge one file as it is."""
    from wizard.world.yamlfile import read_text

    try:
        judged = checker.judge(read_text(file), file)
    except InputError as error:
        return _unread(call, file, error)
    return _told(call, file, judged, judged.notes)


def _unread(call: CheckCall, file: str, error: InputError) -> Told:
    """What is told of a file that can't be judged: a sentence, and where others read it, a finding."""
    if call.form == "text":
        return Told(file, problem=error)
    from wizard.output.text.findings import as_github
    from wizard.output.text.snippet import Place
    from wizard.rules.file.unreadable_file import unreadable

    finding = unreadable(error, "<stdin>" if file == "-" else file)
    place = Place(finding.line, 1, 1, "") if finding.line else None
    lines: tuple[str, ...] = ()
    if call.form == "json":
        from wizard.output.json.check import unreadable_out

        lines = (unreadable_out(shown(file), finding).as_json(),)
    elif call.form == "github":
        lines = (as_github(shown(file), finding),)
    return Told(file, problem=error, lines=lines, placed=[(finding, place)])


def _told(call: CheckCall, file: str, judged: Judged, notes: tuple[str, ...] = ()) -> Told:
    from wizard.output.text.findings import tallied

    findings, placed = judged.review.findings, list(zip(judged.review.findings, judged.places(), strict=True))
    strict = call.strict if call.strict is not None else judged.strict
    wrong = {"error", "warning"} if strict else {"error"}
    log = call.form == "sarif"
    return Told(
        file,
        notes=notes,
        lines=() if call.diff or log else tuple(_lines(call, file, judged, placed)),
        tally=tallied(findings),
        wrong=any(finding.severity in wrong for finding in findings),
        placed=placed if log else [],
    )


def _fix(checker: Checker, call: CheckCall, file: str) -> None:
    """Judge one file; write, print or show the fixed text; tell what holds for the file afterwards."""
    from wizard.world.yamlfile import read_marked

    try:
        mark, text = read_marked(file)
        judged = checker.judge(text, file)
    except InputError as error:
        call.take(_unread(call, file, error))
        return
    for sentence in judged.notes:
        call.note(sentence)
    try:
        call.take(_told(call, file, _settled(checker, call, file, mark, judged)))
    except InputError as error:
        call.problem(error)


def _settled(checker: Checker, call: CheckCall, file: str, mark: str, judged: Judged) -> Judged:
    from wizard.cli.fixing import save, settle
    from wizard.domain.diff import unified

    text = judged.document.text
    name = "<stdin>" if file == "-" else file
    settled = settle(text, name, lambda made: checker.judge(made, file), unsafe=call.unsafe)
    for sentence in settled.refused:
        say(sentence)
    if call.diff:
        _write(unified(text, settled.text, shown(name)))
    elif file == "-":
        _write(mark + settled.text)
    elif settled.text != text:
        try:
            save(file, mark, text, settled.text)
        except InputError as error:
            call.problem(error)
            return judged
    call.fixed += len(settled.fixed)
    call.changed += settled.text != text
    return judged if call.diff else settled.judged


def _write(text: str) -> None:
    """Bytes as they are in the file, whatever the terminal's encoding."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        click.echo(text, nl=False)
        return
    sys.stdout.flush()
    raw.write(text.encode())
    raw.flush()


def _lines(call: CheckCall, file: str, judged: Judged, placed: list[tuple[Finding, Place | None]]) -> list[str]:
    """What is printed for one file."""
    if call.form == "json":
        from wizard.output.json.check import check_out

        return [check_out(shown(file), judged.review, [place for _, place in placed]).as_json()]
    from wizard.output.text.findings import as_github, as_text
    from wizard.rules.catalogue import find, load

    if call.form == "github":
        return [as_github(shown(file), finding, place) for finding, place in placed]
    name, paint = plain(shown(file)), _painted if _in_colour() else _unpainted
    return [
        as_text(name, finding, place, unsafe=call.unsafe, quotes=load(find(finding.code)).quotes, paint=paint)
        for finding, place in placed
    ]


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


def _in_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _painted(text: str, role: Role) -> str:
    return click.style(text, fg=_COLOURS.get(role), bold=role in ("place", "error"))


def _unpainted(text: str, role: Role) -> str:
    return text


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
