"""Which images and sounds a row of data refers to.

As axolotl 0.21 reads them: the columns `images` and `image` (processing_strategies.py), and parts of a message's
content of type image or audio, by the keys that transformers' `load_image` takes. It reads sound of no column, and of
no part of another type (transformers 5.20 processing_utils.py, `apply_chat_template`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

Kind = Literal["image", "audio", "unheard"]
"""`unheard`: sound that nothing reads where it stands."""
_COLUMNS: dict[str, Kind] = {"images": "image", "image": "image", "audio": "unheard", "audios": "unheard"}
_TYPES: dict[str, Kind] = {
    "image": "image", "image_url": "image", "audio": "audio", "audio_url": "unheard", "input_audio": "unheard",
}  # fmt: skip
HOW_SOUND_IS_READ = "Axolotl takes sound from parts of a message, {type: audio, path: ...}"
_SOUND = ("audio", "path", "url", "base64", "audio_url", "input_audio", "data", "bytes")
_KEYS: dict[Kind, tuple[str, ...]] = {
    "image": ("image", "path", "url", "base64", "image_url", "bytes"),
    "audio": _SOUND,
    "unheard": _SOUND,
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
        kind = _TYPES.get(str(part.get("type"))) if isinstance(part, Mapping) else None
        if kind is not None:
            yield from _reference(part, kind)


def _reference(value: object, kind: Kind) -> Iterator[Reference]:
    if isinstance(value, str | bytes) and value:
        yield Reference(kind, value)
    elif isinstance(value, Mapping):
        for key in ("bytes", *_KEYS[kind]):
            inner = value.get(key)
            inner = inner.get("url", inner.get("data")) if isinstance(inner, Mapping) else inner
            if isinstance(inner, str | bytes) and inner:
                yield Reference(kind, inner)
                return
