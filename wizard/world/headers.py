"""How large an image is and how long a sound, by the first bytes of its file: nothing is decoded, nothing fetched.

PNG (IHDR), GIF, WebP (VP8, VP8L, VP8X), JPEG (SOFn), WAV (fmt and data), FLAC (STREAMINFO), by their specifications.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
import struct
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from wizard.domain.media import Size

Found = TypeVar("Found")
_SEGMENTS = 200
"""Most JPEG segments or WAV chunks that are stepped over."""
_LONGEST = 4096
"""Most characters of a path; longer texts are data in base64."""
_START = 1 << 16
"""Characters of base64 that are decoded."""


def image_size(place: str | bytes, folder: str | os.PathLike[str] | None = None) -> Size | None:
    """Pixels of the image at a path (or in `folder`), in base64 or in bytes; None where that can't be told here."""
    return _with(place, folder, _image)


def sound_seconds(place: str | bytes, folder: str | os.PathLike[str] | None = None) -> float | None:
    """Seconds of a sound; None where that can't be told here."""
    return _with(place, folder, _sound)


def _with(
    place: str | bytes, folder: str | os.PathLike[str] | None, read: Callable[[BinaryIO], Found | None]
) -> Found | None:
    try:
        file = _opened(place, folder)
        if file is None:
            return None
        with file:
            return read(file)
    except (OSError, ValueError, struct.error, IndexError):
        return None  # cut off, not readable, or a name that no file can have


def _opened(place: str | bytes, folder: str | os.PathLike[str] | None) -> BinaryIO | None:
    """The file or the bytes, open; None where it is an address or not there. Only plain files are opened."""
    if isinstance(place, bytes):
        return io.BytesIO(place)
    if place.startswith("data:") or len(place) > _LONGEST:
        return _decoded(place)
    if "://" in place and not place.startswith("file://"):
        return None
    path = os.path.expanduser(place.removeprefix("file://"))
    for one in (path, os.path.join(folder, path) if folder is not None else path):
        if os.path.isfile(one):
            return open(one, "rb")
    return None


def _decoded(text: str) -> BinaryIO | None:
    encoded = text.partition("base64,")[2] if text.startswith("data:") else text
    start = encoded[: _START - _START % 4]
    try:
        return io.BytesIO(base64.b64decode(start, validate=False))
    except (binascii.Error, ValueError):
        return None


def _image(file: BinaryIO) -> Size | None:
    head = file.read(32)
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return _sized(*struct.unpack(">II", head[16:24]))
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return _sized(*struct.unpack("<HH", head[6:10]))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    if head[:2] == b"\xff\xd8":
        file.seek(2)
        return _jpeg(file)
    return None


def _webp(head: bytes) -> Size | None:
    kind = head[12:16]
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return _sized(width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return _sized((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        return _sized(int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1)
    return None


def _jpeg(file: BinaryIO) -> Size | None:
    """Steps over segments to the frame's header, which an embedded preview does not hide."""
    for _ in range(_SEGMENTS):
        mark = file.read(2)
        while len(mark) == 2 and mark[1] == 0xFF:
            mark = mark[1:] + file.read(1)
        if len(mark) < 2 or mark[0] != 0xFF or mark[1] in (0xD9, 0xDA):
            return None
        if mark[1] == 0x01 or 0xD0 <= mark[1] <= 0xD7:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if 0xC0 <= mark[1] <= 0xCF and mark[1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">xHH", file.read(5))
            return _sized(width, height)
        file.seek(length - 2, os.SEEK_CUR)
    return None


def _sized(width: int, height: int) -> Size | None:
    return Size(width, height) if width > 0 and height > 0 else None


def _sound(file: BinaryIO) -> float | None:
    head = file.read(12)
    if head[:4] == b"fLaC":
        file.seek(8)
        information = file.read(18)
        rate = int.from_bytes(information[10:13], "big") >> 4
        samples = int.from_bytes(information[13:18], "big") & 0xFFFFFFFFF
        return samples / rate if rate and samples else None
    return _wave(file) if head[:4] == b"RIFF" and head[8:12] == b"WAVE" else None


def _wave(file: BinaryIO) -> float | None:
    rate = 0
    for _ in range(_SEGMENTS):
        header = file.read(8)
        if len(header) < 8:
            return None
        name, length = header[:4], int.from_bytes(header[4:], "little")
        if name == b"fmt ":
            rate = int.from_bytes(file.read(16)[8:12], "little")
            file.seek(length - 16 + length % 2, os.SEEK_CUR)
        elif name == b"data":
            return length / rate if rate else None
        else:
            file.seek(length + length % 2, os.SEEK_CUR)
    return None
