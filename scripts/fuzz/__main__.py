"""`python -m scripts.fuzz --inputs N | --seconds N [--seed S] [--only READER [--number N]] [--record]`.

Every input is judged in a forked child, which is killed where it does not come back; one of 500 is judged in a process
of its own too. Prints what is wrong, with the number that makes it again, and how many inputs each reader got. Stopped,
it ends after a batch.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from itertools import accumulate
from pathlib import Path
from random import Random

from scripts.fuzz.batch import Done, batch
from scripts.fuzz.case import as_row
from scripts.fuzz.readers import READERS, case

RECORD = Path(__file__).with_name("record.json")
_SIZE = 200


def chosen(seed: int, begin: int, only: str | None) -> list[tuple[str, int]]:
    """The inputs of a batch: readers by their weights, each input with a number of its own."""
    names = [only] if only is not None else list(READERS)
    weights = list(accumulate(READERS[name][1] for name in names))
    dice = Random(f"{seed}/batch/{begin}")
    return [(name, begin + place) for place, name in enumerate(dice.choices(names, cum_weights=weights, k=_SIZE))]


def main() -> int:
    """Fuzz until it is enough; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="scripts.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--begin", type=int, default=0, help="the number of the first input")
    parser.add_argument("--only", choices=sorted(READERS))
    parser.add_argument("--number", type=int, help="one input of --only: print it, and judge it")
    parser.add_argument("--record", action="store_true", help=f"add the counts to {RECORD.name}")
    asked = parser.parse_args()
    if asked.number is not None:
        _say(json.dumps(as_row(case(asked.only, asked.seed, asked.number)), indent=1))
        done = batch(asked.seed, [(asked.only, asked.number)])
        _say(*done.wrong)
        return bool(done.wrong)
    begun, number, total = time.monotonic(), asked.begin, Done()
    stopped: list[int] = []
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda told, _: stopped.append(told))
    while number < asked.begin + asked.inputs and time.monotonic() - begun < asked.seconds and not stopped:
        done = batch(asked.seed, chosen(asked.seed, number, asked.only)[: asked.begin + asked.inputs - number])
        number += _SIZE
        total = total.and_of(done)
        _say(*done.wrong)
        sys.stderr.write(f"{sum(total.inputs.values()):,} inputs, {len(total.wrong)} wrong\n")
    _tell(total)
    if asked.record:
        runs = json.loads(RECORD.read_text()) if RECORD.exists() else []
        runs.append({"seed": asked.seed, "begin": asked.begin, **total.as_row()})
        RECORD.write_text(json.dumps(runs, indent=1) + "\n")
    return bool(total.wrong)


def _tell(total: Done) -> None:
    for name in READERS:
        ended = ", ".join(f"{code}: {count:,}" for (one, code), count in sorted(total.codes.items()) if one == name)
        _say(f"{total.inputs[name]:8,}  {name:30} exit codes {ended}")
    inputs = sum(total.inputs.values())
    _say(f"{inputs:8,}  in all, {total.apart} of them in processes of their own too; slowest {total.slowest:.1f} s")


def _say(*lines: str) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
