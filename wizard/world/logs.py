"""Reads logs of any size line by line: bytes in, text without control characters out."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from wizard.domain.errors import InputError

_CHUNK = 1 << 20
MAX_LINE = 1 << 15
"""Bytes of a line that are kept: as many of its beginning as of its end."""
_PACKED: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (b"\x1f\x8b", lambda raw: gzip.GzipFile(fileobj=raw)), (b"BZh", bz2.BZ2File), (b"\xfd7zXZ\x00", lzma.LZMAFile)
)  # fmt: skip
_FOREIGN = {b"\x28\xb5\x2f\xfd": "zstd -d", b"PK\x03\x04": "unzip", b"7z\xbc\xaf": "7z x"}
_LEAST, _LEGIBLE = 512, 0.7
"""Bytes below which nobody can tell text from none; the part of the characters of a text that can be read."""
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_BREAK = re.compile(rb"\r?\n|\r")
_STEERS = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def log_lines(file: str) -> Iterator[tuple[int, str]]:
    """The lines of a log with their numbers, from 1; of a line that a bar was drawn over, each drawing.

    `-` is stdin; a file may be packed by gzip, bzip2 or xz. Raises InputError for what can't be read;
    a packed file that is cut ends where it is cut.
    """
    with opened(file) as source:
        _refuse(source, file)
        for number, raw in _split(source):
            yield number, readable(raw)


def readable(raw: bytes) -> str:
    """The text of a line, without what steers a terminal."""
    text = raw.decode("utf-8", errors="replace")
    if text.isprintable():
        return text
    if "\x1b" in text:
        text = _STEERS.sub("", text)
    return _CONTROL.sub("", text.replace("\t", "    "))


@contextmanager
def opened(file: str) -> Iterator[IO[bytes]]:
    """The bytes of a file or of stdin, unpacked where gzip packed them. Raises InputError for what can't be read."""
    if file == "-":
        if sys.stdin is None or getattr(getattr(sys.stdin, "buffer", None), "closed", False):
            raise InputError("stdin is closed", file="<stdin>")
        yield _unpacked(getattr(sys.stdin, "buffer", io.BytesIO()))
        return
    try:
        path = Path(file).expanduser()
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise InputError("is a folder; name a log in it", file=file)
        if stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and not file.startswith(("/dev/stdin", "/dev/tty", "/dev/fd/"))):
            raise InputError("is a device, not a file", file=file)
        raw = path.open("rb")
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"can't be read: {why}", file=file) from None
    with raw:
        yield _unpacked(raw)


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    """The bytes of a file, unpacked where it is packed."""
    source = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)  # type: ignore[type-var]
    head = source.peek(8)[:8]
    unpack = next((one for magic, one in _PACKED if head.startswith(magic)), None)
    return io.BufferedReader(unpack(source)) if unpack is not None else source


def _refuse(source: IO[bytes], file: str) -> None:
    """Raises InputError for what is no text: packed by what Python can't unpack, or bytes of something else."""
    peek = getattr(source, "peek", None)
    try:
        head = peek(_CHUNK)[: 1 << 16] if peek is not None else b""
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        return
    name = "<stdin>" if file == "-" else file
    for magic, command in _FOREIGN.items():
        if head.startswith(magic):
            raise InputError(f"is packed: unpack it first ({command})", file=name)
    if len(head) < _LEAST or head[:2] in _WIDE:
        return
    text = head.replace(b"\x00", b"").decode("utf-8", errors="replace")
    if text and text.count("\ufffd") > (1 - _LEGIBLE) * len(text):
        raise InputError("is not text; name what the run printed, or a memory snapshot", file=name)


def _split(source: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines, bounded in length, with their numbers; a carriage return parts a line, but counts none."""
    number, head, tail, long = 1, bytearray(), b"", False
    wide = _width(source)
    for chunk in _chunks(source):
        data = chunk.replace(b"\x00", b"") if wide else chunk
        start = 0
        for match in _BREAK.finditer(data):
            head, tail, long = _grown(head, tail, data[start : match.start()], long=long)
            yield number, _whole(head, tail, long=long)
            head, tail, long = bytearray(), b"", False
            start = match.end()
            number += match[0][-1:] == b"\n"
        head, tail, long = _grown(head, tail, data[start:], long=long)
    if head:
        yield number, _whole(head, tail, long=long)


def _width(source: IO[bytes]) -> bool:
    """Whether it is UTF-16, as PowerShell's `>` writes: every second byte of what is said here is zero then."""
    peek = getattr(source, "peek", None)
    try:
        return peek is not None and peek(2)[:2] in _WIDE
    except (OSError, EOFError, zlib.error):
        return False


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    read = getattr(source, "read1", source.read)
    while True:
        try:
            chunk = read(_CHUNK)
        except (EOFError, zlib.error, lzma.LZMAError, OSError):
            return
        if not chunk:
            return
        yield chunk


def _grown(head: bytearray, tail: bytes, more: bytes, *, long: bool) -> tuple[bytearray, bytes, bool]:
    """A line with more of it: the beginning, and where it is too long, the end so far."""
    half = MAX_LINE // 2
    room = MAX_LINE - len(head) if not long else 0
    if not long and len(more) <= room:
        head += more
        return head, tail, False
    rest = more[room:]
    if not long:
        head += more[:room]
        tail = bytes(head[half:])
        del head[half:]
    return head, (tail + rest)[-half:] if len(rest) < half else rest[-half:], True


def _whole(head: bytearray, tail: bytes, *, long: bool) -> bytes:
    return bytes(head) + b" ... " + tail if long else bytes(head)
