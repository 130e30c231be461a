"""The one place where a command's words leave the program."""

from __future__ import annotations

import sys

import click

from wizard.domain.secrets import masked
from wizard.domain.text import safe


def echo(text: str, *, err: bool = False, nl: bool = True, own: bool = False) -> None:
    """Text on stdout, or with `err` on stderr; what came from outside can't steer the terminal, secrets are hidden.

    `own`: it holds escape sequences of ours (colour, a line that is drawn again), and what is from outside is safe.
    """
    click.echo(masked(text if own else safe(text)), err=err, nl=nl)


def send(line: str) -> None:
    """A line of JSON on stdout: made safe where it was made."""
    click.echo(line)


def put(text: str) -> None:
    """Text on stdout as it is in a file, whatever the terminal's encoding; a terminal itself is shown it `safe`."""
    raw = getattr(sys.stdout, "buffer", None)
    if sys.stdout is not None and sys.stdout.isatty():
        echo(text, nl=False)
        return
    if raw is None:
        click.echo(text, nl=False)
        return
    sys.stdout.flush()
    raw.write(text.encode(errors="surrogateescape"))
    raw.flush()
