"""Another kind of training, with the rows of the person's own file as it reads them."""

from __future__ import annotations

from wizard.axolotl import preference
from wizard.axolotl.forms.answer import Detected
from wizard.axolotl.forms.detect import made_for
from wizard.axolotl.kinds import kind_of
from wizard.domain.plan import REMOVE
from wizard.fit.kind import kind_changes
from wizard.knowledge.kinds import TrainingKind, kinds
from wizard.questions.aside import brought_back
from wizard.questions.question import Option, Situation
from wizard.questions.rows import data_entries, first_dataset, found_in, place_of, set_by


def to_kind(kind: TrainingKind, situation: Situation) -> dict[str, object]:
    """What a kind changes, with what it had when it was left, and the form of the person's file where it is certain."""
    plan = situation.plan
    now: dict[str, object] = {"rl": preference.rl(plan) or REMOVE}
    changes = kind_changes(kind, plan, situation.model)
    if not changes:
        return now
    changes |= brought_back(situation.aside, kind.name, plan)
    then = plan.changed(changes)
    found = found_in(Situation(then, situation.model, situation.machine, situation.head))
    if isinstance(found, Detected) and not found.reads_as(first_dataset(then)):
        changes |= set_by(then, found, situation.model)
    return {**now, **changes}


def made_for_another(situation: Situation) -> Option | None:
    """The kind of training that the rows of the only file are made for, where answers are imitated and it is another.

    None where it would not read them either.
    """
    plan, head = situation.plan, situation.head
    entries = data_entries(plan)
    if head is None or kind_of(plan) != "sft" or [place_of(one) for one in entries] != [head.path]:
        return None
    kind = kinds()[made_for(head)]
    changes = to_kind(kind, situation)
    then = Situation(plan.changed(changes), situation.model, situation.machine, head)
    if kind.name == "sft" or not isinstance(found_in(then), Detected):
        return None
    return Option(kind.label, f"{kind.about} (your file is made for it)", changes)
