"""What all that goes out as JSON has in common."""

from __future__ import annotations

import json
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from wizard.domain.estimate import Range
from wizard.domain.secrets import masked
from wizard.domain.text import safe


class Shape(BaseModel):
    """What goes out is complete, and nothing else goes out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LineShape(Shape):
    """What a command prints as one line. A file of this folder has one at most, and its schema has that file's name."""

    holds_a_file: ClassVar[bool] = False
    """Whether a file's own text goes out, which has to stay as it is; else secrets are hidden."""

    def as_json(self) -> str:
        """One JSON object on one line."""
        return self._sent(self.model_dump_json(by_alias=True))

    def _sent(self, text: str) -> str:
        return safe(text) if self.holds_a_file else masked(safe(text))


class RowShape(LineShape):
    """A row of a list that people look at too: a blank stands after each comma and colon."""

    def as_json(self) -> str:
        """One JSON object on one line."""
        return self._sent(json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False))


class BytesOut(Shape):
    """A range of bytes."""

    low: int
    likely: int
    high: int


def bytes_out(value: Range) -> BytesOut:
    """A range of bytes as JSON."""
    return BytesOut(low=value.low, likely=value.likely, high=value.high)
