"""Writes files in forked processes and sends each a signal at a random moment; prints what was lost or not true.

`python -m tests.cli.signalled FOLDER ROUNDS SEED`. Forked, since the imports take far longer than a write.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

import wizard.cli
from tests.cli.configs import with_line
from wizard.cli import check, checker, fixing  # noqa: F401 (imported before the first fork)
from wizard.world import atomic, finder, presets, recorded  # noqa: F401
from wizard.world.ledger import LEDGER

FILES = 4
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
BAD = with_line("eval_batch_size: 8")
FIXED = with_line("eval_batch_size: 1")


def content(version: int) -> str:
    """Long enough that half of it would be seen."""
    return f"{version}\n" * 3000


@click.command()
def churn() -> None:
    """Write version after version into one file after the other, without end."""
    LEDGER.meant = FILES
    for version in count(1):
        atomic.write(Path(f"{version % FILES}.yml"), content(version))


def forked(arguments: list[str], ready: int) -> int:
    """A process in the current folder that runs a command, and says by a byte that it begins to write."""
    child = os.fork()
    if child:
        return child
    code: Any = 99
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests may ignore it, as nohup does
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    try:
        said = os.open("said", os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        real = atomic.write

        def write(*given: Any, **named: Any) -> Path | None:
            atomic.write = real
            os.write(ready, b".")
            return real(*given, **named)

        atomic.write = write
        wizard.cli.main(arguments)
    except SystemExit as end:
        code = end.code
    finally:
        os._exit(code)


def struck(arguments: list[str], number: signal.Signals, wait: float, again: bool) -> int:
    """How the command ended: its code, negative for a signal that killed it."""
    read, ready = os.pipe()
    child = forked(arguments, ready)
    os.close(ready)
    os.read(read, 1)
    os.close(read)
    time.sleep(wait)
    os.kill(child, number)
    if again:
        time.sleep(wait / 20)
        os.kill(child, number)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def after_churn() -> tuple[list[str], str, set[str]]:
    """What is lost, what should have been said, and the files there should be."""
    lost, changed, there = [], [], {"said"}
    for file in sorted(range(FILES), key=lambda file: (file - 1) % FILES):  # in the order of writing
        target = Path(f"{file}.yml")
        text = target.read_text()
        now = int(text.partition("\n")[0] or -1)
        versions = [0, *(one for one in range(1, now + 1) if one % FILES == file)]
        if text != content(now):
            lost.append(f"{target} is not whole")
        kept = {one.read_text() for one in Path().glob(f"{file}.yml*")}
        lost += [f"version {one} of {target} is gone" for one in versions if content(one) not in kept]
        backups = [f"{target}.bak{number}" for number in range(1, len(versions))]
        changed += [f"{target} (the old content is {backups[0]})"] if backups else []
        there |= {str(target), *backups}
    return lost, told(changed), there


def after_check() -> tuple[list[str], str, set[str]]:
    """The same of `check --fix`."""
    texts = {name: Path(name).read_text() for name in sorted(names())}
    lost = [f"{name} is not whole" for name, text in texts.items() if text not in (BAD, FIXED)]
    return lost, told([name for name, text in texts.items() if text == FIXED]), {"said", *texts}


def told(changed: list[str]) -> str:
    """The last words."""
    if not changed:
        return "stopped; no file was changed"
    count = f"{len(changed)} of {FILES} files {'was' if len(changed) == 1 else 'were'}"
    return f"stopped; {count} changed: {', '.join(changed)}"


def names() -> list[str]:
    """The files that are written."""
    return [f"{file}.yml" for file in range(FILES)]


KINDS: dict[str, tuple[list[str], str, Callable[[], tuple[list[str], str, set[str]]], float]] = {
    "churn": (["churn"], content(0), after_churn, 0.02),
    "check": (["check", *names(), "--fix", "--gpu", "24GiB"], BAD, after_check, 0.04),
}


def faults(kind: str, chance: random.Random) -> list[str]:
    """One round in the current folder, which is empty; what was wrong."""
    arguments, old, after, longest = KINDS[kind]
    for name in names():
        Path(name).write_text(old)
    number, again = chance.choice(SIGNALS), chance.random() < 0.2
    code = struck(arguments, number, chance.uniform(0, longest), again)
    lost, words, there = after()
    said = Path("said").read_text()
    finished = f": {FILES} fixed" in said
    if number != signal.SIGKILL and not again and not finished:
        if not said.endswith(f"memwizard: {words}\n") or "Traceback" in said:
            lost.append(f"said {said[-300:]!r}, not {words!r}")
        if code != 128 + number:
            lost.append(f"left with {code}")
        lost += [f"{name} should not be there" for name in set(os.listdir()) - there]
    return [f"{kind}, {number.name}{' twice' if again else ''}: {one}" for one in lost]


def main(folder: str, rounds: int, seed: int) -> None:
    """So many rounds, a fifth of them of `check --fix`."""
    wizard.cli.COMMANDS["churn"] = "write without end"
    sys.modules["wizard.cli.churn"] = SimpleNamespace(command=churn)  # type: ignore[assignment]
    chance = random.Random(seed)
    found = []
    for number in range(rounds):
        home = Path(folder) / str(number)
        home.mkdir()
        os.chdir(home)
        here = faults("check" if number % 5 == 0 else "churn", chance)
        found += [f"round {number}: {one}" for one in here]
        if not here:
            shutil.rmtree(home)
    print(json.dumps({"rounds": rounds, "faults": found}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
