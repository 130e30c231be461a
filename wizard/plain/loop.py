"""The whole dialogue: the greeting, an unfinished one to go on with, then step after step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wizard.plain.commands import Move
from wizard.plain.console import Voice
from wizard.plain.dialogue import Outcome, Talk
from wizard.plain.help_text import GREETING, SHORTLY, help_lines
from wizard.plain.opening_prompts import FileStop, MachineStop, ModelStop, PresetStop
from wizard.plain.prompts import ChoiceStop, EntryStop, Stop
from wizard.plain.render import counted, verdict
from wizard.plain.writing import ReviewStop
from wizard.questions.question import Choice
from wizard.questions.steps import STEPS
from wizard.session.draft import Draft
from wizard.session.opening import Opening
from wizard.session.ports import Outside


def local_time() -> str:
    """The present time with its zone, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def run(
    opening: Opening,
    outside: Outside,
    *,
    read: Callable[[str], str],
    say: Callable[[str], None],
    ascii: bool = False,  # noqa: A002
    now: Callable[[], str] = local_time,
) -> Outcome:
    """Ask until the file is written or the person leaves.

    `read` shows a prompt and gives a line; its EOFError and KeyboardInterrupt are passed on. `say` shows one line
    of at most 79 columns. `ascii`: nothing but ASCII is said. `now`: the time, for the draft.
    """
    talk = Talk(opening, outside, Voice(read, say, ascii=ascii), now)
    talk.tell(*GREETING, *(help_lines() if opening.first else [SHORTLY]), hang=0)
    if _opened(talk):
        _converse(talk)
    return talk.outcome or Outcome(kept=talk.kept)


def _opened(talk: Talk) -> bool:
    """Go on with the latest draft, or start anew; False where the person leaves."""
    if talk.opening.drafts:
        draft = talk.opening.drafts[0]
        talk.tell("", *_described(draft), hang=0)
        agreed = talk.opening.resume or talk.agrees("Go on with it?", lambda: _described(draft), usual=True, aside=True)
        if isinstance(agreed, Move):
            talk.kept = True
            return False
        if agreed and talk.resume(draft):
            return True
    talk.start()
    return True


def _described(draft: Draft) -> list[str]:
    return [f"There is unfinished work, left on {draft.when}: {draft.begun}, to be written to {draft.target}."]


def stops() -> list[Stop]:
    """Every question in its order."""
    found: list[Stop] = [MachineStop(), PresetStop(), FileStop(), ModelStop()]
    for number, step in enumerate(STEPS):
        found += [
            ChoiceStop(number, question) if isinstance(question, Choice) else EntryStop(number, question)
            for question in step.questions
        ]
    return [*found, ReviewStop()]


def _converse(talk: Talk) -> None:
    """From question to question until the end."""
    every = stops()
    place, by, heard = _first(every, talk.step), 1, -1
    while True:
        stop = every[place]
        if not stop.applies(talk) or (by < 0 and isinstance(stop, FileStop)):
            place += by
            continue
        if stop.step != heard:
            heard = stop.step
            _head(talk, heard)
        move = stop.ask(talk)
        by = -1 if move.kind == "back" else 1
        if move.kind in ("quit", "done"):
            return
        if move.kind in ("step", "write"):
            place, heard = _first(every, move.step), -1
        elif move.kind == "back" and place == 0:
            talk.tell("This is the first question.")
        elif move.kind != "again":
            place += by


def _head(talk: Talk, number: int) -> None:
    """The step, and how things stand where something is chosen already."""
    talk.step, step = number, STEPS[number]
    talk.tell("", f"Step {number + 1} of {len(STEPS)}: {step.title}. {step.asks}", hang=0)
    if number > 0:
        lines = verdict(talk.last)
        last = number == len(STEPS) - 1
        hear = " Type findings to hear them." if talk.last.findings and (last or number == 1) else ""
        talk.tell(*(lines if last else lines[:1]), f"Findings: {counted(talk.last)}.{hear}")


def _first(every: list[Stop], step: int) -> int:
    return next(place for place, stop in enumerate(every) if stop.step == step)
