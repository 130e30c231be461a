"""Whether the page for a first run is still to be shown."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from wizard.world.places import state_folder

VARIABLE = "MEMWIZARD_FIRST_RUN"
_NO = ("0", "false", "no", "off")


def first_run() -> bool:
    """Whether this person has not seen the page yet; never where MEMWIZARD_FIRST_RUN=0 turns it off."""
    return os.environ.get(VARIABLE, "").strip().lower() not in _NO and not os.path.exists(_marker())


def seen() -> None:
    """Remember that the page was seen. Where nothing can be written, it is shown again."""
    with contextlib.suppress(OSError, ValueError):
        _marker().parent.mkdir(parents=True, exist_ok=True)
        _marker().touch()


def _marker() -> Path:
    return state_folder() / "first-run-seen"
