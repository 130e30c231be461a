"""Runs configs on small models, one child process for each; runs in Axolotl's own environment.

    python -m scripts.runs.judge.server FOLDER JOBS SECONDS < cases > answers

A line of the input is {"id", "config", "model": its published config, "machine": {"capability", "bf16", "fp8",
"gpus"}}; of the output {"id", "outcome": "works" or what it died of, "stage", "at", "seconds"}. torch and Axolotl are
imported once; a child that hangs or dies gives an answer too.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ |= {
    "CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1",
    "AXOLOTL_DO_NOT_TRACK": "1", "DO_NOT_TRACK": "1", "TOKENIZERS_PARALLELISM": "false", "WANDB_MODE": "disabled",
    "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1",
}  # fmt: skip

DIED = "the process died"


@dataclass
class Child:
    """A run that goes on: its process, which leads a group of its own, and what it has answered so far."""

    case: dict[str, Any]
    pid: int
    pipe: int
    folder: Path
    begun: float = field(default_factory=time.monotonic)
    said: bytes = b""

    def answer(self, seconds: float) -> dict[str, Any]:
        """Its last whole line, which it adds to at each stage; that it died, where it did not come to the end."""
        lines = self.said.decode(errors="replace").splitlines()
        last = json.loads(lines[-1]) if lines else {"stage": "start", "outcome": None}
        if last["outcome"] is None:
            last |= {"outcome": f"not ended after {seconds:.0f} s" if self.late(seconds) else DIED, "at": []}
        return {"id": self.case["id"], **last, "seconds": round(time.monotonic() - self.begun, 1)}

    def late(self, seconds: float) -> bool:
        """Whether it has had its time."""
        return time.monotonic() - self.begun > seconds

    def end(self) -> None:
        """Stop it and all that it started, and remove its folder."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.pipe)
        shutil.rmtree(self.folder, ignore_errors=True)


def begin(case: dict[str, Any], folder: Path) -> Child:
    """Fork a child for this case."""
    from scripts.runs.judge import run

    folder.mkdir(parents=True, exist_ok=True)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.close(read)
        code = 1
        try:
            run.all_stages(case, folder, write)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    return Child(case, pid, read, folder)


def answers(cases: Iterator[dict[str, Any]], folder: Path, jobs: int, seconds: float) -> Iterator[dict[str, Any]]:
    """The answer of each case, as they come; at most `jobs` run at once."""
    waiting, going = selectors.DefaultSelector(), set[int]()
    number = 0
    while True:
        while len(going) < jobs and (case := next(cases, None)) is not None:
            number += 1
            child = begin(case, folder / str(number))
            waiting.register(child.pipe, selectors.EVENT_READ, child)
            going.add(child.pid)
        if not going:
            return
        waiting.select(timeout=1.0)
        for key in [*waiting.get_map().values()]:
            child = key.data
            text = _read(child.pipe)
            child.said += text or b""
            if text == b"" or child.late(seconds):
                waiting.unregister(child.pipe)
                going.remove(child.pid)
                answer = child.answer(seconds)
                child.end()
                yield answer


def _read(pipe: int) -> bytes | None:
    """What has come on a pipe: None for nothing so far, b"" at its end."""
    os.set_blocking(pipe, False)
    try:
        return os.read(pipe, 1 << 16)
    except BlockingIOError:
        return None


def main() -> None:
    """Import all that is slow, then answer line by line."""
    folder, jobs, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print goes to stderr
    from scripts.runs.judge import warm

    warm.imported()
    cases = (json.loads(line) for line in sys.stdin if line.strip())
    for answer in answers(cases, folder, jobs, seconds):
        out.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
