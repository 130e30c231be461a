"""Random answers to a wizard, made from its questions as data, and what comes of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from wizard.cli.outside import RealOutside
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.machine import Machine
from wizard.knowledge.gpus import gpus
from wizard.knowledge.models.catalogue import catalogue
from wizard.questions import steps
from wizard.questions.question import Choice, Question, TypedQuestion
from wizard.questions.taking import taken
from wizard.session import answers, fixing
from wizard.session.conversation import Conversation
from wizard.session.opening import Opening
from wizard.session.results import Refused
from wizard.world.presets import preset
from wizard.world.recorded import recorded

TEXTS = ("1", "2", "3", "8", "16", "64", "0.05", "0", "512", "4096", "2e-5", "mine.jsonl", "some/data", "./there")
OPENED_WITH = ("qlora-24gb", "lora-24gb", "full-24gb", "dpo-qlora-24gb", "fsdp2-qlora-2x24gb")
MACHINES = ("rtx-4090", "t4", "2xa100-80gb")


class Noted(RealOutside):
    """The real outside on a recorded machine; notes what becomes of the draft: its content, None where forgotten."""

    def __init__(self, demo: str) -> None:
        super().__init__()
        self.here = replace(recorded(demo), origin="probed", name=None)
        self.drafts_kept: list[Mapping[str, object] | None] = []

    def probe(self) -> Machine:
        return self.here

    def keep(self, draft: Mapping[str, object]) -> None:
        self.drafts_kept.append(draft)

    def forget(self) -> None:
        self.drafts_kept.append(None)


@dataclass(frozen=True)
class Act:
    """What a person does once. `step`: where; `place`: of an answer in its list; `text`: what is typed or named."""

    kind: str
    step: int = 0
    question: Question | None = None
    place: int = 0
    text: str = ""


@dataclass(frozen=True)
class Script:
    """How a wizard is opened, and what is done then. `own`: on a person's own file, which has what the preset has."""

    preset: str
    demo: str
    own: bool
    acts: tuple[Act, ...] = ()

    def opening(self, target: Path) -> Opening:
        """It begins so."""
        plan = preset(self.preset).plan
        if not self.own:
            return Opening(plan, None, self.preset, str(target))
        file = target.parent / "mine.yml"
        own = {**plan.values, "evals_per_epoch": 5, "seed": 7}
        file.write_text(f"# mine\n{yaml.safe_dump(own, sort_keys=False)}# the end\n", encoding="utf-8")
        opened, text = RealOutside().opened(str(file))
        return Opening(opened, None, None, str(target), file=str(file), text=text)


@dataclass(frozen=True)
class Came:
    """What came of it: the file, the findings, and the draft as it was before the file was written."""

    file: str
    findings: tuple[Finding, ...]
    draft: Mapping[str, object] | None

    @classmethod
    def of(cls, path: Path, findings: tuple[Finding, ...], outside: Noted) -> Came:
        """The draft without its time and the file's name, which differ."""
        *before, last = outside.drafts_kept
        assert last is None  # the file was written
        draft = before[-1] if before else None
        kept = {key: value for key, value in draft.items() if key not in ("saved", "target")} if draft else None
        return cls(path.read_text(encoding="utf-8"), findings, kept)


Make = Callable[[Conversation, random.Random], Act | None]


def script(seed: int, folder: Path, most: int = 8) -> Script:
    """A script of this number. A conversation without a face goes along, since an answer leads to other questions."""
    chance = random.Random(seed)
    begun = Script(chance.choice(OPENED_WITH), chance.choice(MACHINES), chance.random() < 0.3)
    outside = Noted(begun.demo)
    session = Conversation(begun.opening(folder / "axolotl.yml"), outside)
    session.machine_seen(outside.probe())
    acts = list[Act]()
    while len(acts) < most:
        (make,) = chance.choices(list(MAKERS), weights=list(MAKERS.values()))
        act = make(session, chance)
        if act is not None:
            perform(session, act)
            acts.append(act)
    return replace(begun, acts=tuple(acts))


def _answer(session: Conversation, chance: random.Random) -> Act | None:
    number, question = chance.choice([*steps.questions()])
    situation = session.situation
    if isinstance(question, Choice):
        found, now = session.review.findings, question.current(situation)
        others = [
            place
            for place, option in enumerate(question.options(situation))
            if place != now and not taken(option.changes, situation, found).closed
        ]
        return Act("choose", number, question, chance.choice(others)) if others else None
    value = question.read(session.state.plan)
    texts = [text for text in TEXTS if text != value and question.shown(situation) and _takes(question, text, session)]
    return Act("type", number, question, text=chance.choice(texts)) if texts else None


def _takes(entry: TypedQuestion, text: str, session: Conversation) -> bool:
    try:
        fields = entry.write(text, session.situation)
    except InputError:
        return False
    closed = taken(fields, session.situation, session.review.findings).closed and "datasets" not in fields
    return bool(fields) and not closed


def _machine(session: Conversation, chance: random.Random) -> Act:
    name = chance.choice([*gpus(), "24GiB", "2xa100-80gb", "4x8xh100-80gb"])
    return Act("machine", steps.position("machine"), text=name)


def _preset(session: Conversation, chance: random.Random) -> Act | None:
    if session.state.file is not None:
        return None  # a preset would replace it
    others = [one.name for one in session.outside.presets() if one.name != session.state.preset]
    return Act("preset", steps.position("machine"), text=chance.choice(others))


def _model(session: Conversation, chance: random.Random) -> Act:
    others = [name for name in catalogue() if name != session.state.plan.get("base_model")]
    return Act("model", steps.position("model"), text=chance.choice(others))


def _word(kind: str) -> Make:
    return lambda session, chance: Act(kind)


MAKERS: dict[Make, int] = {
    _answer: 12, _machine: 2, _preset: 1, _model: 1,
    _word("undo"): 3, _word("redo"): 2, _word("fix"): 2, _word("fix all"): 1,
}  # fmt: skip


def perform(session: Conversation, act: Act) -> None:
    """Do it, without a face."""
    if isinstance(act.question, Choice):
        changes = act.question.options(session.situation)[act.place].changes
        assert not isinstance(answers.take_fields(session, changes, "chosen"), Refused)
    elif act.question is not None:
        assert not isinstance(answers.take_text(session, act.question, act.text), Refused)
    elif act.kind == "machine":
        answers.name_machine(session, act.text)
    elif act.kind == "preset":
        answers.take_preset(session, preset(act.text))
    elif act.kind == "model":
        answers.take_model(session, act.text, *session.outside.model(act.text))
    else:
        words: dict[str, Callable[[], object]] = {
            "undo": session.undo, "redo": session.redo,
            "fix": lambda: fixing.fix(session), "fix all": lambda: fixing.fix_all(session),
        }  # fmt: skip
        words[act.kind]()
