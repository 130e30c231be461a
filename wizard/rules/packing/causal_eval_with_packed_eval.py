"""MW411."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW411",
    "causal-eval-with-packed-eval",
    "error",
    fix="unsafe",
    keys=("do_causal_lm_eval",),
    quotes="do_causal_lm_eval is enabled, eval_sample_packing must be set to False",
)
def causal_eval_with_packed_eval(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`do_causal_lm_eval` while evaluation is packed.

    What it checks
        `do_causal_lm_eval` is on and `eval_sample_packing` is on, or is not written beside `sample_packing`,
        which turns it on.

    Why it matters
        The metrics compare generated answers row by row, and packed rows can't be told apart. Axolotl
        refuses the config.

    Example
        Bad:
            sample_packing: true
            do_causal_lm_eval: true
            val_set_size: 0.1

        Good:
            sample_packing: true
            eval_sample_packing: false
            do_causal_lm_eval: true
            val_set_size: 0.1

    Fix
        `eval_sample_packing: false`. Unsafe: evaluation takes more steps and is laid out another way in memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:505 (executed)
    """
    plan = subject.plan
    if not plan.get("do_causal_lm_eval"):
        return
    follows = (
        plan.get("eval_sample_packing") is None
        and early.is_set(plan, "sample_packing")
        and not plan.get("eval_table_size")
    )
    if not early.is_set(plan, "eval_sample_packing") and not follows:
        return
    message = "do_causal_lm_eval needs eval_sample_packing: false: Axolotl refuses packed rows there"
    fix = Fix({"eval_sample_packing": False}, "unsafe", "eval_sample_packing: false")
    yield self.finding(message, "do_causal_lm_eval", "eval_sample_packing", "sample_packing", plan=plan, fix=fix)
