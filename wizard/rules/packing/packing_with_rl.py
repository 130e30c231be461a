"""MW414."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW414",
    "packing-with-rl",
    "error",
    fix="unsafe",
    keys=("rl",),
    quotes=("`sample_packing: true` does not work with RLHF training", "sample_packing is not supported with kto"),
)
def packing_with_rl(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows are packed in preference or reinforcement training.

    What it checks
        `rl` is set and `sample_packing` is on; for `rl: kto` also `eval_sample_packing`.

    Why it matters
        These trainers compare whole answers, a row each, and can't take packed rows. Axolotl refuses it.

    Example
        Bad:
            rl: dpo
            sample_packing: true

        Bad:
            rl: kto
            remove_unused_columns: false
            eval_sample_packing: true

        Good:
            rl: dpo

    Fix
        `sample_packing: false`. Unsafe: each row then costs a row's memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:708 and :716 (executed)
    """
    plan = subject.plan
    if not preference.rl(plan):
        return
    packed = early.is_set(plan, "sample_packing")
    packed_eval = preference.rl(plan) == "kto" and early.is_set(plan, "eval_sample_packing")
    if not packed and not packed_eval:
        return
    named = "sample_packing" if packed else "eval_sample_packing"
    message = f"{named} does not work with rl: {plan.shown('rl'):.20}: Axolotl refuses it"
    changes: dict[str, object] = {"sample_packing": False} if packed else {}
    if early.is_set(plan, "eval_sample_packing"):
        changes["eval_sample_packing"] = REMOVE
    yield self.finding(message, named, "rl", plan=plan, fix=Fix(changes, "unsafe", "no packing"))
