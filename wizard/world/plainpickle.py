"""Reads pickles of plain data (dicts, lists, tuples, numbers, texts) opcode by opcode, and nothing else.

Python's own unpickler makes a table as large as an index in the file says, and objects of any class. This one knows no
classes at all, and is bounded: what is large or is no plain data is an InputError.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import IO, Any

from wizard.domain.errors import InputError

MAX_TEXT = 1 << 20
MAX_TEXTS = 256 << 20
MAX_ITEMS = 80_000_000
"""Bytes of one text and of all; entries of lists, dicts and the table of what may come again, together."""
_CHUNK = 1 << 20
_MARK = object()
Shrink = Callable[[dict[Any, Any]], object]


class _StopError(Exception):
    """The end of the pickle."""


class PlainPickle:
    """One pickle, read once. `shrink` gives what a dict is kept as, when it is complete: of GBs little has to stay."""

    def __init__(self, source: IO[bytes], name: str, shrink: Shrink) -> None:
        self._source, self._name, self._shrink = source, name, shrink
        self._data, self._at = b"", 0
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._places: dict[int, int] = {}
        self._items = self._texts = self._read = 0
        self._known = {code[0]: getattr(self, method) for code, method in _METHODS.items()}

    def load(self) -> object:
        """The value. Raises InputError for what is no plain data, is cut, or is too large."""
        known = self._known
        try:
            while True:
                code = self._take(1)[0]
                known.get(code, self._refused)()
        except _StopError:
            return self._stack[-1] if self._stack else None
        except (IndexError, TypeError, ValueError, KeyError, struct.error, RecursionError) as error:
            raise self._error(
                f"is no memory snapshot ({type(error).__name__} byte {self._read - len(self._data) + self._at})"
            ) from None

    def _error(self, message: str) -> InputError:
        return InputError(message, file=self._name)

    def _refused(self) -> None:
        code = self._data[self._at - 1 : self._at]
        raise self._error(f"holds more than plain data (opcode {code!r}): it is not read")

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            self._fill(count)
            end = self._at + count
        found = self._data[self._at : end]
        self._at = end
        return found

    def _fill(self, count: int) -> None:
        if count > MAX_TEXT:
            raise self._error("has a text that is too long: it is not read")
        parts, have = [self._data[self._at :]], len(self._data) - self._at
        while have < count:
            chunk = self._source.read(max(_CHUNK, count - have))
            if not chunk:
                raise self._error("is cut off: the end of the snapshot is missing")
            parts.append(chunk)
            have += len(chunk)
            self._read += len(chunk)
        self._data, self._at = b"".join(parts), 0

    def _line(self) -> bytes:
        found = bytearray()
        while (one := self._take(1)) != b"\n":
            found += one
            if len(found) > 100:
                raise ValueError("a number with too many digits")
        return bytes(found)

    def _counted(self, more: int) -> None:
        self._items += more
        if self._items > MAX_ITEMS:
            raise self._error("is too large to be read")

    def _since_mark(self) -> list[Any]:
        stack, place = self._stack, len(self._stack) - 1
        while stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise IndexError("no mark")
        items = stack[place + 1 :]
        del stack[place:]
        return items

    def stop(self) -> None:
        """STOP."""
        raise _StopError

    def proto(self) -> None:
        """PROTO."""
        self._take(1)

    def frame(self) -> None:
        """FRAME: its length is of no use here."""
        self._take(8)

    def mark(self) -> None:
        """MARK."""
        self._stack.append(_MARK)

    def none(self) -> None:
        """NONE."""
        self._stack.append(None)

    def true(self) -> None:
        """NEWTRUE."""
        self._stack.append(True)

    def false(self) -> None:
        """NEWFALSE."""
        self._stack.append(False)

    def int4(self) -> None:
        """BININT."""
        self._stack.append(int.from_bytes(self._take(4), "little", signed=True))

    def int1(self) -> None:
        """BININT1."""
        self._stack.append(self._take(1)[0])

    def int2(self) -> None:
        """BININT2."""
        self._stack.append(int.from_bytes(self._take(2), "little"))

    def long1(self) -> None:
        """LONG1."""
        self._stack.append(int.from_bytes(self._take(self._take(1)[0]), "little", signed=True))

    def decimal(self) -> None:
        """INT and LONG of old protocols."""
        text = self._line().rstrip(b"L")
        self._stack.append(int(text))

    def double(self) -> None:
        """BINFLOAT."""
        self._stack.append(struct.unpack(">d", self._take(8))[0])

    def _text(self, count: int) -> None:
        self._texts += count
        if count > MAX_TEXT or self._texts > MAX_TEXTS:
            raise self._error("has too much text: it is not read")
        self._stack.append(self._take(count).decode("utf-8", errors="replace"))

    def text1(self) -> None:
        """SHORT_BINUNICODE, and the short bytes of any kind."""
        self._text(self._take(1)[0])

    def text4(self) -> None:
        """BINUNICODE, and bytes."""
        self._text(int.from_bytes(self._take(4), "little"))

    def text8(self) -> None:
        """BINUNICODE8."""
        self._text(int.from_bytes(self._take(8), "little"))

    def empty_dict(self) -> None:
        """EMPTY_DICT."""
        self._stack.append({})

    def empty_list(self) -> None:
        """EMPTY_LIST."""
        self._stack.append([])

    def empty_tuple(self) -> None:
        """EMPTY_TUPLE."""
        self._stack.append(())

    def tuple1(self) -> None:
        """TUPLE1."""
        self._stack[-1:] = [(self._stack[-1],)]

    def tuple2(self) -> None:
        """TUPLE2."""
        self._stack[-2:] = [(self._stack[-2], self._stack[-1])]

    def tuple3(self) -> None:
        """TUPLE3."""
        self._stack[-3:] = [(self._stack[-3], self._stack[-2], self._stack[-1])]

    def tuple_of(self) -> None:
        """TUPLE."""
        self._stack.append(tuple(self._since_mark()))

    def append(self) -> None:
        """APPEND."""
        value = self._stack.pop()
        self._add([value])

    def appends(self) -> None:
        """APPENDS."""
        self._add(self._since_mark())

    def _add(self, items: list[Any]) -> None:
        found = self._stack[-1]
        if type(found) is not list:
            raise TypeError("no list")
        self._counted(len(items))
        found.extend(items)

    def setitem(self) -> None:
        """SETITEM."""
        value, key = self._stack.pop(), self._stack.pop()
        self._set([key, value])

    def setitems(self) -> None:
        """SETITEMS."""
        self._set(self._since_mark())

    def _set(self, items: list[Any]) -> None:
        found = self._stack[-1]
        if type(found) is not dict:
            raise TypeError("no dict")
        self._counted(len(items))
        found.update(zip(items[::2], items[1::2], strict=True))
        kept = self._shrink(found)
        if kept is not found:
            self._stack[-1] = kept
            place = self._places.pop(id(found), None)
            if place is not None:
                self._memo[place] = kept

    def _keep(self, place: int) -> None:
        """The value may come again; a dict that shrinks later is found by its identity, which it has until then."""
        self._counted(1)
        value = self._stack[-1]
        self._memo[place] = value
        if type(value) is dict:
            self._places[id(value)] = place

    def memoize(self) -> None:
        """MEMOIZE."""
        self._keep(len(self._memo))

    def put(self) -> None:
        """BINPUT."""
        self._keep(self._take(1)[0])

    def put4(self) -> None:
        """LONG_BINPUT."""
        self._keep(int.from_bytes(self._take(4), "little"))

    def get(self) -> None:
        """BINGET."""
        self._stack.append(self._memo[self._take(1)[0]])

    def get4(self) -> None:
        """LONG_BINGET."""
        self._stack.append(self._memo[int.from_bytes(self._take(4), "little")])

    def pop(self) -> None:
        """POP."""
        self._stack.pop()


_METHODS = {
    b".": "stop", b"\x80": "proto", b"\x95": "frame", b"(": "mark", b"N": "none", b"\x88": "true", b"\x89": "false",
    b"J": "int4", b"K": "int1", b"M": "int2", b"\x8a": "long1", b"I": "decimal", b"L": "decimal", b"G": "double",
    b"\x8c": "text1", b"X": "text4", b"\x8d": "text8", b"C": "text1", b"B": "text4", b"U": "text1", b"T": "text4",
    b"}": "empty_dict", b"]": "empty_list", b")": "empty_tuple", b"\x85": "tuple1", b"\x86": "tuple2",
    b"\x87": "tuple3", b"t": "tuple_of", b"a": "append", b"e": "appends", b"s": "setitem", b"u": "setitems",
    b"\x94": "memoize", b"q": "put", b"r": "put4", b"h": "get", b"j": "get4", b"0": "pop",
}  # fmt: skip
