"""The person's own editor on a text: $VISUAL, else $EDITOR."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from wizard.domain.errors import EditError, InputError
from wizard.world.yamlfile import MAX_BYTES, read_text

_VARIABLES = ("VISUAL", "EDITOR")


def edit(text: str, name: str) -> str:
    """The text as it is once the editor has ended. It is edited in a file of this name, in a folder of its own.

    Raises InputError where no editor is named, where it can't be started, or where it ends with an error, and
    EditError where what it left can't be read.
    """
    command = _command()
    folder = tempfile.mkdtemp(prefix="memwizard-")
    try:
        file = Path(folder) / (Path(name).name or "axolotl.yml")
        file.write_text(text, encoding="utf-8", newline="")
        try:
            code = subprocess.run([*command, str(file)], check=False).returncode
        except OSError as error:
            raise InputError(f"{command[0]} can't be started: {error.strerror}") from None
        if code:
            raise InputError(f"{command[0]} ended with {code}, so nothing was taken")
        return _left(file, text)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _left(file: Path, before: str) -> str:
    """What is in the file now; `before` is what was in it."""
    try:
        return read_text(str(file))
    except InputError as error:
        raise EditError(f"what the editor left can't be read: {error.message}", _rescued(file) or before) from None


def _rescued(file: Path) -> str:
    """The text in an encoding that takes every byte; empty where there is none."""
    try:
        raw = file.read_bytes()[:MAX_BYTES]
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1")
    except (OSError, UnicodeDecodeError):
        return ""


def _command() -> list[str]:
    for variable in _VARIABLES:
        named = os.environ.get(variable, "").strip()
        if not named:
            continue
        try:
            return shlex.split(named)
        except ValueError:
            raise InputError(f"${variable} is no command: {named}") from None
    raise InputError("no editor is named: set EDITOR, as in `export EDITOR=nano`")
