"""The ways in which a watched run ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Pids:
    """memwizard, the process between, and the one that was started."""

    own: int
    keeper: int
    first: int


@dataclass(frozen=True)
class Ending:
    """`does`: what happens at the second step, None for nothing. `keys`: what is typed then. `options`: of `run`.

    `size`: rows and columns of the terminal, None where it tells none.
    `shell`: a shell stands above memwizard and outlives it; else the end of memwizard is that of the terminal.
    """

    name: str
    does: Callable[[Pids], None] | None = None
    keys: bytes = b""
    changes: dict[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    size: tuple[int, int] | None = (40, 120)
    shell: bool = False


def _sent(number: signal.Signals, to: str) -> Callable[[Pids], None]:
    return lambda pids: os.kill(getattr(pids, to), number)


ENDINGS: tuple[Ending, ...] = (
    Ending("trains-to-the-end"),
    Ending("terminal-of-no-size", size=None),
    Ending("smoke", options=("--smoke",)),
    Ending("refused", changes={"optimizer": "adam_of_nobody"}),
    Ending("fails", changes={"optimizer": "adam_of_nobody"}, options=("--force",)),
    Ending("ctrl-c", keys=b"\x03"),
    Ending("sigint", _sent(signal.SIGINT, "own")),
    Ending("sigterm", _sent(signal.SIGTERM, "own")),
    Ending("sighup", _sent(signal.SIGHUP, "own")),
    Ending("memwizard-killed", _sent(signal.SIGKILL, "own"), shell=True),
    Ending("terminal-gone", _sent(signal.SIGKILL, "own")),
    Ending("keeper-killed", _sent(signal.SIGKILL, "keeper")),
    Ending("axolotl-killed", _sent(signal.SIGKILL, "first")),
    Ending("torchrun", options=("--launch", "torchrun", "--", "--", "--nproc_per_node=1")),
    Ending("torchrun-sigterm", _sent(signal.SIGTERM, "own"),
           options=("--launch", "torchrun", "--", "--", "--nproc_per_node=1")),
    Ending("torchrun-killed", _sent(signal.SIGKILL, "first"),
           options=("--launch", "torchrun", "--", "--", "--nproc_per_node=1")),
)  # fmt: skip
