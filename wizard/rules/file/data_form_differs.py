"""MW846."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.dataset_types import reading
from wizard.axolotl.datasets import DatasetEntry
from wizard.axolotl.forms.answer import Answer, Detected, Unsure
from wizard.axolotl.forms.detect import detect
from wizard.axolotl.forms.misread import misread
from wizard.axolotl.packing import with_evaluation
from wizard.axolotl.turns import chat_template
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.rules.file._datafiles import KEYS, looked_at
from wizard.rules.registry import Rule, Subject, rule


@rule("MW846", "data-form-differs", "error", fix="unsafe", keys=KEYS, crashes=("KeyError", "Messages is null"))
def data_form_differs(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data file of another form than its type.

    What it checks
        Whether the columns, and the keys of messages, that a `type` and its fields read are those of the file, as its
        first rows have them.

    Why it matters
        The run stops at the first row, after the model's files were loaded.

    Example
        Bad:
            # rows.jsonl: {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            datasets:
              - path: rows.jsonl
                type: alpaca

        Good:
            # rows.jsonl: {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            chat_template: chatml
            datasets:
              - path: rows.jsonl
                type: chat_template

    Fix
        The entry that reads the file, where its form is certain. Safe where the type stays and only the names of
        columns change: nothing is computed without. Another type writes prompts otherwise.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/ (0.21.0 executed)
    """
    training, plan = reading(subject.plan), subject.plan
    for entry, head in looked_at(subject, "table"):
        why = misread(entry.values, head, training, subject.axolotl)
        if why is None:
            continue
        found = detect(head, training, chat_template(plan) or "")
        fix = _fix(plan, entry, found) if isinstance(found, Detected) else None
        asked = f"; {found.question[0].lower()}{found.question[1:]}" if isinstance(found, Unsure) else ""
        yield self.finding(f"{entry.path()}: {why}{_hint(found)}{asked}", entry.path("type"), plan=plan, fix=fix)


def _hint(found: Answer | None) -> str:
    return f"; its form is {found.label}" if isinstance(found, Detected) else ""


def _fix(plan: Plan, entry: DatasetEntry, found: Detected) -> Fix:
    listed = plan.get(entry.key)
    made: list[object] = list(listed) if isinstance(listed, list) else []
    made[entry.number] = _in_place(entry.values, found)
    same = entry.values.get("type") == found.entry.get("type")
    says = f"{entry.path()}: {found.says}"
    return Fix(
        {entry.key: made, **with_evaluation(found.settings, plan)},
        "safe" if same and not found.settings else "unsafe",
        says,
    )


def _in_place(old: dict[str, object], found: Detected) -> dict[str, object]:
    """The entry as it was, but for the keys of its form: their order stays, and `ds_type` only where it was."""
    made = {key: value for key, value in found.over(old).items() if key != "ds_type" or key in old}
    return {key: made[key] for key in [*(key for key in old if key in made), *(key for key in made if key not in old)]}
