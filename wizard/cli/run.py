"""`memwizard run`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from wizard.cli import completing
from wizard.cli.common import gpu_option, say, shown
from wizard.cli.echo import echo
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.version import Version
    from wizard.review import Review


@click.command()
@click.argument("config", metavar="CONFIG", shell_complete=completing.files)
@click.argument("options", metavar="[-- AXOLOTL OPTIONS]", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--launch",
    metavar="CMD",
    help="What starts it: accelerate, torchrun or python (by `axolotl train`), or a command of your own, in which"
    " {config} is the file. Default: `axolotl train`.",
)
@click.option("--force", is_flag=True, help="Start it though errors are found.")
@click.option(
    "--smoke", is_flag=True, help="Only try it: the worst case for a few steps. Says yes or no, with figures."
)
@click.option(
    "--stop-after-save",
    is_flag=True,
    help="Where memory grows so that a step before the end will be the last: stop it after its next checkpoint.",
)
@click.option(
    "--tui",
    is_flag=True,
    help="On a full screen: figures and bars for each GPU and host memory, the output below. F1 there has the keys.",
)
@gpu_option
@axolotl_option
def command(  # noqa: PLR0913 (one for each option)
    *,
    config: str,
    options: tuple[str, ...],
    launch: str | None,
    force: bool,
    smoke: bool,
    stop_after_save: bool,
    tui: bool,
    gpu: str | None,
    axolotl: Version,
) -> int:
    """Check a config, train with it, and watch what memory it takes: predicted against measured.

    What it prints, keys, signals and its exit code pass through as they are. At its end stands what was measured; of a
    run that died, what it died of. A receipt is kept: `memwizard history`.

    \b
    Examples:
      memwizard run my.yml
      memwizard run my.yml -- --micro-batch-size 1
      memwizard run my.yml --tui
      memwizard run my.yml --smoke
      memwizard run my.yml --launch torchrun -- -- --nproc_per_node=2
      memwizard run my.yml --launch "bash my.torchrun.sh"

    Exit code: the run's own (128 + the number of the signal that ended it), 1 where it was not started because errors
    were found, 2 where it can't be.
    """
    from wizard.cli.beginning import begin
    from wizard.cli.starting import command_of, version_beside
    from wizard.world.yamlfile import read_text

    if config == "-":
        raise InputError("Axolotl reads a file: put the config into one")
    words = command_of(config, launch, options, os.environ)
    version = version_beside(words[0], axolotl)
    text = read_text(config)
    found, errors = _checked(config, text, options, gpu, version)
    if errors and not force:
        say(f"not started: {errors} error{'s' if errors > 1 else ''} in {shown(config)}; --force starts it")
        return 1
    screen = shown(config) if tui else None
    if smoke:
        from wizard.cli.trying import tried

        with tried(config, found.plan, text) as (file, made):
            words = command_of(file, launch, options, os.environ)
            again, _ = _checked(config, made, options, gpu, version, quiet=True)
            return begin(words, again, version, smoke=file, screen=screen)
    return begin(words, found, version, stop_after_save=stop_after_save, screen=screen)


def _checked(
    config: str, text: str, options: tuple[str, ...], gpu: str | None, version: Version, *, quiet: bool = False
) -> tuple[Review, int]:
    """The review of the config as its options change it, and how many errors were found in it and told."""
    from dataclasses import replace

    from wizard.cli.checker import Checker
    from wizard.cli.starting import overridden
    from wizard.output.text.findings import as_text
    from wizard.world.rewrite import rewrite

    checker = Checker(gpu, axolotl=version)
    changes = overridden(options, version)
    judged = checker.judge(rewrite(text, changes, config) if changes else text, config)
    errors = [one for one in judged.review.findings if one.severity == "error"]
    if quiet:
        return judged.review, len(errors)
    for note in judged.notes:
        say(note)
    for one in errors:
        echo(as_text(shown(config), replace(one, line=None) if changes else one, judged.place(one)), err=True)
    warnings = sum(one.severity == "warning" for one in judged.review.findings)
    if warnings:
        say(f"{warnings} warning{'s' if warnings > 1 else ''}: `memwizard check {shown(config)}` tells")
    return judged.review, len(errors)
