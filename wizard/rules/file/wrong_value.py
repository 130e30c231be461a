"""MW803."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import plugins
from wizard.domain.finding import Finding
from wizard.domain.text import quoted
from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.knowledge.axolotl.old_forms import new_value
from wizard.knowledge.axolotl.settings import attention as attention_facts
from wizard.rules.registry import Rule, Subject, rule

_SHOWN = 40
_REQUIRED = ("base_model", "learning_rate")
"""Rules of their own say that these are not there."""

_STRIPPED = frozenset(attention_facts().legacy)
"""Axolotl takes the old attention flags out before it looks at types."""


@rule("MW803", "wrong-value", "error", quotes=("Input should be", "could not convert string to float"))
def wrong_value(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A value of a kind that the field does not take.

    What it checks
        Each top-level value against the types and the listed values of its field, as Axolotl's pydantic schema
        converts them: "8" is a number there, and yes and no are true and false.

    Why it matters
        Axolotl refuses the file with a message of its schema, after the minutes it takes to import everything.

    Example
        Bad:
            micro_batch_size: two
            gradient_accumulation_steps: 1

        Good:
            micro_batch_size: 2
            gradient_accumulation_steps: 1

    Fix
        Write a value of the kind that the message names.

    Source
        axolotl 0.19.0 utils/schemas/config.py and the models it is made of (executed)
    """
    plan = subject.plan
    known, ours = fields(subject.axolotl), plugin_fields(subject.axolotl)
    for key, value in plan.values.items():
        field = known.get(key) or ours.get(key)
        if (
            field is None
            or (field.accepts(value) and not _no_rate(key, value))
            or key in _STRIPPED
            or _told_apart(key, value)
            or (value is None and key in _REQUIRED)
        ):
            continue
        if field.plugin is not None and not plugins.listed(plan, field.plugin):
            continue  # dropped before anything looks at its value
        whole = quoted(value)
        shown = whole if len(whole) <= _SHOWN else whole[: _SHOWN - 1] + "…"
        wanted = "a number" if key == "learning_rate" else field.wanted()
        message = f"{key} is {shown}, where Axolotl takes {wanted}: it refuses the file"
        yield self.finding(message, key, plan=plan)


def _told_apart(key: str, value: object) -> bool:
    """Whether another rule says what to write: MW840 and MW838 of an older Axolotl's way, MW836, MW837, MW860."""
    listed = key == "pretraining_dataset" and isinstance(value, (str, dict)) and bool(value)
    word = key == "image_resize_algorithm" and isinstance(value, str)
    share = key == "warmup_steps" and isinstance(value, float) and 0 < value < 1
    block = key == "tokens" and isinstance(value, dict)
    return listed or word or share or block or bool(new_value(key, value))


def _no_rate(key: str, value: object) -> bool:
    """Whether it is a learning rate in words: the schema takes text, and a validator makes a number of it."""
    if key != "learning_rate" or not isinstance(value, str):
        return False
    try:
        float(value)
    except ValueError:
        return True
    return False
