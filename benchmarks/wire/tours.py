"""The keys that are pressed, in their order, and what each answer is counted as."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.wire.figures import ARROW, DIGIT, FIRST, FLIP, IDLE, PALETTE, STEP, TAB, Sample
from benchmarks.wire.terminal import Answer, Child, Kind
from wizard.questions.batch import BATCH
from wizard.questions.question import Choice, Situation, TypedQuestion
from wizard.questions.steps import STEPS
from wizard.world.models import resolve
from wizard.world.presets import preset
from wizard.world.recorded import recorded

PAGE_DOWN, PAGE_UP, DOWN, UP, END = b"\x1b[6~", b"\x1b[5~", b"\x1b[B", b"\x1b[A", b"\x1b[F"
BACKSPACE, ESCAPE, PALETTE_KEY = b"\x7f", b"\x1b", b"\x10"

MACHINE, PRESET = "rtx-4090", "qlora-24gb"
DIGITS = 10  # in a run, of each kind
ARROWS = 5  # down, and as many up
PALETTES = 3
SLOW = 0.4  # the start and the palette pause longer than other answers; a default cursor blinks after 0.5 s


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, the steps it has before and after the questions, and the questions of its page."""

    name: str
    command: tuple[str, ...]
    before: int
    after: int
    numbers: int
    choices: int


def _asked() -> tuple[dict[str, str], dict[str, list[str]]]:
    """What the Batch step asks at the start: what its number boxes say, and the answers of its choices."""
    plan = preset(PRESET).plan
    now = Situation(plan, resolve(str(plan["base_model"])), recorded(MACHINE))
    typed = [one for one in BATCH.questions if isinstance(one, TypedQuestion) and one.shown(now)]
    chosen = {one.title: one.options(now) for one in BATCH.questions if isinstance(one, Choice)}
    answers = {title: [option.label for option in options] for title, options in chosen.items() if options}
    return {one.title: one.read(plan) for one in typed}, answers


NUMBERS, CHOICES = _asked()
_BEFORE = STEPS.index(BATCH)
WIZARD = Program(
    "memwizard", (sys.executable, "-m", "wizard", "--demo", MACHINE, "--preset", PRESET),
    _BEFORE, len(STEPS) - 1 - _BEFORE, len(NUMBERS), len(CHOICES),
)  # fmt: skip
_FORM = (sys.executable, "-m", "benchmarks.wire.form", json.dumps([NUMBERS, CHOICES]))
FORM = Program("plain form", _FORM, 0, 0, len(NUMBERS), len(CHOICES))


def run(program: Program, kind: Kind, seconds: float) -> list[Sample]:
    """Start it in an empty folder, press every key, leave it idle for some seconds, end it."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder, Child(program.command, kind, Path(folder)) as child:
        return list(_tour(child, program, seconds))


def start(program: Program, kind: Kind) -> None:
    """Start it once and end it: the next start finds its files read and compiled."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder, Child(program.command, kind, Path(folder)) as child:
        child.first(SLOW)


def _tour(child: Child, program: Program, seconds: float) -> Iterator[Sample]:
    yield _sample(FIRST, child.first(SLOW))
    for _ in range(program.before + program.after):
        yield _sample(STEP, child.press(PAGE_DOWN))
    for _ in range(program.after):
        child.press(PAGE_UP)
    yield from _digits(child)
    if seconds:
        yield Sample(IDLE, child.idle(seconds), None)  # in a number box, where a cursor could blink
    for _ in range(program.numbers):
        yield _sample(TAB, child.press(b"\t"))
    for key in (DOWN, UP) * ARROWS:
        yield _sample(ARROW, child.press(key))
    for _ in range(program.choices - 1):
        yield _sample(TAB, child.press(b"\t"))
    for _ in range(PALETTES):
        yield _sample(PALETTE, child.press(PALETTE_KEY, SLOW))
        child.press(ESCAPE, SLOW)


def _digits(child: Child) -> Iterator[Sample]:
    """In the first number box, which says 2048: the 8 again and again, then a fifth digit again and again."""
    child.press(END)
    for _ in range(DIGITS):
        child.press(BACKSPACE)
        yield _sample(DIGIT, child.press(b"8"))
    for number in range(DIGITS):
        yield _sample(FLIP, child.press(str(number).encode()))
        child.press(BACKSPACE)


def _sample(event: str, answer: Answer) -> Sample:
    return Sample(event, answer.size, answer.milliseconds)
