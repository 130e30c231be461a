"""What an editor sends, as far as a message may be long: a peer that says more is hung up on."""

from __future__ import annotations

import logging
from typing import BinaryIO

MOST = 64 << 20
"""Bytes of a message: many times what any file of configs has."""
_MOST_HEAD = 4096
_MOST_DIGITS = 18


class BoundedInput:
    """A stream of messages, at its end where one is too long: nothing is kept for what is only announced."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """The next line of a message's head."""
        line = self._stream.readline(_MOST_HEAD + 1)
        digits = sum(map(line.count, (b"%d" % one for one in range(10))))
        return self._ended() if len(line) > _MOST_HEAD or digits > _MOST_DIGITS else line

    def read(self, size: int) -> bytes:
        """So many bytes of a message."""
        return self._ended() if size > MOST else self._stream.read(size)

    def _ended(self) -> bytes:
        logging.getLogger("pygls").error(
            "hung up: a message of more than %d MiB, or with a head without end", MOST >> 20
        )
        return b""
