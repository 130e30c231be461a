"""What all that goes out as JSON has in common."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticSerializationError

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
        try:
            text = self._written()
        except (PydanticSerializationError, UnicodeEncodeError):  # half a character, as JSON may hold it
            text = json.dumps(_finite(self.model_dump(by_alias=True)), ensure_ascii=False, default=str)
        return self._sent(text)

    def _written(self) -> str:
        return self.model_dump_json(by_alias=True)

    def _sent(self, text: str) -> str:
        return safe(text) if self.holds_a_file else masked(safe(text))


class RowShape(LineShape):
    """A row of a list that people look at too: a blank stands after each comma and colon."""

    def _written(self) -> str:
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False)


def _finite(value: Any) -> Any:
    """Plain data without numbers that JSON has not."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


class BytesOut(Shape):
    """A range of bytes."""

    low: int
    likely: int
    high: int


def bytes_out(value: Range) -> BytesOut:
    """A range of bytes as JSON."""
    return BytesOut(low=value.low, likely=value.likely, high=value.high)
