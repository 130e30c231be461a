"""The error that a person caused and can mend."""

from __future__ import annotations

from typing import Literal

About = Literal["gpu", "launch"]


class InputError(Exception):
    """Something the person gave can't be used: one sentence that says what, where and what to do.

    The command line prints it and leaves with exit code 2; nothing has been written.
    `about`: what would have to be given differently, where each face has its own name for it.
    """

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, about: About | None = None
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.about = about
        super().__init__(str(self))

    def __str__(self) -> str:
        if self.file is None:
            return self.message
        place = self.file or "''" if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class EditError(InputError):
    """What an editor left can't be read. `text`: what can still be had of it, to be edited again."""

    def __init__(self, message: str, text: str) -> None:
        self.text = text
        super().__init__(message)
