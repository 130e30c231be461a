"""The keys that are pressed, in their order, and what each answer is counted as."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.wire import figures as of
from benchmarks.wire.figures import Sample
from benchmarks.wire.terminal import Answer, Child, Kind
from wizard.questions.batch import BATCH
from wizard.questions.question import Choice, Situation, TypedQuestion
from wizard.questions.steps import STEPS
from wizard.world.models import resolve
from wizard.world.presets import preset
from wizard.world.recorded import recorded

PAGE_DOWN, PAGE_UP, DOWN, UP, END = b"\x1b[6~", b"\x1b[5~", b"\x1b[B", b"\x1b[A", b"\x1b[F"
BACKSPACE, ESCAPE, PALETTE_KEY, F8, F9 = b"\x7f", b"\x1b", b"\x10", b"\x1b[19~", b"\x1b[20~"

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


def run(program: Program, kind: Kind, seconds: float, quiet: float) -> list[Sample]:
    """Start it in an empty folder, press every key, leave it idle for some seconds, end it."""
    with (
        tempfile.TemporaryDirectory(prefix="wire-") as folder,
        Child(program.command, kind, Path(folder), quiet) as child,
    ):
        return list(_tour(child, program, seconds))


GPUS = (sys.executable, "-m", "wizard", "--gpu", "8xh100-80gb", "--preset", PRESET)
_CHAT = "".join(
    json.dumps({"messages": [{"role": "user", "content": f"What is {n} and {n}?"},
                             {"role": "assistant", "content": f"It is {2 * n}."}]}) + "\n" for n in range(20)
)  # fmt: skip


def run_more(kind: Kind, quiet: float) -> list[Sample]:
    """The wizard on eight GPUs, beside a data file: every screen that the first tour does not see."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        Path(folder, "chat.jsonl").write_text(_CHAT, encoding="utf-8")
        with Child(GPUS, kind, Path(folder), quiet) as child:
            return list(_more(child))


def _more(child: Child) -> Iterator[Sample]:
    child.first(SLOW)
    for _ in range(2):
        child.press(PAGE_DOWN, SLOW)
    yield _sample(of.DIVISION, child.press(PAGE_DOWN, SLOW))
    child.press(PAGE_DOWN, SLOW)
    yield _sample(of.MORE, child.press(F9, SLOW))
    yield _sample(of.KEYS_SCREEN, child.press(F8, SLOW))
    for letter in b"warm":
        yield _sample(of.SOUGHT, child.press(bytes([letter]), SLOW))
    child.press(ESCAPE, SLOW)
    child.press(PAGE_DOWN, SLOW)
    *begin, last = b"chat.jsonl"
    for letter in begin:
        child.press(bytes([letter]))
    yield _sample(of.ROWS, child.press(bytes([last]), SLOW))
    yield from _learned(child)
    for _ in range(4):
        child.press(PAGE_UP, SLOW)
    for letter in b"owner/none":
        child.press(bytes([letter]))
    yield _sample(of.STRANGER, child.press(b"\r", SLOW))


def _learned(child: Child) -> Iterator[Sample]:
    """To the question on what is learned of a row: all of it, and the answers again."""
    for _ in range(3):
        child.press(b"\t")
    for key in (DOWN, UP):
        child.press(key)
        yield _sample(of.RELEARNED, child.press(b" ", SLOW))


def start(program: Program, kind: Kind) -> None:
    """Start it once and end it: the next start finds its files read and compiled."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder, Child(program.command, kind, Path(folder)) as child:
        child.first(SLOW)


def _tour(child: Child, program: Program, seconds: float) -> Iterator[Sample]:
    yield _sample(of.FIRST, child.first(SLOW))
    for _ in range(program.before + program.after):
        yield _sample(of.STEP, child.press(PAGE_DOWN))
    for _ in range(program.after):
        child.press(PAGE_UP)
    yield from _digits(child)
    if seconds:
        yield Sample(of.IDLE, child.idle(seconds), None)  # in a number box, where a cursor could blink
    for _ in range(program.numbers):
        yield _sample(of.TAB, child.press(b"\t"))
    for key in (DOWN, UP) * ARROWS:
        yield _sample(of.ARROW, child.press(key))
    for _ in range(program.choices - 1):
        yield _sample(of.TAB, child.press(b"\t"))
    for _ in range(PALETTES):
        yield _sample(of.PALETTE, child.press(PALETTE_KEY, SLOW))
        child.press(ESCAPE, SLOW)


def _digits(child: Child) -> Iterator[Sample]:
    """In the first number box, which says 2048: the 8 again and again, then a fifth digit again and again."""
    child.press(END)
    for _ in range(DIGITS):
        child.press(BACKSPACE)
        yield _sample(of.DIGIT, child.press(b"8"))
    for number in range(DIGITS):
        yield _sample(of.FLIP, child.press(str(number).encode()))
        child.press(BACKSPACE)


def _sample(event: str, answer: Answer) -> Sample:
    return Sample(event, answer.size, answer.milliseconds)
