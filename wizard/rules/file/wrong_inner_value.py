"""MW812."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, fsdp, plugins
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.shapes import Misfit, Steps, misfits, written
from wizard.rules.file._common import at, place, put
from wizard.rules.registry import Rule, Subject, rule

_RANGED = ("diffusion", "hatchery")
_APART = (("llmcompressor", "recipe"), ("export", "quantize"))

_TAKEN: dict[Steps, tuple[object, ...]] = {("mora", "mora_type"): (1, 6)}
"""Old values that a validator translates (0.19.0 integrations/mora/args.py)."""


@rule(
    "MW812",
    "wrong-inner-value",
    "error",
    fix="unsafe",
    quotes=("Input should be", "List should have", "Field required", "Extra inputs"),
)
def wrong_inner_value(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A list or a block with something inside that the field does not take, or a number out of its bounds.

    What it checks
        The entries of lists and the keys of blocks, such as `datasets`, `trl` or `fsdp_config`, at every depth,
        against the inner shape of their field in Axolotl's schema or a listed plugin's, and numbers against their
        bounds. An entry of `datasets` is held against the model that reads it under this `rl`.

    Why it matters
        Axolotl refuses the file with a message of its schema, after the minutes it takes to import everything.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: chat_template
                train_on_eot: turns

        Good:
            datasets:
              - path: data.jsonl
                type: chat_template
                train_on_eot: turn

    Fix
        Write what the message names. Where one of a fixed list of words is near, it takes its place. Not safe: the
        setting begins to work.

    Source
        axolotl 0.19.0 utils/schemas/config.py and the models it is made of (executed)
    """
    plan, shapes = subject.plan, plugins.shapes_of(subject.plan)
    for key, value in plan.values.items():
        field = find(key, subject.axolotl) if value is not None and key in shapes else None
        if field is None or not field.accepts(value):
            continue
        if key in datasets.KEYS and value:
            found = datasets.misfits(plan, key)
        else:
            block = fsdp.named_as_the_schema(plan) if key == "fsdp_config" else value
            found = misfits(shapes[key], block) if not isinstance(value, str) else []
        for one in found:
            if _told_apart(plan, key, one):
                continue
            where = f"{key}, {place(one.steps)}" if one.steps else key
            message = f"{where}: Axolotl takes {one.wanted} here: it refuses the file"
            fix = _fix(plan, key, one)
            if fix is not None:
                message += f"; did you mean {fix.says.rpartition(': ')[2]}?"
            yield self.finding(message, written(key, one.steps), plan=plan, fix=fix)


def _told_apart(plan: Plan, key: str, wrong: Misfit) -> bool:
    """Whether another rule tells of it, MW578, MW575 or MW870, or a validator of the block takes it all the same."""
    if wrong.bound:
        return key in _RANGED
    way = (key, *wrong.steps)
    return way in _APART or at(plan.values[key], wrong.steps) in _TAKEN.get(way, ())


def _fix(plan: Plan, key: str, wrong: Misfit) -> Fix | None:
    """The nearest of a fixed list of words in the place of what is written."""
    now = at(plan.values[key], wrong.steps)
    words = tuple(one for one in wrong.allowed if isinstance(one, str))
    near = closest(now.lower(), words, 0.6) if isinstance(now, str) and words else None
    if near is None:
        return None
    return Fix({key: put(plan.values[key], wrong.steps, near)}, "unsafe", f"{written(key, wrong.steps)}: {near}")
