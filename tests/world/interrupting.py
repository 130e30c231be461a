"""An interruption at a chosen place: before any instruction of Python, or around any call of the system."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import wizard.world

WORLD = str(Path(wizard.world.__file__).parent)
CALLS = ("open", "link", "replace", "unlink", "chmod", "fsync", "lstat", "stat")


class Steps:
    """Counts the instructions that wizard.world runs, called code too; KeyboardInterrupt comes before one of them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.seen = 0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """While this lasts."""
        before = sys.gettrace()
        sys._getframe().f_trace_opcodes = True  # before settrace, or Python 3.12 reports no instructions
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(before)

    def _called(self, frame: FrameType, event: str, argument: object) -> Any:
        if not self._ours(frame):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "opcode":
            self.seen += 1
            if self.seen == self.at:
                raise KeyboardInterrupt
        return self._stepped

    @staticmethod
    def _ours(frame: FrameType | None) -> bool:
        while frame is not None:
            if frame.f_code.co_filename.startswith(WORLD):
                return True
            frame = frame.f_back
        return False


class Calls:
    """Counts the calls of the system; KeyboardInterrupt comes just before, or just after, each of the chosen ones."""

    def __init__(self, patch: pytest.MonkeyPatch, at: Set[int], *, after: bool) -> None:
        self.at = at
        self.after = after
        self.seen = 0
        for name in CALLS:
            patch.setattr(os, name, self._around(getattr(os, name)))

    def _around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.seen += 1
            now = self.seen in self.at
            if now and not self.after:
                raise KeyboardInterrupt
            found = real(*arguments, **named)
            if now:
                raise KeyboardInterrupt
            return found

        return call
