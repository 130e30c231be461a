"""What all that goes out as JSON has in common."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict

from wizard.domain.estimate import Range


class Shape(BaseModel):
    """What goes out is complete, and nothing else goes out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LineShape(Shape):
    """What a command prints as one line. A file of this folder has one at most, and its schema has that file's name."""

    def as_json(self) -> str:
        """One JSON object on one line."""
        return self.model_dump_json(by_alias=True)


class RowShape(LineShape):
    """A row of a list that people look at too: a blank stands after each comma and colon."""

    def as_json(self) -> str:
        """One JSON object on one line."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False)


class BytesOut(Shape):
    """A range of bytes."""

    low: int
    likely: int
    high: int


def bytes_out(value: Range) -> BytesOut:
    """A range of bytes as JSON."""
    return BytesOut(low=value.low, likely=value.likely, high=value.high)
