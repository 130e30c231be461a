"""Puts texts into files, never over a file without showing the difference and asking."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from wizard.cli.common import at_terminal
from wizard.domain.errors import InputError


def write(texts: Mapping[str, str], overwrite: bool) -> None:
    """Write each text to the file that is its name, `-` is stdout; all are agreed to before the first is written.

    Raises InputError where a file is there already and nobody can be asked, Abort where the person says no.
    """
    from wizard.world import atomic
    from wizard.world.ledger import LEDGER

    agreed = [output for output, text in texts.items() if _agreed(output, text, overwrite)]
    LEDGER.meant = len([output for output in agreed if output != "-"])
    for output in agreed:
        if output == "-":
            click.echo(texts[output], nl=False)
            continue
        saved = atomic.write(Path(output), texts[output])
        click.echo(f"wrote {output}" + (f", the old content is {saved}" if saved else ""), err=True)


def _agreed(output: str, text: str, overwrite: bool) -> bool:
    """Whether this is to be written: not where the file is already so."""
    from wizard.domain.diff import unified
    from wizard.world.yamlfile import read_text

    if output == "-" or not os.path.exists(output) or os.path.isdir(output):
        return True
    difference = unified(read_text(output), text, output)
    if not difference:
        click.echo(f"{output} is already so; nothing written", err=True)
        return False
    if not overwrite:
        click.echo(difference, err=True, nl=False)
        if not at_terminal():
            raise InputError("exists already; give another -o, or --overwrite (a backup stays)", file=output)
        if not click.confirm(f"Replace {output}? The old content stays as a backup", err=True):
            raise click.Abort
    return True
