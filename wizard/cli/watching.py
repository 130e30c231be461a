"""Does something again whenever files change: they are looked at now and then, nobody tells of a change."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import NoReturn

import click

from wizard.cli.common import say

_SECONDS = 0.5
Stamps = Mapping[str, tuple[int, int]]


def _pause() -> None:
    time.sleep(_SECONDS)


def watch(check: Callable[[], int], look: Callable[[], Stamps], wait: Callable[[], None] = _pause) -> NoReturn:
    """Call `check` now and after each change of what `look` sees, until somebody stops the process.

    What changes while it is being checked counts too. A terminal is cleared before; nothing else is.
    """
    while True:
        seen = look()
        if sys.stdout.isatty():
            click.clear()
        check()
        sys.stdout.flush()
        say(f"watching {len(seen)} file{'s' if len(seen) != 1 else ''}; Ctrl+C ends it")
        while look() == seen:
            wait()
