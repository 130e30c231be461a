"""The data file that `memwizard --data` names, looked at before the wizard opens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.head import Head


def named_data(named: str) -> str:
    """The files that are named, commas between them. Raises InputError where one is not there, or can't be read."""
    from wizard.world.rowhead import head

    paths = [one.strip() for one in named.split(",")]
    if not any(paths):
        raise InputError("--data names no file")
    for path in filter(None, paths):
        _refuse(head(path), named)
    return named


def _refuse(found: Head, named: str) -> None:
    """Raise InputError for a file that no wizard can begin with."""
    from wizard.axolotl.forms.recast import LINES
    from wizard.output.text.recast import way

    path = found.path
    if found.state == "missing":
        parted = path != named and os.path.lexists(named)
        why = "commas stand between files here: rename it" if parted else "there is no such file"
        raise InputError(why, file=named if parted else path)
    if found.state in ("broken", "empty"):
        ways = f"; {way(path, LINES)}" if found.anew else ""
        raise InputError(f"{found.why}{ways}", file=path, line=found.line)
    if found.state == "unread" and not _readable(os.path.expanduser(path)):
        raise InputError(found.why, file=path)


def _readable(path: str) -> bool:
    """Whether it is a file or a folder that may be read, though what is in it is not known to memwizard."""
    return (os.path.isfile(path) or os.path.isdir(path)) and os.access(path, os.R_OK)
