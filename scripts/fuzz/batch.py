"""Some inputs in one forked child after the other: what hangs, or takes its process down, costs that child alone."""

from __future__ import annotations

import json
import os
import select
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.fuzz.judge import apart, emptied, faults, here
from scripts.fuzz.readers import case

PATIENCE = 600.0
"""Seconds that one input may take by the clock, on a machine that does other things as well."""
EVERY = 500
"""One of so many inputs is judged in a process of its own too."""


@dataclass(frozen=True)
class Done:
    """How many inputs each reader got, how they ended (reader and code), and what was wrong, a line each.

    `apart`: so many of them in processes of their own too. `slowest`: seconds of processor time.
    """

    inputs: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, int]] = field(default_factory=Counter)
    apart: int = 0
    wrong: tuple[str, ...] = ()
    slowest: float = 0.0

    def and_of(self, more: Done) -> Done:
        """Both."""
        inputs = self.inputs + more.inputs
        codes = self.codes + more.codes
        return Done(inputs, codes, self.apart + more.apart, self.wrong + more.wrong, max(self.slowest, more.slowest))

    def as_row(self) -> dict[str, Any]:
        """The counts as plain data."""
        codes = Counter[int]()
        for (_, code), count in self.codes.items():
            codes[code] += count
        ended = {str(code): count for code, count in sorted(codes.items())}
        told = {"wrong": len(self.wrong), "slowest_seconds": round(self.slowest, 1)}
        return {"inputs": dict(sorted(self.inputs.items())), "apart": self.apart, "codes": ended, **told}


def warm() -> None:
    """Import and load once what every child needs."""
    from wizard.cli import COMMANDS
    from wizard.knowledge.models.catalogue import catalogue

    for name in COMMANDS:
        __import__(f"wizard.cli.{name}")
    catalogue()
    with tempfile.TemporaryDirectory() as folder, emptied(Path(folder) / "warm") as inner:
        here(case("YAML of a config", 0, 0), inner)


def batch(seed: int, wanted: Sequence[tuple[str, int]]) -> Done:
    """All of these inputs, by (reader, number)."""
    warm()
    total, left = Done(), list(wanted)
    while left:
        done, ended = _child(seed, left)
        total = total.and_of(done)
        left = left[sum(done.inputs.values()) :]
        if ended and left:  # the first of them took the child down
            name, number = left.pop(0)
            total = total.and_of(Done(Counter({name: 1}), Counter(), 0, (f"{name} {number}: {ended}",)))
    return total


def _child(seed: int, wanted: list[tuple[str, int]]) -> tuple[Done, str]:
    """What a child told of the inputs, and how it ended where it did not see the last of them."""
    source, sink = os.pipe()
    child = os.fork()
    if not child:
        os.close(source)
        with os.fdopen(sink, "w") as told:
            _judge_all(seed, wanted, told.fileno())
        os._exit(0)
    os.close(sink)
    total, rest, ended = Done(), b"", ""
    while True:
        if not select.select([source], [], [], PATIENCE)[0]:
            os.kill(child, signal.SIGKILL)
            ended = f"hang: no answer in {PATIENCE:.0f} s"
            break
        got = os.read(source, 1 << 16)
        if not got:
            break
        *lines, rest = (rest + got).split(b"\n")
        for line in lines:
            row = json.loads(line)
            name, ended_with = row["reader"], Counter({(row["reader"], row["code"]): 1})
            one = Done(Counter({name: 1}), ended_with, row["apart"], tuple(row["wrong"]), row["seconds"])
            total = total.and_of(one)
    os.close(source)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return total, ended or (f"died: {status}" if status else "")


def _judge_all(seed: int, wanted: list[tuple[str, int]], told: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, number in wanted:
            one, seconds, code, also = case(name, seed, number), 0.0, 99, number % EVERY == 0
            try:
                with emptied(Path(folder) / str(number)) as inner:
                    answer = here(one, inner)
                    wrong, seconds, code = faults(one, answer), answer.seconds, answer.code
                if also and not {"probe", "check", "estimate"} & set(one.arguments) & (
                    {"answers.jsonl"} & set(one.files)
                ):
                    with emptied(Path(folder) / f"{number}-apart") as inner:
                        wrong += [f"apart: {fault}" for fault in faults(one, apart(one, inner))]
            except Exception:
                wrong = [f"the judge itself: {' | '.join(traceback.format_exc().splitlines()[-3:])}"]
            row = {
                "reader": name,
                "apart": int(also),
                "seconds": seconds,
                "code": code,
                "wrong": [f"{name} {number}: {fault}" for fault in wrong],
            }
            os.write(told, json.dumps(row).encode() + b"\n")
