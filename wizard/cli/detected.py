"""What a data file that a command names is taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.cli.echo import echo
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.axolotl.forms.answer import Answer
    from wizard.domain.head import Head
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


def fields_of(path: str, plan: Plan, *, sees: bool) -> dict[str, object]:
    """The fields of a plan that train on a file. `sees`: the model reads images.

    Raises InputError where that is not certain, after what there is to choose was told.
    """
    import json

    from wizard.axolotl.forms.answer import Detected, Unsure
    from wizard.axolotl.forms.detect import whole
    from wizard.axolotl.packing import pretraining_dataset
    from wizard.axolotl.rewards import scoring
    from wizard.axolotl.template_choice import beside

    answer, head = detected(path, plan)
    if isinstance(answer, Unsure):
        for one in whole(answer, head):
            entries = json.dumps([dict(one.entry)], ensure_ascii=False).replace("'", "'\\''")
            echo(f"# {one.label}\n--set datasets='{entries}'", err=True)
        raise InputError(f"{answer.question} Choose one of the above, in place of --data", file=path)
    if not isinstance(answer, Detected):
        raise InputError("its form is not known; name it with --set datasets=...", file=path)
    streamed = pretraining_dataset(plan) and not plan.get("datasets")
    block = "pretraining_dataset" if streamed else "datasets"
    asked = beside(answer, plan, sees=sees)
    lost = [name for name in scoring(plan) if name in answer.unread]
    if lost and "trl" in asked:
        echo(f"{path}: {' and '.join(lost)} can't score answers to its rows, so they are left out", err=True)
    return {block: [dict(answer.entry)], **asked}


def shows_images(head: Head | None, plan: Plan) -> bool:
    """Whether the rows that a head is of hold images."""
    from wizard.axolotl.dataset_types import reading
    from wizard.axolotl.forms.answer import Detected
    from wizard.axolotl.forms.detect import detect
    from wizard.axolotl.turns import chat_template

    answer = detect(head, reading(plan), chat_template(plan) or "") if head is not None else None
    return isinstance(answer, Detected) and "processor_type" in answer.settings
