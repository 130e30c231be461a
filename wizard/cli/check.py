"""`memwizard check`."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import click

from wizard.cli import completing
from wizard.cli.check_call import LOGS, CheckCall, Told
from wizard.cli.common import demo_option, gpu_option, hub_option, model_option, say
from wizard.cli.version_option import axolotl_option

ALONE = 64
"""Fewer files than these are judged in one process."""


@click.command()
@click.argument("files", metavar="FILE...", shell_complete=completing.files, nargs=-1, required=True)
@gpu_option
@model_option
@hub_option
@demo_option
@axolotl_option
@click.option("--fix", is_flag=True, help="Apply the safe fixes [*] to the files; see them first with --diff.")
@click.option("--unsafe-fixes", "unsafe", is_flag=True, help="With --fix or --diff: also those that change training.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; nothing is written.")
@click.option(
    "--select",
    metavar="CODES",
    shell_complete=completing.codes,
    multiple=True,
    help="Only these: MW102,MW3,padding-off.",
)
@click.option("--ignore", metavar="CODES", shell_complete=completing.codes, multiple=True, help="Not these.")
@click.option("--skip-others", is_flag=True, help="Skip a FILE that is no Axolotl config (a folder's always are).")
@click.option("--strict/--no-strict", default=None, help="Warnings count as errors.")
@click.option("--exit-zero", is_flag=True, help="Exit code 0 whatever is found; 2 stays for what can't be used.")
@click.option("--statistics", is_flag=True, help="How often each rule speaks, and what --fix settles of it.")
@click.option("--watch", is_flag=True, help="Judge again whenever a file changes, until Ctrl+C.")
@click.option(
    "--baseline",
    metavar="FILE",
    shell_complete=completing.files,
    help="Do not tell the findings of FILE, made by --write-baseline.",
)
@click.option(
    "--write-baseline",
    metavar="FILE",
    shell_complete=completing.files,
    help="Put all that is found now into FILE; exit code 0.",
)
@click.option(
    "--output-file",
    metavar="FILE",
    shell_complete=completing.files,
    help="Put the findings into a file, whole or not at all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "gitlab", "junit", "sarif"]),
    default="text",
    help="Default: text.",
)
def command(**given: Any) -> int:
    """Judge configs by every rule, with file and line; each finding says its reason and its fix.

    \b
    Examples:
      memwizard check my.yml
      memwizard check configs --gpu rtx-4090 --strict
      memwizard check my.yml --diff
      memwizard check my.yml --fix
      memwizard check configs --statistics
      memwizard check my.yml --format json

    FILE may be a folder or a pattern. `# memwizard: ignore[MW102]` at a line's end ignores a finding there.
    Exit code 1 where an error is found, 2 where a file can't be used.
    """
    _goes_together(given)
    if not given["watch"]:
        return _check(given)
    from wizard.cli.watching import watch
    from wizard.world.finder import stamps

    return watch(partial(_check, given), partial(stamps, given["files"]))


def _goes_together(given: dict[str, Any]) -> None:
    """Raises UsageError for options that do not."""
    mends = given["fix"] or given["diff"]
    if given["diff"] and given["form"] != "text":
        raise click.UsageError("--diff shows text; leave --format out")
    if given["statistics"] and (given["form"] != "text" or given["diff"]):
        raise click.UsageError("--statistics shows text; leave --format and --diff out")
    if given["watch"] and (mends or "-" in given["files"]):
        raise click.UsageError("--watch only looks at files; leave --fix, --diff and - out")
    if given["write_baseline"] is not None and (mends or given["baseline"] is not None or given["watch"]):
        raise click.UsageError("--write-baseline takes what is found now; leave --fix, --watch and --baseline out")
    if given["output_file"] is not None and (given["diff"] or (mends and "-" in given["files"])):
        raise click.UsageError("--output-file takes findings; leave --diff, and --fix of -, out")


def _check(given: dict[str, Any]) -> int:
    """Judge, or mend, every file once."""
    from wizard.cli.check_file import fix as mend
    from wizard.cli.check_file import judge, unread
    from wizard.cli.checker import Checker
    from wizard.cli.selection import split
    from wizard.world.finder import find
    from wizard.world.ledger import LEDGER

    selected = (split(given["select"]), split(given["ignore"]))
    checker = Checker(given["gpu"], given["demo"], given["model"], given["hub"], *selected, given["axolotl"])
    if given["baseline"] is not None:
        from wizard.cli.baseline import read

        checker.baseline = read(given["baseline"])
    found = find(given["files"], skip_others=given["skip_others"])
    names = ("form", "fix", "diff", "unsafe", "strict", "axolotl", "statistics", "output_file")
    call = CheckCall(**{name: given[name] for name in names}, many=len(found.files) > 1)
    call.new_baseline = given["write_baseline"]
    LEDGER.meant = len(found.files) if given["fix"] else 0
    if call.output_file is not None and any(_same(call.output_file, file) for file in found.files):
        raise click.UsageError(f"--output-file {call.output_file} is one of the files to judge; name another")
    for argument, count in found.skipped.items():
        if os.path.isdir(argument):
            say(f"{argument}: {count} YAML file{'s' if count != 1 else ''} skipped, no Axolotl config")
    for problem in found.problems:
        call.take(unread(call, problem.file or "", problem))
    if call.fix or call.diff:
        for file in found.files:
            mend(checker, call, file)
    else:
        with closing(_told_of(found.files, partial(judge, checker, call), hub=given["hub"])) as all_told:
            for told in all_told:
                call.take(told)
    _end(call)
    return 0 if given["exit_zero"] and call.code == 1 else call.code


def _same(one: str, other: str) -> bool:
    """Whether two names are of one file."""
    return os.path.realpath(one) == os.path.realpath(other)


def _told_of(files: Sequence[str], judge: Callable[[str], Told], *, hub: bool) -> Generator[Told, None, None]:
    """What is told of each file, in their order."""
    if len(files) < ALONE or "-" in files or hub:
        yield from map(judge, files)
        return
    from wizard.cli.spread import spread

    yield from spread(files, judge)


def _end(call: CheckCall) -> None:
    """The summary, or the one log of SARIF; on stderr where stdout holds a fixed text."""
    if call.form in LOGS:
        call.print(_log(call))
    elif call.diff and call.judged:
        say(_count(call.fixed, "finding") + f" would be fixed in {_count(call.changed, 'file')}")
    elif call.form == "text" and (call.judged or call.unreadable):
        _summary(call)
    if call.new_baseline is not None:
        from wizard.cli.baseline import write

        count = write(call.new_baseline, ((file, (one for one, _ in placed)) for file, placed in call.placed))
        say(f"wrote {call.new_baseline}: {_count(count, 'finding')}")
        call.code = 0 if call.code == 1 else call.code
    call.close()


def _log(call: CheckCall) -> str:
    """The one log of all files."""
    import json

    if call.form == "junit":
        from wizard.output.junit import junit

        return junit(call.placed, strict=bool(call.strict))
    if call.form == "gitlab":
        from wizard.output.gitlab import gitlab

        return json.dumps(gitlab(call.placed), indent=2)
    from wizard.output.sarif import sarif

    return json.dumps(sarif(call.placed, call.problems), indent=2)


def _summary(call: CheckCall) -> None:
    from wizard.output.text.findings import gathered, statistics, summary

    if call.statistics and call.tally:
        call.print(statistics(call.tally))
    else:
        for line in gathered(call.gathered):
            call.print(line)
    fixed = call.fixed if call.fix else None
    if call.judged:
        told = partial(summary, fixed=fixed, unsafe=call.unsafe, unreadable=call.unreadable, axolotl=call.axolotl)
        call.print(told(call.judged, call.tally))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
