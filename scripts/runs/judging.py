"""Asks the judge: a process of another Python that answers line by line."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from scripts.runs.case import Case

ROOT = Path(__file__).parents[2]
SECONDS = 300
_PACKAGES = (
    "axolotl", "torch", "torchvision", "transformers", "peft", "trl", "accelerate", "datasets", "bitsandbytes",
)  # fmt: skip
_ASK = """
import importlib.metadata as there, json, sys
names = {one.metadata["Name"] for one in there.distributions()} & set(sys.argv[1:])
print(json.dumps({name: there.version(name) for name in sorted(names)}))
"""


class Judge:
    """The Axolotl of another Python. `jobs`: how many runs at once."""

    def __init__(self, python: str, *, jobs: int = 2) -> None:
        self.python, self.jobs = python, jobs

    @cached_property
    def settings(self) -> dict[str, str]:
        """The packages that decide, and their versions."""
        done = subprocess.run([self.python, "-c", _ASK, *_PACKAGES], capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))

    @property
    def version(self) -> str:
        """Axolotl's."""
        return self.settings["axolotl"]

    def answers(self, cases: Sequence[Case]) -> Iterator[tuple[Case, dict[str, Any]]]:
        """Each case with what came of it, as they end."""
        if not cases:
            return
        with tempfile.TemporaryDirectory(prefix="runs-") as folder:
            command = [self.python, "-m", "scripts.runs.judge.server", folder, str(self.jobs), str(SECONDS)]
            with subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            ) as judge:
                assert judge.stdin is not None
                assert judge.stdout is not None
                asking = threading.Thread(target=_asked, args=(cases, judge.stdin), daemon=True)
                asking.start()
                for line in judge.stdout:
                    answer = json.loads(line)
                    yield cases[answer["id"]], answer
                asking.join()


def _asked(cases: Sequence[Case], to: IO[str]) -> None:
    with to:
        for number, case in enumerate(cases):
            to.write(json.dumps({"id": number, **case.asked}, default=str) + "\n")
            to.flush()
