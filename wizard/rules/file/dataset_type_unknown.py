"""MW820."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets
from wizard.axolotl.template_choice import suited
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule

_OTHERS = {"supervised": "supervised training", "ebft": "rl: ebft", "dpo": "rl: dpo", "kto": "rl: kto"}


@rule(
    "MW820",
    "dataset-type-unknown",
    "error",
    fix="unsafe",
    keys=datasets.KEYS,
    crashes=(
        "unhandled prompt tokenization strategy",
        "Failed to load dataset transform function for type",
        "has no attribute",
        "list index out of range",
    ),
)
def dataset_type_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset's type that the loader of this kind of training does not have.

    What it checks
        `type` of each dataset against the modules and functions that the loader finds: those of supervised training
        and reward models, of `rl: dpo` (which `ipo`, `simpo`, `grpo` and `gdpo` share), `kto`, `orpo` and `ebft`. A
        type with a point whose module is none of Axolotl's may be a module of yours: nothing is said of it.

    Why it matters
        Axolotl looks for it only when the data is loaded, after the model's tokenizer: "ValueError: unhandled prompt
        tokenization strategy", or "Failed to load dataset transform function for type".

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: chat_tempalte

        Good:
            datasets:
              - path: data.jsonl
                type: chat_template

        Bad:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intle

        Good:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel

    Fix
        The nearest type of this kind of training where one is near, with a chat template where it asks for one that
        the base model lacks. Not safe: rows are read as it says.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 prompt_strategies/ (dataset_types.json is generated from them),
        utils/data/wrappers.py and rl.py; types were loaded with 0.19.0 on a CPU (executed)
    """
    plan, types, kind = subject.plan, dataset_types(subject.axolotl), loading.loader(subject.plan)
    for entry in datasets.entries(plan):
        name = entry.type
        if not isinstance(name, str) or not name or name.startswith("sharegpt") or not loading.is_read(plan, entry):
            continue
        wrong = loading.unloadable(types, kind, name)
        if wrong is None:
            continue
        whose = "supervised training" if kind == "supervised" else f"rl: {loading.method(plan)}"
        end, fix = "the run stops when the data is loaded", None
        if wrong.of is not None:
            end += f"; it is one of {_OTHERS.get(wrong.of, f'rl: {wrong.of}')}"
        elif wrong.near is not None:
            end += f"; did you mean {wrong.near}?"
            changed = put(plan.values[entry.key], (entry.number, "type"), wrong.near)
            fix = _fix(plan, {entry.key: changed}, wrong.near)
        message = f"{entry.path('type')}: {whose} has no type {name}, {end}"
        yield self.finding(message, entry.path("type"), plan=plan, fix=fix)


def _fix(plan: Plan, changes: dict[str, object], near: str) -> Fix:
    """With the chat template that conversations ask of a base model without one."""
    template = suited(plan.changed(changes)) if near.startswith("chat_template") else {}
    also = f", chat_template: {template['chat_template']}" if isinstance(template.get("chat_template"), str) else ""
    return Fix({**changes, **template}, "unsafe", f"type: {near}{also}")
