"""`check` of many files in several processes: the same words in the same order, whatever becomes of a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.cli.configs import GOOD, with_line

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")

COUNT = 200
SCRIPT = """
import os
from wizard.cli import spread

here, ENDING = os.getpid(), {ending!r}
spread.cpus = lambda: 3

def work(name):
    if ENDING and name == "150" and os.getpid() != here:
        exec(ENDING)
    return name, os.getpid()

found = list(spread.spread([str(number) for number in range({count})], work))
assert [name for name, _ in found] == [str(number) for number in range({count})]
print(len({{process for _, process in found}}), found[150][1] == here)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("none is left")
"""


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("", ["3 False", "none is left"]),
        ("raise ValueError", ["2 True", "none is left"]),
        ("os._exit(0)", ["2 True", "none is left"]),
        ("os.kill(os.getpid(), 9)", ["2 True", "none is left"]),
    ],
    ids=["well", "a defect", "gone", "killed"],
)
def test_the_order_holds_and_nothing_is_lost(ending: str, told: list[str]) -> None:
    code = SCRIPT.format(ending=ending, count=COUNT)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == told, done.stderr


@pytest.fixture
def many(here: Path) -> list[str]:
    """Files that are good, that warn, that are no YAML, whose model nobody knows, and one that is not there."""
    texts = [GOOD, with_line("eval_batch_size: 8"), "a: [", "base_model: nobody/knows-this\n", with_line("bf16: 7")]
    names = [f"{number:03}.yml" for number in range(COUNT)]
    for number, name in enumerate(names[:-1]):
        (here / name).write_text(f"# {number}\n{texts[number % len(texts)]}", encoding="utf-8")
    return names


@pytest.mark.parametrize(
    ("gpu", "form"),
    [("--gpu rtx-4090", "text"), ("--demo no-gpu", "json"), ("--demo no-gpu", "github"), ("--gpu rtx-4090", "sarif")],
)
def test_several_processes_say_what_one_says(gpu: str, form: str, many: list[str]) -> None:
    arguments = ["check", *many, *gpu.split(), "--format", form]
    code = f"from wizard.cli import main, spread; spread.cpus = lambda: 3; main({arguments!r})"
    several = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    alone = subprocess.run(
        [sys.executable, "-c", code.replace("lambda: 3", "lambda: 1")], capture_output=True, text=True, check=False
    )
    assert (several.returncode, several.stdout, several.stderr) == (alone.returncode, alone.stdout, alone.stderr)
    assert (alone.returncode, alone.stdout) == (2, run(*arguments).out)
