"""Reads what `torch.cuda.memory._dump_snapshot` or Axolotl's profiler wrote, in little memory.

Of a trace of millions of entries a few bytes each are kept: what it did, how much, and who asked for it.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.domain.snapshot import ALLOC, FREE, OOM, RESERVE, Frame, Snapshot
from wizard.world.logs import opened
from wizard.world.plainpickle import PlainPickle

_MOST_FRAMES, _MOST_STACKS = 200, 200_000
_RESERVES = {"segment_alloc": 1, "segment_map": 1, "segment_free": -1, "segment_unmap": -1}
_IN_USE = ("active_allocated", "active_awaiting_free", "active_pending_free")
_LARGEST = 1 << 50
"""Bytes that no allocation has more of."""


def is_snapshot(file: str) -> bool:
    """Whether a file begins as a pickle does, which no text can."""
    if file == "-":
        return False
    try:
        if not Path(file).expanduser().is_file():
            return False  # a pipe can be read once alone
        with opened(file) as source:
            head = source.read(2)
    except (InputError, OSError, EOFError, RuntimeError, ValueError):
        return False
    return len(head) == 2 and head[0] == 0x80 and 2 <= head[1] <= 5


def read_snapshot(file: str) -> Snapshot:
    """The snapshot in a file. Raises InputError for what is none, is cut, or holds more than plain data."""
    found = _SnapshotReader()
    with opened(file) as source:
        value = PlainPickle(source, file, found.shrink).load()
    if not isinstance(value, dict) or "segments" not in value or "device_traces" not in value:
        raise InputError("is no memory snapshot: it has no `segments` and `device_traces`", file=file)
    return found.snapshot()


class _Known(int):
    """The number of a stack, as no file can hold it."""


class _SnapshotReader:
    """What is kept of the dicts of a snapshot, as they come."""

    def __init__(self) -> None:
        self._stacks: dict[tuple[Frame, ...], int] = {(): 0}
        self._kinds, self._sizes, self._who = array("b"), array("q"), array("l")
        self._owners: dict[int, tuple[int, int]] = {}
        self._live: dict[int, int] = {}
        self._reserved = 0
        self._free: int | None = None

    def shrink(self, found: dict[Any, Any]) -> object:
        """A frame becomes a pair, an entry of a trace and a block nothing: they are counted here."""
        if "action" in found:
            self._event(found)
            return None
        if "filename" in found and "name" in found:
            return (_short(found["filename"]), _short(found["name"]))
        if "state" in found and "size" in found:
            self._block(found)
            return None
        if "total_size" in found and "blocks" in found:
            self._reserved += _bytes(found["total_size"])
            return None
        return found

    def snapshot(self) -> Snapshot:
        """All of it."""
        stacks = tuple(self._stacks)
        return Snapshot(stacks, self._kinds, self._sizes, self._who, self._live, self._reserved, self._free)

    def _event(self, found: dict[Any, Any]) -> None:
        action, size = found.get("action"), _bytes(found.get("size"))
        if action == "alloc":
            who = self._stack(found.get("frames"))
            self._owners[_address(found)] = (who, size)
            self._add(ALLOC, size, who)
        elif action in ("free_requested", "free"):
            who, size = self._owners.pop(_address(found), (0, size))
            self._add(FREE, size, who)
        elif action in _RESERVES:
            self._add(RESERVE, _RESERVES[str(action)] * size, 0)
        elif action == "oom":
            self._free = _bytes(found.get("device_free", found.get("addr")))
            self._add(OOM, size, self._stack(found.get("frames")))

    def _block(self, found: dict[Any, Any]) -> None:
        if found["state"] not in _IN_USE:
            return
        history = found.get("history")
        frames = found.get("frames") or (_frames_of(history[0]) if isinstance(history, list) and history else None)
        who = self._stack(frames)
        self._live[who] = self._live.get(who, 0) + _bytes(found["size"])

    def _stack(self, frames: object) -> int:
        """The number of a stack. Its list is made short in its place: others may have the same."""
        if not isinstance(frames, list) or not frames:
            return 0
        if isinstance(frames[0], _Known):
            return frames[0]
        stack = tuple(one for one in frames[:_MOST_FRAMES] if isinstance(one, tuple))
        known = self._stacks
        number = known.get(stack)
        if number is None:
            number = known.setdefault(stack, len(known)) if len(known) < _MOST_STACKS else 0
        frames[:] = [_Known(number)]
        return number

    def _add(self, kind: int, size: int, who: int) -> None:
        self._kinds.append(kind)
        self._sizes.append(size)
        self._who.append(who)


def _frames_of(history: object) -> object:
    return history.get("frames") if isinstance(history, dict) else None


def _bytes(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise ValueError("a size that nothing has")
    return value


def _address(found: dict[Any, Any]) -> int:
    value = found.get("addr", 0)
    return value if isinstance(value, int) else 0


def _short(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return text if text.isprintable() else "".join(one for one in text if one.isprintable())
