"""The one place where a command's words leave the program."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator

import click

from wizard.domain.secrets import masked
from wizard.domain.text import safe


class ReaderGone(SystemExit):
    """Who reads stdout, or stderr, has gone away, as `head` does: 141, as a shell says of SIGPIPE."""

    def __init__(self) -> None:
        super().__init__(141)


@contextlib.contextmanager
def _heard() -> Iterator[None]:
    """Raise ReaderGone where click would leave with 1, which means that an error was found."""
    try:
        yield
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):  # else what they still hold is tried again at the end
            with contextlib.suppress(OSError, ValueError, AttributeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise ReaderGone from None


@contextlib.contextmanager
def _hung_up() -> Iterator[None]:
    """Words for a terminal that was closed are dropped: a run beside goes on to its own end, and is kept."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EIO:
            raise


def echo(text: str, *, err: bool = False, nl: bool = True, own: bool = False) -> None:
    """Text on stdout, or with `err` on stderr; what came from outside can't steer the terminal, secrets are hidden.

    `own`: it holds escape sequences of ours (colour, a line that is drawn again), and what is from outside is safe.
    """
    with _heard(), _hung_up() if err else contextlib.nullcontext():
        click.echo(masked(text if own else safe(text)), err=err, nl=nl)


def send(line: str) -> None:
    """A line of JSON on stdout: made safe where it was made."""
    with _heard():
        click.echo(line)


def put(text: str) -> None:
    """Text on stdout as it is in a file, whatever the terminal's encoding; a terminal itself is shown it `safe`."""
    raw = getattr(sys.stdout, "buffer", None)
    if sys.stdout is not None and sys.stdout.isatty():
        echo(text, nl=False)
        return
    with _heard():
        if raw is None:
            click.echo(text, nl=False)
            return
        sys.stdout.flush()
        raw.write(text.encode(errors="surrogateescape"))
        raw.flush()
