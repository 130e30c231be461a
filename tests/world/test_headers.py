"""Sizes of images and lengths of sound by the first bytes, as the formats' specifications lay them out."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest

from wizard.world.headers import image_size, sound_seconds

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 640, 480) + b"\0\0\0"


def _webp(kind: bytes, body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


def _segment(mark: int, body: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body


LOSSY = _webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480 | 0x4000) + b"\0" * 8)
LOSSLESS = _webp(b"VP8L", b"\x2f" + ((640 - 1) | (480 - 1) << 14).to_bytes(4, "little") + b"\0" * 8)
EXTENDED = _webp(b"VP8X", b"\0" * 4 + (639).to_bytes(3, "little") + (479).to_bytes(3, "little") + b"\0" * 8)
PREVIEW = b"\xff\xd8" + _segment(0xC0, struct.pack(">BHHB", 8, 120, 160, 3))
FRAME = struct.pack(">BHHB", 8, 480, 640, 3)
JPEG = b"\xff\xd8" + _segment(0xE1, b"Exif\0\0" + PREVIEW) + _segment(0xC4, b"\0" * 20) + _segment(0xC2, FRAME)
FORMAT = struct.pack("<HHIIHH", 1, 2, 16000, 64000, 4, 16)
WAV = b"RIFF\0\0\0\0WAVE" + b"fmt " + struct.pack("<I", 16) + FORMAT
WAV += b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"data" + struct.pack("<I", 160000)
FLAC = b"fLaC" + bytes((0x80, 0, 0, 34)) + b"\0" * 10 + (16000 << 12).to_bytes(4, "big")[:3]
FLAC += ((0x70 << 32) | 40000).to_bytes(5, "big") + b"\0" * 16


@pytest.mark.parametrize("content", [PNG, GIF, LOSSY, LOSSLESS, EXTENDED, JPEG])
def test_an_image_is_measured_without_decoding(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one").write_bytes(content)
    assert image_size(str(tmp_path / "one")) == (640, 480)
    assert image_size("one", tmp_path) == (640, 480)
    assert image_size(content) == (640, 480)
    assert image_size("data:image/png;base64," + base64.b64encode(content).decode()) == (640, 480)


@pytest.mark.parametrize("content", [PNG, GIF, LOSSY, LOSSLESS, EXTENDED, JPEG, WAV, FLAC])
def test_a_header_that_is_cut_off_tells_nothing(content: bytes) -> None:
    for end in range(10):
        assert image_size(content[:end]) is None
        assert sound_seconds(content[:end]) is None


def test_sound_is_measured() -> None:
    assert sound_seconds(WAV) == 2.5
    assert sound_seconds(FLAC) == 2.5


@pytest.mark.parametrize(
    "place", ["https://example.org/one.png", "s3://bucket/one.png", "no-such.png", "\0", "a" * 9999]
)
def test_what_is_not_here_is_not_looked_for(place: str) -> None:
    assert image_size(place) is None
    assert sound_seconds(place) is None


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    assert image_size(str(tmp_path / "pipe")) is None
