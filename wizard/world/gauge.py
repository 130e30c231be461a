"""What the processes of a run hold of each GPU, as the driver says now and then: asked by a process that may hang."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wizard.world.drivers import asking


@dataclass(frozen=True, slots=True)
class GpuUse:
    """One GPU at one moment, in bytes. `holders`: what each process holds, None where the driver does not say."""

    index: int
    uuid: str | None
    total: int | None
    used: int | None
    holders: Mapping[int, int | None]


class Gauge:
    """Asks the driver every `seconds`. Never raises; without a driver there is nothing to tell."""

    def __init__(self, seconds: float = 1.0, command: Sequence[str] | None = None) -> None:
        self._latest: tuple[GpuUse, ...] = ()
        asked = command or asking()
        self._process: subprocess.Popen[str] | None = None
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                [*asked, "--watch", str(seconds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, encoding="utf-8", errors="replace", start_new_session=True,
            )  # fmt: skip
            threading.Thread(target=self._read, daemon=True).start()

    def latest(self) -> tuple[GpuUse, ...]:
        """The last answer; empty where there was none."""
        return self._latest

    def close(self) -> None:
        """Let it end; one that hangs in the driver can't be waited for."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)
            if self._process.poll() is None:
                self._process.kill()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as source, contextlib.suppress(OSError, ValueError):
            for line in source:
                with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                    answer = json.loads(line)
                    if "sample" in answer:
                        self._latest = tuple(map(_use, answer["sample"]))


def _use(row: Mapping[str, Any]) -> GpuUse:
    holders = {int(one["pid"]): None if one["used"] is None else int(one["used"]) for one in row["processes"]}
    return GpuUse(int(row["index"]), row.get("uuid"), row.get("total"), row.get("used"), holders)


def of_run(uses: Sequence[GpuUse], pids: frozenset[int], before: Mapping[int, int]) -> dict[int, int]:
    """Bytes that a run holds of each GPU, by the driver's index: by its own processes, and none where it has none.

    In a container the driver may name processes by other numbers, or not say what they hold: then what is used
    now beyond what was used before the run is taken.
    """
    found: dict[int, int] = {}
    for one in uses:
        ours = [one.holders[pid] for pid in one.holders.keys() & pids]
        known = [held for held in ours if held is not None]
        if known and len(known) == len(ours):
            found[one.index] = sum(known)
        elif ours or any(not os.path.exists(f"/proc/{pid}") for pid in one.holders):
            more = (one.used or 0) - before.get(one.index, 0)
            if more > 0:
                found[one.index] = more
    return found
