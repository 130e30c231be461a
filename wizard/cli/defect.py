"""A defect of memwizard itself: told in a sentence, kept in a file for `memwizard report`."""

from __future__ import annotations

from pathlib import Path

from wizard.cli.echo import echo
from wizard.domain.errors import InputError

CODE = 70
"""The exit code, as sysexits.h has it for a fault of the program."""


def file() -> Path:
    """Where the last one is kept."""
    from wizard.world.places import state_folder

    return state_folder() / "defect.txt"


def tell(crash: str) -> None:
    """Say that there was one. `crash`: its traceback, which goes to the file; what is a secret in it is hidden."""
    from wizard.domain.secrets import masked
    from wizard.world import atomic

    place, crash = file(), masked(crash)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(place, crash, backup=False, mode=0o600, ours=True)
        where = f"; where it happened is in {place}: please report it with what `memwizard report` prints"
    except (InputError, OSError):
        where = f": {crash.strip().splitlines()[-1]}"
    echo(f"memwizard: this is a defect of memwizard itself{where}", err=True)
