"""What the cells of a column of CSV are, as pandas types them: true and false, numbers, or texts."""

from __future__ import annotations

import math
import re

_EMPTY = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip
"""What pandas takes for an empty cell (`read_csv`, na_values)."""
_TRUE, _FALSE = frozenset({"True", "TRUE", "true"}), frozenset({"False", "FALSE", "false"})
_WHOLE = re.compile(r"\s*[-+]?\d+\s*")
_SMALL = re.compile(r"\s*[-+]?0*\d{0,18}\s*")
"""A whole number that 64 bits surely hold; of larger ones pandas leaves the texts (executed)."""
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")


class Column:
    """A column, whose cells are all taken before one is given its value."""

    __slots__ = ("_boolean", "_filled", "_gaps", "_number", "_small", "_whole")

    def __init__(self) -> None:
        self._boolean = self._number = self._whole = self._small = True
        self._filled = self._gaps = False

    def take(self, cell: str) -> None:
        """Note what a cell is."""
        if cell in _EMPTY:
            self._gaps = True
            return
        self._filled = True
        if self._boolean:
            self._boolean = cell in _TRUE or cell in _FALSE
        if self._number:
            self._whole = self._whole and _WHOLE.fullmatch(cell) is not None
            self._small = self._small and _SMALL.fullmatch(cell) is not None
            self._number = _NUMBER.fullmatch(cell) is not None and math.isfinite(float(cell))  # JSON has no infinity

    def value(self, cell: str) -> object:
        """What a cell holds: None where it is empty."""
        if cell in _EMPTY:
            return None
        if self._filled and self._boolean:
            return cell in _TRUE
        if not self._number or (self._whole and not self._small):
            return cell
        return int(cell) if self._whole and not self._gaps else float(cell)
