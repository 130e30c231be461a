"""Whether the wizard outlives a terminal whose size never rests: `python -m benchmarks.resize_storm [--resizes 2000]`.

Drives the real program on a pseudo-terminal: another size every 10 to 400 ms, keys between. Afterwards it must show
what it shows when everything is drawn anew, answer, and leave with exit code 0. The first resize that ends it is told.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.ui.pty_terminal import WIZARD, Terminal, environment

SIZES = ((200, 50), (61, 21), (160, 45), (40, 12), (80, 24))
KEYS = (
    "NPage", "PPage", "Tab", "\x1b[B", "\x1b[A", "\x1b[Z", "\x1b[C", "\x1b[D", "\x1b", "1", "2", "3", "4", "x", "\x7f",
    "/", "\x06", "\x07", "\x0c", "\x10", "\x19", "\x1a", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~",
    "\x1b[17~", "\x1b[18~",
)  # fmt: skip
"""Every key but those that leave, take an answer or write."""
CALM = (100, 30)


class EndedError(Exception):
    """The wizard ended in the storm."""


def storm(terminal: Terminal, resizes: int, seed: int) -> None:
    """So many sizes with keys between. Raises EndedError where the program ends."""
    chance = random.Random(seed)
    for number in range(resizes):
        size = chance.choice(SIZES) if chance.random() < 0.7 else (chance.randint(1, 240), chance.randint(1, 70))
        terminal.resize(*size)
        keys = chance.choices(KEYS, k=chance.randint(0, 2))
        terminal.press(*keys)
        end = time.monotonic() + chance.uniform(0.01, 0.4)
        while (left := end - time.monotonic()) > 0:
            terminal.pause(left)
        if terminal.process.poll() is not None:
            raise EndedError(f"resize {number + 1} of seed {seed}, to {size}, and {keys}: {terminal.left()}")


def calm(terminal: Terminal) -> None:
    """After it: the wizard shows what it should, answers, and leaves. Raises AssertionError where it does not."""
    terminal.resize(*CALM)
    terminal.press("\x1b")  # the palette looks for news all the time, and so never rests
    while not terminal.settled().splitlines()[-1].startswith("PgDn next"):  # something is over the wizard
        terminal.press("\x1b")
    before = terminal.display()
    terminal.press("\x0c")
    assert terminal.settled() == before, "drawn anew, the screen is another one"
    while "Where will it be trained?" not in terminal.settled():
        terminal.press("PPage")
    terminal.go(6)
    terminal.press("C-q")
    assert terminal.left() == 0


def main() -> None:
    """One storm, and what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resizes", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        terminal = Terminal(WIZARD, folder, environment(folder), CALM)
        try:
            terminal.shows("Where will it be trained?")
            begun = time.monotonic()
            try:
                storm(terminal, options.resizes, options.seed)
            except EndedError:
                print("".join(file.read_text(encoding="utf-8") for file in folder.rglob("defect.txt")))
                raise
            took = time.monotonic() - begun
            calm(terminal)
        finally:
            terminal.close()
        defects = list(folder.rglob("defect.txt"))
    assert not defects
    print(f"{options.resizes} resizes in {took:.0f} s, seed {options.seed}: {len(terminal.sent) / 2**20:.1f} MiB sent")
    print("nothing was raised; it answered afterwards, showed what it should, and left with 0")


if __name__ == "__main__":
    main()
