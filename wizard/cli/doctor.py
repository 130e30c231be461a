"""`memwizard doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wizard.cli import completing
from wizard.cli.common import gpu_option, json_option, print_json, say, shown
from wizard.cli.echo import echo
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.doctor.diagnosis import Diagnosis
    from wizard.doctor.heard import Heard
    from wizard.domain.version import Version


@click.command()
@click.argument("logs", metavar="LOG...", shell_complete=completing.files, nargs=-1, required=True)
@click.option(
    "--config",
    metavar="FILE",
    shell_complete=completing.files,
    help="The run's config. Default: the one that the log names, where it is here.",
)
@gpu_option
@axolotl_option
@click.option("--fix", is_flag=True, help="Put what would have prevented it into the config; see it first with --diff.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; nothing is written.")
@click.option("--unsafe-fixes", "unsafe", is_flag=True, help="With --fix or --diff: also what changes the training.")
@json_option
def command(
    *,
    logs: tuple[str, ...],
    config: str | None,
    gpu: str | None,
    axolotl: Version,
    fix: bool,
    diff: bool,
    unsafe: bool,
    as_json: bool,
) -> int:
    """Read what a dead run left, and say where and of what it died, and what would have prevented it.

    LOG is what the run printed, as text or packed (gzip, bzip2, xz); `-` reads stdin. Several, such as one of each
    rank, are seen together: the first death is named, and what only followed. A memory snapshot of torch, or of
    Axolotl's `profiler_steps`, shows who held what at the fullest moment.

    \b
    Examples:
      memwizard doctor train.log
      memwizard doctor train.log --config my.yml --diff
      memwizard doctor logs/rank*.log
      memwizard doctor out/snapshot.pickle --config my.yml

    Exit code 0 where no death is found, 1 where one is, 2 where a file can't be read.
    """
    if (fix or diff) and config is None:
        raise click.UsageError("--fix and --diff change a config: name it with --config")
    if diff and as_json:
        raise click.UsageError("--diff shows text; leave --json out")
    from wizard.cli.seeing import see, snapshots_of

    pictures = snapshots_of(logs)
    if pictures:
        if fix or diff or len(pictures) < len(logs):
            raise click.UsageError("a memory snapshot stands alone: leave logs, --fix and --diff out")
        return see(pictures, config, gpu, axolotl, as_json=as_json)
    heard, read, unread = _heard(logs)
    told = _told(heard, read, config, gpu, axolotl)
    if as_json:
        from wizard.output.json.doctor import doctor_out

        print_json(*map(doctor_out, told))
    elif not diff:
        from wizard.output.text.doctor import doctors_text

        echo(doctors_text(told))
    if config is not None and (fix or diff):
        from wizard.cli.treating import treat

        treat(config, axolotl, (heard, told, gpu), unsafe=unsafe, only_shown=diff)
    return 2 if unread else int(any(one.died for one in told))


def _told(
    heard: list[Heard], read: list[str], config: str | None, gpu: str | None, axolotl: Version
) -> tuple[Diagnosis, ...]:
    """What is said of each log, with what the config adds."""
    from wizard.cli.patients import config_named, machine_of, patient_of, plan_named
    from wizard.doctor.tell import diagnoses, with_config

    told = diagnoses(heard)
    name = config or config_named(heard, read)
    plan = plan_named(name, axolotl, found=config is None) if name is not None else None
    if plan is None or name is None or not any(one.died for one in told):
        return told
    patient = patient_of(plan, name, machine_of(told, heard, gpu))
    again = diagnoses(heard, {one.code for one in patient.findings})
    return tuple(with_config(one, log, patient) for one, log in zip(again, heard, strict=True))


def _heard(logs: tuple[str, ...]) -> tuple[list[Heard], list[str], bool]:
    """What was heard of each that can be read, these, and whether one can't. Raises InputError where none can."""
    from wizard.doctor.listener import Listener
    from wizard.world.logs import log_lines

    heard: list[Heard] = []
    read, problems = list[str](), list[InputError]()
    for log in logs:
        listener = Listener("<stdin>" if log == "-" else shown(log))
        try:
            for number, text in log_lines(log):
                listener.takes(number, text)
        except InputError as error:
            problems.append(error)
            continue
        heard.append(listener.ends())
        read.append(log)
    if not heard:
        raise problems[0]
    for problem in problems:
        say(str(problem))
    return heard, read, bool(problems)
