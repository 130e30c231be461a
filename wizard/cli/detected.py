"""What a data file that a command names is taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.cli.echo import echo
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.axolotl.forms.answer import Answer, Detected, Unsure
    from wizard.domain.head import Head
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan


def detected(path: str, plan: Plan) -> tuple[Answer | None, Head]:
    """What a file is taken for under this plan, and its head.

    Raises InputError where there is none, or nothing reads it.
    """
    from wizard.axolotl.dataset_types import reading
    from wizard.axolotl.forms.answer import Unusable
    from wizard.axolotl.forms.detect import detect
    from wizard.axolotl.turns import chat_template
    from wizard.output.text.recast import way
    from wizard.world.rowhead import head

    found = head(path)
    if found.state == "missing":
        raise InputError("there is no such file", file=path)
    training = reading(plan)
    answer = detect(found, "rewards" if training == "own" else training, chat_template(plan) or "")
    if isinstance(answer, Unusable):
        ways = _function(path) if training in ("rewards", "own") else way(path, answer.recast)
        raise InputError(f"{answer.why}; {ways}" if ways else answer.why, file=path, line=answer.line)
    return answer, found


def _function(path: str) -> str:
    """What else reads rows for rewards."""
    own = f"--set datasets='[{{path: {path}, type: rewards.prompts}}]'"
    return f"or name a function of yours that makes prompts of them, {own}"


def read_as(path: str, plan: Plan, *, form: int | None = None) -> Detected:
    """How a plan reads the rows of a file. `form`: which of the answers is meant.

    Raises InputError where that is not certain, after what there is to choose was told.
    """
    from wizard.axolotl.forms.answer import Detected, Unsure

    answer, head = detected(path, plan)
    if isinstance(answer, Unsure):
        answer = _chosen(answer, head, form)
    elif form is not None:
        raise InputError("how its rows are read is certain: leave --form out", file=path)
    if not isinstance(answer, Detected):
        why = f"{head.why}, so its form is not known" if head.state == "unread" else "its form is not known"
        raise InputError(f"{why}; name it with --set datasets=...", file=path)
    return answer


def fields_of(answer: Detected, path: str, plan: Plan, model: Model | None) -> dict[str, object]:
    """The fields of a plan that train a model on a file whose rows are read so."""
    from wizard.axolotl.packing import pretraining_dataset
    from wizard.axolotl.rewards import scoring
    from wizard.axolotl.template_choice import beside

    streamed = pretraining_dataset(plan) and not plan.get("datasets")
    block = "pretraining_dataset" if streamed else "datasets"
    asked = beside(answer, plan, model)
    lost = [name for name in scoring(plan) if name in answer.unread]
    if lost and "trl" in asked:
        echo(f"{path}: {' and '.join(lost)} can't score answers to its rows, so they are left out", err=True)
    return {block: [dict(answer.entry)], **asked}


def _chosen(asked: Unsure, head: Head, form: int | None) -> Detected:
    """The answer of this number. Raises InputError where there is none, after all of them were told."""
    from wizard.axolotl.forms.detect import whole
    from wizard.domain.text import plain

    found = whole(asked, head)
    if form is not None and form <= len(found):
        return found[form - 1]
    for number, one in enumerate(found, 1):
        echo(plain(f"--form {number}  {one.label}"), err=True)
    none = f"there is no --form {form}. " if form is not None else ""
    raise InputError(f"{none}{asked.question} Add one of the above to the command", file=head.path)


def lost_on(model: Model | None, head: Head | None, plan: Plan) -> str:
    """That images or sound of the rows that a head is of are lost on a model; empty where they are not."""
    from wizard.axolotl.dataset_types import reading
    from wizard.axolotl.forms.answer import Detected
    from wizard.axolotl.forms.detect import detect
    from wizard.axolotl.template_choice import lost
    from wizard.axolotl.turns import chat_template

    answer = detect(head, reading(plan), chat_template(plan) or "") if head is not None else None
    if head is None or not isinstance(answer, Detected):
        return ""
    return lost(answer, model, head.path, plan.get("base_model"))
