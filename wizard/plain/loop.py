"""The whole dialogue: the greeting, an unfinished one to go on with, then step after step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from wizard.domain.text import sentence
from wizard.knowledge.axolotl.versions import of_plan
from wizard.plain.commands import Move
from wizard.plain.console import Voice
from wizard.plain.dialogue import Dialogue, Outcome
from wizard.plain.help_text import SHORTLY, greeting
from wizard.plain.opening_prompts import FileStop, MachineStop, ModelStop, PresetStop
from wizard.plain.prompts import ChoiceStop, EntryStop, Stop
from wizard.plain.render import counted, run_lines, verdict
from wizard.plain.writing import ReviewStop
from wizard.questions import steps
from wizard.questions.question import Choice
from wizard.session.conversation import Conversation
from wizard.session.draft import Draft
from wizard.session.keeping import local_time
from wizard.session.named_data import take_named
from wizard.session.opening import Opening
from wizard.session.ports import Outside
from wizard.session.results import Refused


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
    dialogue = Dialogue(Conversation(opening, outside, now), Voice(read, say, ascii=ascii))
    said = dialogue.all_words() if opening.first else [SHORTLY]
    dialogue.tell(*greeting(of_plan(opening.plan), len(dialogue.session.steps)), *said, hang=0)
    if not _opened(dialogue):
        return Outcome(kept=True)  # the draft waits
    _converse(dialogue)
    return dialogue.outcome


def _opened(dialogue: Dialogue) -> bool:
    """Go on with the latest draft, or start anew; False where the person leaves."""
    opening = dialogue.session.opening
    if opening.drafts:
        draft = opening.drafts[0]
        dialogue.tell("", *_described(draft), hang=0)
        told = partial(_described, draft)
        agreed = opening.resume or dialogue.agrees("Go on with it?", told, usual=True, aside=True)
        if isinstance(agreed, Move):
            return False
        if agreed and dialogue.resume(draft):
            return True
    dialogue.look()
    done = take_named(dialogue.session)
    if isinstance(done, Refused):
        dialogue.tell(f"Not taken: {sentence(done.reason)}")
    elif done is not None:
        dialogue.took(done, take=steps.where("data", dialogue.session.steps))
    return True


def _described(draft: Draft) -> list[str]:
    return [f"There is unfinished work, left on {draft.when}: {draft.begun}, to be written to {draft.target}."]


SPECIAL: dict[str, tuple[Callable[[int], Stop], ...]] = {
    "machine": (MachineStop, PresetStop, FileStop),
    "model": (ModelStop,),
    "review": (ReviewStop,),
}
"""What is asked at a step beside its questions, and before them."""


def stops() -> list[Stop]:
    """Every question in its order."""
    found = list[Stop]()
    for number, step in enumerate(steps.STEPS):
        special = [stop(number) for stop in SPECIAL.get(step.id, ())]
        asked: list[Stop] = [
            ChoiceStop(number, question) if isinstance(question, Choice) else EntryStop(number, question)
            for question in step.questions
        ]
        found += [*asked, *special] if step.id == steps.REVIEW.id else [*special, *asked]  # the file comes last
    return found


def _converse(dialogue: Dialogue) -> None:
    """From question to question until the end."""
    every = stops()
    place, by, heard = _first(every, dialogue.session.step), 1, -1
    while True:
        stop = every[place]
        if not stop.applies(dialogue) or (by < 0 and isinstance(stop, FileStop)):
            place += by
            continue
        if stop.step != heard:
            heard = stop.step
            _head(dialogue, heard)
        move = stop.ask(dialogue)
        by = -1 if move.kind == "back" else 1
        if move.kind in ("quit", "done"):
            return
        if move.kind == "more":
            place = _more(dialogue, every, place)
            continue
        if move.kind == "write":
            place, heard = len(every) - 1, -1  # past what more asks there
        elif move.kind == "step":
            place, heard = _first(every, move.step), -1
        elif move.kind == "back" and place == 0:
            dialogue.tell("This is the first question.")
        elif move.kind != "again":
            place += by


def _head(dialogue: Dialogue, number: int) -> None:
    """The step, and how things stand where something is chosen already."""
    dialogue.session.go(number)
    step, review, places = steps.STEPS[number], dialogue.session.review, dialogue.session.steps
    at = places.index(number) + 1
    dialogue.tell("", f"Step {at} of {len(places)}: {step.title}. {step.asks}", hang=0)
    if number > 0:
        lines, last = verdict(review), step.id == "review"
        hear = " Type findings to hear them." if review.findings and (last or number == 1) else ""
        dialogue.tell(*(lines if last else lines[:1]), f"Findings: {counted(review)}.{hear}")
        if last:
            dialogue.caution()
    dialogue.tell(*run_lines(dialogue.session.last_run, step, dialogue.unfolded))


def _more(dialogue: Dialogue, every: list[Stop], place: int) -> int:
    """The first folded question of the step, which are asked from now on; the same place where there is none."""
    step = every[place].step
    dialogue.unfolded.add(step)
    folded = [
        number for number, stop in enumerate(every)
        if stop.step == step and isinstance(stop, (ChoiceStop, EntryStop)) and stop.folded and stop.applies(dialogue)
    ]  # fmt: skip
    if not folded:
        dialogue.tell("This step has no further questions; keys and set reach every key.")
    return folded[0] if folded else place


def _first(every: list[Stop], step: int) -> int:
    return next(place for place, stop in enumerate(every) if stop.step == step)
