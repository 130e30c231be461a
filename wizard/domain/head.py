"""The begin of a data file, as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["table", "missing", "empty", "broken", "unread"]
"""`broken`: Axolotl's loader can't read it either. `unread`: memwizard can't, and nothing is known."""


@dataclass(frozen=True, slots=True)
class Head:
    """Some rows of a file, and the columns that they have, in their order.

    `path`: as it was named. `kind`: Axolotl's `ds_type`, empty for a folder, which has none. `file`: the file that was
    read, where the path is a folder. `why`, `line`: what is wrong where it is no table. `whole`: the file was read to
    its end. `astray`: an image or sound that its rows name from the file's own folder, and that is not where a run
    looks: in the folder that it is started in. `anew`: Axolotl does not read it, and memwizard can write its rows anew.
    """

    path: str
    kind: str
    state: State = "table"
    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, object], ...] = ()
    why: str = ""
    line: int | None = None
    file: str = ""
    whole: bool = True
    astray: str = ""
    anew: bool = False

    def values(self, column: str) -> list[object]:
        """What stands in a column, empty cells left out."""
        return [row[column] for row in self.rows if row.get(column) is not None]
