"""What the tools give back."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from wizard.output.json.shape import Shape

Row = TypeVar("Row", bound=Shape)


class ToolAnswer(Shape, Generic[Row]):
    """The rows of a command, as its `--json` prints them: one for each file, or each thing found.

    `notes`: what it says beside them. `exit_code`: 0 all is well, 1 an error was found or it does not fit.
    """

    rows: list[Row]
    notes: list[str]
    exit_code: int


class ConfigText(Shape):
    """A config as text. Nothing was written. `notes`: what was decided for it, and what it needs."""

    text: str
    notes: list[str]
    exit_code: int


class WriteAnswer(Shape):
    """What became of a text. `exists`: nothing was written, `difference` shows what `overwrite` would change."""

    path: str
    status: Literal["new", "same", "replaced", "exists"]
    difference: str
    backup: str | None
