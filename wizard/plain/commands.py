"""The words that work at every prompt, and where an answer leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from wizard.domain.errors import InputError
from wizard.fit.search import PREFERENCES
from wizard.output.launch.catalogue import KINDS as LAUNCHES
from wizard.questions import steps


@dataclass(frozen=True, slots=True)
class Move:
    """Where it goes on. `again`: the same question, because what it asks about has changed. `write`: to the review.

    `more`: to the folded questions of the step.
    """

    kind: Literal["next", "back", "again", "step", "more", "write", "quit", "done"]
    step: int = 0


NEXT = Move("next")
BACK = Move("back")
AGAIN = Move("again")
WRITE = Move("write")
QUIT = Move("quit")
DONE = Move("done")
MORE = Move("more")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed. `literal`: as text, whatever it looks like."""

    text: str
    literal: bool = False

    def number(self) -> int | None:
        """The number of an answer in a list, counted from 1."""
        return int(self.text) if not self.literal and re.fullmatch(r"[0-9]{1,4}", self.text) else None


ORDERS = {
    "?": "explains this question",
    "back": "to the question before",
    "step 4": "to a step, 1 to {last}",
    "more": "to the questions of this step that are asked only then: schedule, checkpoints, logs and others",
    "fix": "takes the first fix",
    "fix all": "takes every safe fix, and those that follow from them",
    "undo": "undoes the last change",
    "redo": "does again what was undone",
    "memory": "what needs the memory, phase by phase, and what could save",
    "fit": "what would fit best, and what each change saves or costs; fit speed and fit length prefer those",
    "take best": "takes what fits best",
    "data": "how long the rows are, what is cut and padded, steps and hours of an epoch",
    "findings": "what is wrong or doubtful, and how to fix it",
    "dismiss": "tells no more what the last run died of",
    "yaml": "the file as it would be written",
    "launch slurm": "writes what starts the run, beside the config: accelerate, torchrun, ray, slurm or sky",
    "keys warmup": "tells the keys of Axolotl that have these words in their name or meaning",
    "explain lora": "tells a word, a rule or a key in full",
    "key trl.beta": "tells what a key takes, what stands there and from where",
    "set seed 42": "sets any key, a nested one too; its value is written as YAML has it",
    "unset seed": "takes a key out",
    "edit": "opens the file in $EDITOR, and takes what it says then",
    "write": "to the end, where the file is written",
    "quit": "leaves; nothing is written",
    "help": "tells these words",
}


KINDS = {"fit": PREFERENCES, "launch": tuple(LAUNCHES)}
"""Words that another word may follow."""


@dataclass(frozen=True, slots=True)
class Order:
    """A word of ORDERS; `step` is the place of `step 4`, `kind` that of `launch slurm` or `fit speed`.

    `key` and `text`: those of `set seed 42`; of `keys` the words.
    """

    word: str
    step: int = 0
    kind: str = ""
    key: str = ""
    text: str = ""


def order(line: str, places: tuple[int, ...]) -> Order | None:
    """The order that was typed, None where it is an answer. `places`: the steps that arise.

    A step is told by its number among them or by its name. Raises InputError for a step or a key that is none.
    """
    if match := re.fullmatch(r"(?i:(set|unset|keys?|explain))(?:\s+(.*))?", line.strip()):
        return _on_keys(match[1].lower(), match[2] or "")
    said = " ".join(line.lower().split())
    if match := re.fullmatch(r"step(?: ([0-9]{1,4}))?", said):
        number = int(match[1] or 0)
        if not 1 <= number <= len(places):
            raise InputError(f"Type step and a number from 1 to {len(places)}: step 4.")
        return Order("step", places[number - 1])
    place = steps.named(said.removeprefix("step ")) if said.startswith("step ") else None
    if place is not None and place in places:
        return Order("step", place)
    word, _, kind = said.partition(" ")
    if word in KINDS and kind in KINDS[word]:
        return Order(word, kind=kind)
    return Order(said) if said in ORDERS else None


def _on_keys(word: str, rest: str) -> Order:
    """`keys words`, `key name`, `explain word`, `set name value`, `unset name`."""
    if word == "keys" or (word == "explain" and rest.strip()):
        return Order(word, text=rest)
    if word == "explain":
        raise InputError("Type explain and a word, a rule or a key: explain lora.")
    way = r"([^\s=]+)(?:\s*=|\s(?!\s*=))\s*(\S.*)" if word == "set" else r"(\S+)()"
    found = re.fullmatch(way, rest.strip())
    if found is None:
        value = ", then its value: set seed 42" if word == "set" else ""
        raise InputError(f"Type {word} and the name of a key{value}.")
    return Order(word, key=found[1], text=found[2])
