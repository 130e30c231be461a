"""Judges one file for `memwizard check`, mends it where that is asked for, and tells what is printed of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from wizard.cli.check_call import LOGS, CheckCall, Told
from wizard.cli.common import say, shown
from wizard.cli.echo import echo, put
from wizard.domain.errors import InputError
from wizard.domain.text import plain

if TYPE_CHECKING:
    from wizard.cli.checker import Checker, Judged
    from wizard.domain.finding import Finding
    from wizard.output.text.snippet import Role

_COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan", "frame": "blue", "help": "green"}
_NONE: frozenset[int] = frozenset()


def judge(checker: Checker, call: CheckCall, file: str) -> Told:
    """Judge one file as it is."""
    from wizard.world.yamlfile import read_text

    try:
        judged = checker.judge(read_text(file), file)
    except InputError as error:
        return unread(call, file, error)
    settled = _settled_by_fix(checker, call, file, judged) if call.form == "text" else _NONE
    return _told(call, file, judged, (*judged.notes, *_last_run(call, judged)), settled)


def _last_run(call: CheckCall, judged: Judged) -> tuple[str, ...]:
    """What became of the last run of the one file that is judged."""
    if call.form != "text" or call.many:
        return ()
    from wizard.cli.learning import last_run_of

    return last_run_of(judged.review)


def fix(checker: Checker, call: CheckCall, file: str) -> None:
    """Judge one file; write, print or show the fixed text; tell what holds for the file afterwards."""
    from wizard.world.yamlfile import read_marked

    try:
        mark, text = read_marked(file)
        judged = checker.judge(text, file)
    except InputError as error:
        call.take(unread(call, file, error))
        return
    for sentence in judged.notes:
        call.note(sentence)
    try:
        call.take(_told(call, file, _mended(checker, call, file, mark, judged)))
    except InputError as error:
        call.problem(error)


def unread(call: CheckCall, file: str, error: InputError) -> Told:
    """What is told of a file that can't be judged: a sentence, and where others read it, a finding."""
    if call.form == "text":
        return Told(file, problem=error)
    from wizard.output.text.findings import as_github
    from wizard.output.text.snippet import Place
    from wizard.rules.file.unreadable_file import unreadable

    finding = unreadable(error, _name(file))
    place = Place(finding.line, 1, 1, "") if finding.line else None
    lines: tuple[str, ...] = ()
    if call.form == "json":
        from wizard.output.json.check import unreadable_out

        lines = (unreadable_out(shown(file), finding, call.axolotl).as_json(),)
    elif call.form == "github":
        lines = (as_github(shown(file), finding),)
    return Told(file, problem=error, lines=lines, placed=[(finding, place)])


def _settled_by_fix(checker: Checker, call: CheckCall, file: str, judged: Judged) -> frozenset[int]:
    """The places of the findings that --fix would settle: it is tried here, and judged again."""
    from wizard.cli.fixing import settles

    text, findings = judged.document.text, judged.review.findings
    return settles(text, _name(file), lambda made: checker.judge(made, file), findings, unsafe=call.unsafe)


def _mended(checker: Checker, call: CheckCall, file: str, mark: str, judged: Judged) -> Judged:
    from wizard.cli.fixing import save, settle
    from wizard.domain.diff import unified

    text, name = judged.document.text, _name(file)
    settled = settle(text, name, lambda made: checker.judge(made, file), unsafe=call.unsafe)
    for sentence in settled.refused:
        say(sentence)
    if call.diff:
        echo(unified(text, settled.text, shown(name)), nl=False)
    elif file == "-":
        put(mark + settled.text)
    elif settled.text != text:
        try:
            save(file, mark, text, settled.text)
        except InputError as error:
            call.problem(error)
            return judged
    call.fixed += len(settled.fixed)
    call.changed += settled.text != text
    return judged if call.diff else settled.judged


def _told(
    call: CheckCall, file: str, judged: Judged, notes: tuple[str, ...] = (), settled: frozenset[int] = _NONE
) -> Told:
    """What is told of a file that was judged. `settled`: the places of the findings that --fix would settle."""
    from wizard.output.text.findings import tallied

    findings = judged.review.findings
    strict = call.strict if call.strict is not None else judged.strict
    wrong = {"error", "warning"} if strict else {"error"}
    log, silent = call.form in LOGS, call.diff or call.statistics
    text = call.form == "text" and not silent
    alike = frozenset(place for place, one in enumerate(findings) if one.gathers and call.many and text)
    return Told(
        file,
        notes=notes,
        lines=() if silent or log else tuple(_lines(call, file, judged, settled, alike)),
        gathered=tuple((findings[place], _where(file, findings[place]), place in settled) for place in sorted(alike)),
        tally=tallied(findings, settled),
        wrong=any(finding.severity in wrong for finding in findings),
        placed=list(zip(findings, judged.places(), strict=True)) if log or call.new_baseline is not None else [],
    )


def _where(file: str, finding: Finding) -> str:
    return plain(shown(file)) + (f":{finding.line}" if finding.line else "")


def _lines(call: CheckCall, file: str, judged: Judged, settled: frozenset[int], left_out: frozenset[int]) -> list[str]:
    """What is printed for one file; for a person the worst comes first."""
    if call.form == "json":
        from wizard.output.json.check import check_out

        return [check_out(shown(file), judged.review, judged.places()).as_json()]
    from wizard.output.text.findings import as_github, as_text

    placed = list(zip(judged.review.findings, judged.places(), strict=True))
    if call.form == "github":
        return [as_github(shown(file), finding, place) for finding, place in placed]
    name, paint = plain(shown(file)), _painted if _in_colour() and call.output_file is None else _unpainted
    ranked = sorted(enumerate(placed), key=lambda one: one[1][0].rank)
    return [
        as_text(name, finding, place, settled=number in settled, refused=judged.refused, paint=paint)
        for number, (finding, place) in ranked
        if number not in left_out
    ]


def _name(file: str) -> str:
    """What a file is called in a sentence."""
    return "<stdin>" if file == "-" else file


def _in_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _painted(text: str, role: Role) -> str:
    return click.style(text, fg=_COLOURS.get(role), bold=role in ("place", "error"))


def _unpainted(text: str, role: Role) -> str:
    return text
