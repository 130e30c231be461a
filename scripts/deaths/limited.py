"""Runs in Axolotl's own environment: trains a config whose process gets a limit, or a signal, at a chosen moment.

`python -m scripts.deaths.limited WHAT AT CONFIG`. WHAT: `memory=MIB` (address space beyond what it has by then),
`file=MIB` (of one file), `signal=NAME`, `nothing`. AT: `start`, `data`, `load`, `step`, `optimizer`, `evaluation`,
`save`.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

_PLACES = {
    "data": ("axolotl.cli.train", "load_datasets"),
    "load": ("axolotl.loaders.model", "ModelLoader.load"),
    "step": ("transformers.trainer", "Trainer.training_step"),
    "optimizer": ("torch.optim.adamw", "AdamW.step"),
    "evaluation": ("axolotl.core.trainers.base", "AxolotlTrainer.evaluate"),
    "save": ("transformers.trainer", "Trainer._save_checkpoint"),
}


def main() -> None:
    """Put the limit in place, and train."""
    what, at, config = sys.argv[1:]
    from axolotl.cli.train import do_cli

    if at == "start":
        _limit(what)
    elif what != "nothing":
        _wrap(*_PLACES[at], lambda: _limit(what))
    do_cli(config=config)


def _wrap(module: str, path: str, before: Callable[[], None]) -> None:
    """The function does the same, after `before` at its second call where it is called in each step."""
    holder: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    original, calls = getattr(holder, name), [0]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == (3 if name == "training_step" else 1):
            before()
        return original(*args, **kwargs)

    setattr(holder, name, wrapped)


def _limit(what: str) -> None:
    name, _, value = what.partition("=")
    if name == "memory":
        gc.collect()
        ctypes.CDLL("libc.so.6").malloc_trim(0)  # what is free within the process would do for a while
        with open("/proc/self/statm", encoding="ascii") as source:
            now = int(source.read().split()[0]) * resource.getpagesize()
        most = now + (int(value) << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    elif name == "file":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(value) << 20, int(value) << 20))
    elif name == "signal":
        sys.stdout.flush()
        os.kill(os.getpid(), getattr(signal, value))


if __name__ == "__main__":
    main()
