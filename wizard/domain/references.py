"""Which images and sounds a row of data refers to.

As axolotl 0.21 reads them: the columns `images` and `image` (processing_strategies.py), and parts of a message's
content of type image or audio, by the keys that transformers' `load_image` takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

Kind = Literal["image", "audio"]
_COLUMNS: dict[str, Kind] = {"images": "image", "image": "image", "audio": "audio", "audios": "audio"}
_KEYS: dict[Kind, tuple[str, ...]] = {
    "image": ("image", "path", "url", "base64", "image_url", "bytes"),
    "audio": ("audio", "path", "url", "base64", "audio_url", "bytes"),
}


class Reference(NamedTuple):
    """One image or sound: where it is (a path, an address, data in base64), or its bytes."""

    kind: Kind
    place: str | bytes


def references(row: Mapping[str, object]) -> Iterator[Reference]:
    """Those of a row, in its columns and in its messages."""
    for column, kind in _COLUMNS.items():
        value = row.get(column)
        for one in value if isinstance(value, list) else [value]:
            yield from _reference(one, kind)
    for value in row.values():
        if isinstance(value, list):
            for message in value:
                if isinstance(message, Mapping):
                    yield from _in_content(message.get("content", message.get("value")))


def _in_content(content: object) -> Iterator[Reference]:
    for part in content if isinstance(content, list) else []:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind in ("image", "image_url"):
            yield from _reference(part, "image")
        elif kind in ("audio", "audio_url"):
            yield from _reference(part, "audio")


def _reference(value: object, kind: Kind) -> Iterator[Reference]:
    if isinstance(value, str | bytes) and value:
        yield Reference(kind, value)
    elif isinstance(value, Mapping):
        for key in ("bytes", *_KEYS[kind]):
            inner = value.get(key)
            inner = inner.get("url") if isinstance(inner, Mapping) else inner
            if isinstance(inner, str | bytes) and inner:
                yield Reference(kind, inner)
                return
