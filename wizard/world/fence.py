"""One folder that may be written into: no name leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.domain.errors import InputError

_ENDINGS = (".yml", ".yaml")


class Fence:
    """The folder, as it really is: links on the way to it are followed once, here."""

    def __init__(self, folder: str) -> None:
        """Raises InputError where it is no folder."""
        try:
            self.folder = Path(folder).expanduser().resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            raise InputError("there is no such folder", file=folder) from None
        if not self.folder.is_dir():
            raise InputError("is no folder", file=folder)

    def inside(self, name: str) -> Path:
        """The file of a name, in an existing folder within. Raises InputError where it would be anywhere else.

        A file that is a link is refused, wherever it leads, and so is a name that no config has.
        """
        if not name or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
            raise InputError("a file's name has no control characters, and some character")
        path = self.folder / name
        try:
            parent = path.parent.resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            raise InputError("there is no such folder to write into", file=name) from None
        if parent != self.folder and self.folder not in parent.parents:
            raise InputError(f"leads out of {self.folder}: nothing is written", file=name)
        found = parent / path.name
        if path.name in ("", ".", "..") or not path.name.lower().endswith(_ENDINGS):
            raise InputError("is no config's name: it ends in .yml or .yaml", file=name)
        if os.path.lexists(found) and (found.is_symlink() or not found.is_file()):
            raise InputError("is a link, or no file: nothing is written", file=name)
        if found.exists() and found.stat().st_nlink > 1:
            raise InputError("has another name (a hard link): nothing is written", file=name)
        return found
