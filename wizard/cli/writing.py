"""Puts texts into files, never over a file without showing the difference and asking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.cli.common import at_terminal
from wizard.cli.echo import echo, put
from wizard.cli.stopping import changes
from wizard.domain.errors import InputError
from wizard.domain.text import plain

if TYPE_CHECKING:
    from wizard.session.writing import Pending


def write(texts: Mapping[str, str], overwrite: bool) -> None:
    """Write each text to the file that is its name, `-` is stdout; all are agreed to before the first is written.

    Raises InputError where a file is there already and nobody can be asked, Abort where the person says no.
    """
    from wizard.cli.outside import RealOutside
    from wizard.session.writing import commit, prepare
    from wizard.world.atomic import ready
    from wizard.world.ledger import LEDGER

    files = RealOutside()
    waiting = [prepare(output, text, files) for output, text in texts.items()]
    for pending in waiting:
        _ask(pending, overwrite)
    for pending in waiting:
        if pending.status in ("new", "replaces"):
            ready(Path(pending.path).expanduser())
    LEDGER.meant = len([pending for pending in waiting if pending.status in ("new", "replaces")])
    for pending in waiting:
        try:
            done = commit(pending, files)
        except InputError as error:  # a disk that is full by now
            raise InputError(f"{error.message}; {changes()}", file=error.file) from None
        if pending.status == "stdout":
            put(done.text)
        elif done.changed:
            echo(
                f"wrote {plain(done.path)}"
                + (f", the old content is {plain(str(done.backup))}" if done.backup else ""),
                err=True,
            )


def _ask(pending: Pending, overwrite: bool) -> None:
    """Show the difference and ask, where it would replace another text; say so where it is there already."""
    if pending.status == "same":
        echo(f"{plain(pending.path)} is already so; nothing written", err=True)
    if pending.status != "replaces" or overwrite:
        return
    echo(pending.difference, err=True, nl=False)
    if not at_terminal():
        raise InputError("exists already; give another -o, or --overwrite (a backup stays)", file=pending.path)
    if not click.confirm(f"Replace {plain(pending.path)}? The old content stays as a backup", err=True):
        raise click.Abort
