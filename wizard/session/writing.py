"""Writing in two parts: what would be written and what differs; then, once that was shown and agreed to, the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wizard.domain.diff import unified
from wizard.domain.errors import InputError
from wizard.domain.secrets import masked
from wizard.session.ports import Files

Status = Literal["new", "same", "replaces", "stdout"]


@dataclass(frozen=True, slots=True)
class Pending:
    """A text that waits to be written. `old`: what the file holds; `difference` is to be agreed to where it replaces.

    `on_top`: somebody else has changed the person's own file since it was opened, and this puts the changes on that.
    """

    path: str
    text: str
    status: Status
    old: str | None = None
    difference: str = ""
    on_top: bool = False


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What was written, and where the old content stays. `changed`: False where the file held just this already."""

    path: str
    text: str
    backup: Path | None = None
    changed: bool = True


def prepare(path: str, text: str, files: Files, *, on_top: bool = False) -> Pending:
    """What writing this text would do; `-` is standard output. Raises InputError where it can't be written there."""
    if not path:
        raise InputError("Name the file to write.")
    if "\0" in path:  # no system takes it, and not every way to ask one says so well
        raise InputError("a name can't hold a zero byte")
    if path == "-":
        return Pending(path, text, "stdout")
    old = files.read(path)
    if old is None:
        return Pending(path, text, "new", on_top=on_top)
    if old == text:
        return Pending(path, text, "same", old, on_top=on_top)
    return Pending(path, text, "replaces", old, masked(unified(old, text, path)), on_top)


def commit(pending: Pending, files: Files) -> WrittenFile:
    """Write it, unless the file is already so; what goes to standard output is left to the caller.

    Raises InputError where it can't be written, or where the file is no longer as it was shown.
    """
    if pending.status in ("same", "stdout"):
        return WrittenFile(pending.path, pending.text, changed=pending.status == "stdout")
    if files.read(pending.path) != pending.old:
        raise InputError("it was changed since then; nothing is written, try again", file=pending.path)
    return WrittenFile(pending.path, pending.text, files.write(pending.path, pending.text))
