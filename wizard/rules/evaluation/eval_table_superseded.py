"""MW720."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag, integer
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW720",
    "eval-table-superseded",
    "warning",
    fix="unsafe",
    keys=("eval_table_size", "eval_max_new_tokens"),
    quotes=(
        "eval_table_size is deprecated and superseded by generate_samples",
        "eval_max_new_tokens is deprecated and superseded by generate_samples",
    ),
)
def eval_table_superseded(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_table_size` and `eval_max_new_tokens` gave way to `generate_samples`.

    What it checks
        Either key has a value.

    Why it matters
        Axolotl warns of them. Samples during training come from `generate_samples: true` now, with
        `num_generation_samples` and `generation_max_new_tokens`.

    Example
        Bad:
            val_set_size: 0.05
            eval_table_size: 5
            eval_max_new_tokens: 64

        Good:
            val_set_size: 0.05
            generate_samples: true
            num_generation_samples: 5
            generation_max_new_tokens: 64

    Fix
        The new keys in place of the old. Not safe, since the new ones do it in another way. Safe where the table was
        of no rows: then it was never made, and both keys just go.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:66 (executed)
    """
    plan = subject.plan
    old = [key for key in ("eval_table_size", "eval_max_new_tokens") if key in subject.written]
    message = f"{' and '.join(old)}: deprecated, and Axolotl warns; generate_samples takes their place"
    rows = integer(plan.get("eval_table_size"), 0)
    changes: dict[str, object] = dict.fromkeys(old, REMOVE)
    if not rows:
        kept = "eval_max_new_tokens" in old and flag(plan.get("do_causal_lm_eval"))
        fix = None if kept else Fix(changes, "safe", f"no {' and no '.join(old)}: there was no table")
        yield self.finding(message, *old, plan=plan, fix=fix)
        return
    changes |= {"generate_samples": True, "num_generation_samples": rows}
    if "eval_max_new_tokens" in old:
        changes["generation_max_new_tokens"] = plan.get("eval_max_new_tokens")
    fix = Fix(changes, "unsafe", f"generate_samples: true, num_generation_samples: {rows}")
    yield self.finding(message, *old, plan=plan, fix=fix)
